"""The words of the pages in the reader's language, out of the catalog the pages use."""

from __future__ import annotations

import re

from app.web.catalogs import joined

LANGUAGES = ("zh", "en")
BROWSER_LOCALE = {"zh": "zh-CN", "en": "en-GB"}
_CHINESE = {message.id: message.string for message in joined() if isinstance(message.id, str)}
_GAP = re.compile(r"(.*?[。！？；：，、]) +(?=[（“《\u4e00-\u9fff])")
_TAIL = 4  # the last signs of a sentence, enough to know it from what people wrote
_TAILS = {
    words[-_TAIL:]
    for message in joined()
    for words in ([message.string] if isinstance(message.string, str) else message.string or ())
    if len(words) >= _TAIL and "%" not in words[-_TAIL - 8 :]
}


def gaps(text: str) -> list[str]:
    """The sentences of ours in a Chinese page's ``text`` that a blank parts from the next one."""
    ends = (found[1] for line in text.splitlines() for found in _GAP.finditer(line))
    return [words for words in ends if words[-_TAIL:] in _TAILS]


class Words:
    """``said("Save")`` is the sentence a reader of ``language`` sees for that message id."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, message: str, **values: object) -> str:
        sentence = message
        if self.language == "zh":
            # A sentence without translation must fail here, or the journey would run in English.
            sentence = str(_CHINESE[message])
        return sentence % values if values else sentence
