"""What a name looks like, and which names a person may choose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.look_alikes import skeleton
from app.accounts.rules import clean_name, ensure_may_choose
from app.errors import RuleBroken


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "alice"),
        ("Alice", "AIice"),
        ("Alice", "A1ice"),
        ("Alice", "Аliсе"),  # Cyrillic
        ("Alice", "Ａｌｉｃｅ"),
        ("Alice", "Al\u200bice"),
        ("Alice", "A l i c e"),
        ("Alice", "Álice"),
        ("Rose", "R0se"),
        ("Marnie", "Mamie"),
        ("王工", "王エ"),  # katakana
        ("已", "己"),
        ("⼯", "工"),  # Kangxi radical
    ],
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alice", "Alicia"),
        ("王工", "王土"),
        ("居民4821", "居民4822"),
        ("Resident 10", "Resident 1"),
    ],
)
def test_names_that_differ_to_the_eye_have_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_a_skeleton_is_its_own_skeleton(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_every_name_that_is_taken_fits_the_table(text: str) -> None:
    try:
        name = clean_name(text)
    except RuleBroken:
        return
    assert len(name) <= 60
    assert 0 < len(skeleton(name)) <= 120


@pytest.mark.parametrize(
    "name",
    [
        "Lin Mei",
        "林梅",
        "买买提·艾力",
        "O'Neil",
        "Jean-Luc",
        "居民4821",
        "Ñandú",
        "Badminton",
        "林Mei",
        "Lin 梅",
        "བསྒྲུབས",
        "نۇرگۈل",
        "ᠪᠠᠲᠤ",
        "Nguyễn Thị Ệ",
        "Ольга Lin",
        "Oʻktam",
    ],
)
def test_names_of_people_may_be_chosen(name: str) -> None:
    ensure_may_choose(clean_name(name))  # raises for a name that may not
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Officer Wang",
        "0fficer Wang",
        "Оfficer",
        "o f f i c e r",
        "Lin, Officer",
        "系统管理员",
        "示例工作人员",
        "工作人員",
        "エ作人员",
        "志愿者小王",
        "City Government",
        "Mayor",
        "ＡＤＭＩＮ",
        "Lin · speaks for Mayor",
        "共议",
        "✓ Lin",
        "Lin ✅",
        "13800138000",
        "Lin 138-0013-8000",
        "lin@example.org",
        "<b>Lin</b>",
        "☑ Lin",
        "🏛 Lin",
        "Lin🏛️",
        "Lin\u20dd",
        "Lin ®",
        "A former resident",
        "a forrner resident",
        "一位已注销的居民",
        "示例市民政局",
        "王法官",
        "Judge Lin",
    ],
)
def test_offices_badges_and_numbers_may_not_be_chosen(name: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        ensure_may_choose(clean_name(name))
    assert refusal.value.field == "name"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "\u200b",
        "Lin\u200bMei",
        "Lin\u202e",
        "\u2067Lin",
        "a\0b",
        "x" * 41,
        "---",
        "ﷺ" * 3,
        "Lin\r\nBcc: all@example.org",
        "Lin\nMei",
        "Lin\u2028Mei",
        "Lin\u3164",
        "Lin\u115f",
        "Lin\ufe0f",
        "Lin\u034f",
        "Lin\u00adMei",
    ],
)
def test_what_cannot_be_read_is_no_name(name: str) -> None:
    with pytest.raises(RuleBroken):
        clean_name(name)


def test_blanks_and_wide_letters_are_made_plain() -> None:
    assert clean_name("  Ｌｉｎ　 Mei\t") == "Lin Mei"


@pytest.mark.parametrize("name", ["Аlice", "Alicе Wang", "Ρaul", "Lin Ѕmith"])
def test_one_word_is_written_in_one_alphabet(name: str) -> None:
    """A Cyrillic or Greek letter among Latin ones is there to be taken for one."""
    with pytest.raises(RuleBroken, match="one alphabet"):
        ensure_may_choose(clean_name(name))


def test_marks_do_not_run_over_the_lines_around_a_name() -> None:
    with pytest.raises(RuleBroken):
        ensure_may_choose(clean_name("Lin" + "\u0316" * 9))
