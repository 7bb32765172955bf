"""Both languages are complete, and the Chinese is set as a street office prints it."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

import config
from app.web.catalogs import FOLDER, LOCALE, merged

METHODS = [
    ("app/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
KEYWORDS = {
    "_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None,
    "ngettext": (1, 2), "lazy_ngettext": (1, 2),
}  # fmt: skip
HAN = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}\s*[,;:?!()]|[,;:?!(]\s*{HAN}")
PLACES = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def wanted() -> set[object]:
    """Every sentence that the code and the templates ask gettext for."""
    found: set[object] = set()
    for folder in ("app", "templates"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(config.ROOT / folder),
            method_map=[(pattern.split("/", 1)[1], how) for pattern, how in METHODS],
            keywords=KEYWORDS,
            options_map={"**.html": {"extensions": "jinja2.ext.i18n"}},
        ):
            found.add(message if isinstance(message, str) else message[0])
    found.discard("")
    return found


def translated() -> dict[object, object]:
    catalog = merged()
    return {
        (message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalog
        if message.id
    }


def test_every_sentence_has_its_chinese() -> None:
    known = translated()
    missing = sorted(
        str(text) for text in wanted() if text not in known or not known[text].string  # type: ignore[attr-defined]
    )
    assert missing == []


def test_no_sentence_is_translated_that_nobody_says() -> None:
    assert sorted(map(str, set(translated()) - wanted())) == []


def test_chinese_uses_full_width_punctuation_between_han_characters() -> None:
    wrong = []
    for text, message in translated().items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)  # type: ignore[attr-defined]
        wrong += [text for string in strings if HALF_WIDTH.search(PLACES.sub("汉", string))]
    assert wrong == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for text, message in translated().items():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)  # type: ignore[attr-defined]
        ids = message.id if isinstance(message.id, tuple) else (message.id,)  # type: ignore[attr-defined]
        names = {name for one in ids for name in PLACES.findall(one)}
        for string in strings:
            assert set(PLACES.findall(string)) <= names, text


def test_the_catalog_compiles() -> None:
    buffer = io.BytesIO()
    write_mo(buffer, merged())
    assert buffer.getvalue()
    assert (FOLDER / LOCALE).is_dir()


@pytest.mark.parametrize("word", ["词条", "众创", "你"])
def test_words_that_no_screen_says(word: str) -> None:
    for text, message in translated().items():
        assert word not in str(message.string), text  # type: ignore[attr-defined]
