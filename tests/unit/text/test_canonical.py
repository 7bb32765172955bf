"""What comes through the door, in which form, and what does not."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.canonical import (
    MAX_TEXT_BYTES,
    Place,
    TextRefused,
    canonical,
    check_line,
    check_summary,
    check_title,
    marked,
    normalise,
    sha256_hex,
)


def refusal(text: str, *, trusted: bool = False) -> TextRefused:
    with pytest.raises(TextRefused) as caught:
        canonical(text, trusted=trusted)
    return caught.value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        ("\n\n", ""),
        ("a", "a\n"),
        ("a\n\n\n", "a\n"),
        ("\n\na\n", "\n\na\n"),
        ("a\r\nb\rc", "a\nb\nc\n"),
        ("a  \nb\t", "a  \nb\t\n"),
        ("\ufeff第一条\n", "第一条\n"),
        ("cafe\u0301\n", "café\n"),
        ("a\u2028b\n", "a\u2028b\n"),
        ("第５条　全角\n", "第５条　全角\n"),
    ],
)
def test_a_text_has_one_form(text: str, wanted: str) -> None:
    assert canonical(text).text == wanted
    assert normalise(text) == wanted


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\x00", "nul"),
        ("\x07", "control"),
        ("\x0b", "control"),
        ("\x0c", "control"),
        ("\x7f", "control"),
        ("\x85", "control"),
        ("\x9b", "control"),
        ("\ud800", "surrogate"),
        (chr(0xDFFF), "surrogate"),
        ("\u202a", "bidi"),
        ("\u202e", "bidi"),
        ("\u2066", "bidi"),
        ("\u2069", "bidi"),
        ("\u200b", "zero_width"),
        ("\u200c", "zero_width"),
        ("\u200d", "zero_width"),
        ("\u2060", "zero_width"),
        ("\ufeff", "zero_width"),
        ("\U000e0041", "zero_width"),
    ],
)
def test_a_character_that_cannot_stay_is_refused_with_its_place(character: str, code: str) -> None:
    found = refusal(f"第一条\n条{character}文\n")
    assert (found.code, found.values["line"], found.values["column"]) == (code, 2, 2)
    assert f"U+{ord(character):04X}" in str(found.message) or code == "nul"
    assert "Line 2, character 2" in str(found.message)


def test_an_import_keeps_zero_width_characters_and_lists_them() -> None:
    found = canonical("a\u200bb\nc\nde\ufeff\u200b\n", trusted=True)
    assert found.text == "a\u200bb\nc\nde\ufeff\u200b\n"
    assert found.notes == (
        Place("zero_width", "U+200B", 1, 2),
        Place("zero_width", "U+FEFF", 3, 3),
        Place("zero_width", "U+200B", 3, 4),
    )


@pytest.mark.parametrize("character", ["\x00", "\x01", "\ud800", "\u202e"])
def test_an_import_keeps_nothing_else_that_is_hidden(character: str) -> None:
    assert refusal(f"a{character}\n", trusted=True).code in {"nul", "control", "surrogate", "bidi"}


@pytest.mark.parametrize("text", ["👩\u200d👧", "🏳\ufe0f\u200d🌈", "می\u200cخواهم", "क्\u200dष"])
def test_a_joiner_stays_where_a_script_or_picture_needs_it(text: str) -> None:
    assert canonical(text).text == text + "\n"


@pytest.mark.parametrize("text", ["应\u200d当", "no\u200ct", "\u200d👧", "👩\u200d"])
def test_a_joiner_elsewhere_is_refused(text: str) -> None:
    assert refusal(text).code == "zero_width"


def test_one_leading_byte_order_mark_is_dropped_and_a_second_refused() -> None:
    assert canonical("\ufeffa").text == "a\n"
    assert refusal("\ufeff\ufeffa").code == "zero_width"


def test_a_text_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    lines = ("x" * 1023 + "\n") * 1024
    assert len(canonical(lines).text) == MAX_TEXT_BYTES
    found = refusal("x" + lines)
    assert (found.code, found.values["size"]) == ("too_large", MAX_TEXT_BYTES + 1)


def test_the_limit_counts_bytes_not_characters() -> None:
    assert refusal(("条" * 1000 + "\n") * 400).code == "too_large"


def test_a_line_that_is_too_long_is_named() -> None:
    assert canonical("x" * 100_000).text
    found = refusal("a\n" + "条" * 100_001)
    assert (found.code, found.values["line"]) == ("line_too_long", 2)


def test_endless_accents_are_refused_before_they_cost_minutes() -> None:
    started = time.process_time()
    found = refusal("x\na" + "\u0301\u0316" * 200_000)
    assert (found.code, found.values["line"], found.values["column"]) == ("combining", 2, 2)
    assert normalise("a" + "\u0301\u0316" * 200_000)
    assert time.process_time() - started < 2


def test_thirty_accents_and_long_rows_of_dots_are_no_fault() -> None:
    assert canonical("a" + "\u0316" * 30).text
    assert canonical("目录" + "…" * 200).text == "目录" + "…" * 200 + "\n"


def test_a_text_of_nothing_but_hidden_characters_is_listed_in_time() -> None:
    started = time.process_time()
    assert len(canonical("\u200b" * 90_000, trusted=True).notes) == 90_000
    assert time.process_time() - started < 2


@settings(max_examples=60)
@given(st.text(alphabet="ab条\n\r\u0301é\ufeff\u200b ", max_size=30))
def test_canonical_form_is_stable(text: str) -> None:
    once = canonical(text.lstrip("\ufeff"), trusted=True).text
    assert canonical(once, trusted=True).text == once == normalise(once)
    assert unicodedata.is_normalized("NFC", once)
    assert once == "" or (once.endswith("\n") and not once.endswith("\n\n"))


def test_a_title_is_one_line_of_bounded_length() -> None:
    assert check_title("  停车条例 ") == "停车条例"
    assert check_line("e\u0301", 1) == "é"
    for value, code in [
        ("a\nb", "not_one_line"),
        ("a\rb", "not_one_line"),
        ("x" * 201, "too_long"),
        ("x" * 1_000_000, "too_long"),
        ("条" * 86, "too_many_bytes"),
        ("a\u202eb", "bidi"),
        ("a\x00", "nul"),
    ]:
        with pytest.raises(TextRefused) as caught:
            check_title(value)
        assert caught.value.code == code


def test_limits_of_title_and_summary_are_met_exactly() -> None:
    assert check_title("x" * 200) == "x" * 200
    assert check_title("条" * 85) == "条" * 85
    assert check_summary("条" * 500) == "条" * 500
    with pytest.raises(TextRefused):
        check_summary("条" * 501)


def test_the_hash_is_over_utf_8() -> None:
    # printf '条\n' | sha256sum
    assert sha256_hex("条\n") == "3ebdf762f48a86907c202e8e4677b42685d098405d17ef39024447bb01237f08"


def test_invisible_characters_come_back_as_marks() -> None:
    assert list(marked("a\u200bb\u202e")) == [
        ("a", ""),
        ("\u200b", "U+200B"),
        ("b", ""),
        ("\u202e", "U+202E"),
    ]
    assert list(marked("")) == []


@settings(max_examples=40)
@given(st.text(alphabet="a条\u200b\u00ad\u2066", max_size=20))
def test_marked_pieces_are_the_whole_text(text: str) -> None:
    assert "".join(piece for piece, _ in marked(text)) == text
