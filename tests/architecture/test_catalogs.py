"""Both languages are complete, and the Chinese is set as a street office prints it."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

import config
from app.web.catalogs import contradictions, sentences

METHODS = {
    "app": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
KEYWORDS = {
    "_": None, "_l": None, "N_": None, "gettext": None, "lazy_gettext": None,
    "ngettext": (1, 2), "lazy_ngettext": (1, 2),
}  # fmt: skip
HAN = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}\s*[,;:?!()\"]|[,;:?!(\"]\s*{HAN}|{HAN}\.(?:\s|$)")
PLACES = re.compile(r"%\((\w+)\)[sd]")

Sentence = str | tuple[str, ...]


@cache
def wanted() -> frozenset[Sentence]:
    """Every sentence that the code and the templates ask gettext for; plurals as pairs."""
    return frozenset(
        message
        for folder, methods in METHODS.items()
        for _file, _line, message, _comments, _context in extract_from_dir(
            config.ROOT / folder, method_map=methods, keywords=KEYWORDS
        )
    )


@cache
def translated() -> dict[Sentence, Message]:
    return {
        message.id if isinstance(message.id, str) else tuple(message.id or ()): message
        for _name, message in sentences()
    }


def chinese(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_the_pages_are_read_in_full() -> None:
    """Else the next two tests would find nothing wrong with nothing."""
    assert {
        "Skip to the main text",
        "There is no such version.",
        ("%(num)s reply", "%(num)s replies"),
        "Your code for %(site)s: %(code)s",
    } <= wanted()


def test_every_sentence_has_its_chinese() -> None:
    assert sorted(map(str, wanted() - translated().keys())) == []
    assert [text for text, message in translated().items() if not all(chinese(message))] == []


def test_no_sentence_is_translated_that_nobody_says() -> None:
    assert sorted(map(str, translated().keys() - wanted())) == []


def test_no_sentence_has_two_translations() -> None:
    assert contradictions() == []


def test_no_translation_is_marked_as_uncertain() -> None:
    assert [text for text, message in translated().items() if message.fuzzy] == []


def test_chinese_uses_full_width_punctuation_between_han_characters() -> None:
    """A value stands for a Han character, as most of them are."""
    assert [
        text
        for text, message in translated().items()
        if any(HALF_WIDTH.search(PLACES.sub("汉", string)) for string in chinese(message))
    ] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for text, message in translated().items():
        english = text if isinstance(text, str) else text[-1]
        for string in chinese(message):
            assert sorted(PLACES.findall(string)) == sorted(PLACES.findall(english)), text
            assert PLACES.sub("", string).count("%") == PLACES.sub("", english).count("%"), text


@pytest.mark.parametrize("word", ["词条", "众创", "你", "用户", "防篡改"])
def test_words_that_no_screen_says(word: str) -> None:
    assert [
        text
        for text, message in translated().items()
        if any(word in string for string in chinese(message))
    ] == []
