"""The words of the pages in the reader's language, out of the catalog the pages use."""

from __future__ import annotations

from app.web.catalogs import joined

LANGUAGES = ("zh", "en")
BROWSER_LOCALE = {"zh": "zh-CN", "en": "en-GB"}
_CHINESE = {message.id: message.string for message in joined() if isinstance(message.id, str)}


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
