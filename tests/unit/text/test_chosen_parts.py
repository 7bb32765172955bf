"""Changes inside one clause, numbered, and the wording when some of them are taken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.chosen_parts import Part, parts_of_change, with_parts

BEFORE = "第五条 车辆应当停放在车位内，临时停车不得超过三十分钟，违反的处二百元罚款。\n"
AFTER = "第五条 车辆应当停放在划线内，临时停车不得超过二十分钟，违反的处二百元罚款并公告。\n"


def test_each_changed_run_is_a_part_with_its_words_around() -> None:
    assert [
        (part.number, part.removed, part.inserted) for part in parts_of_change(BEFORE, AFTER)
    ] == [
        (1, "车位", "划线"),
        (2, "三", "二"),
        (3, "", "并公告"),
    ]
    first = parts_of_change(BEFORE, AFTER)[0]
    assert first.before.endswith("车辆应当停放在")
    assert first.after.startswith("内，临时停车")


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (set(), BEFORE),
        ({1}, BEFORE.replace("车位", "划线")),
        ({2}, BEFORE.replace("三十", "二十")),
        ({1, 3}, BEFORE.replace("车位", "划线").replace("罚款", "罚款并公告")),
        ({1, 2, 3}, AFTER),
    ],
)
def test_only_the_chosen_parts_are_taken(chosen: set[int], wanted: str) -> None:
    assert with_parts(BEFORE, AFTER, chosen) == wanted


def test_a_number_is_one_part_though_its_wordings_share_a_figure() -> None:
    before, after = "应当在二十四小时内移走。", "应当在十二小时内移走。"
    (part,) = parts_of_change(before, after)
    assert (part.removed, part.inserted) == ("二十四", "十二")
    assert with_parts(before, after, {1}) == after


def test_changes_on_both_sides_of_a_comma_are_two_parts() -> None:
    before, after = "停放三日，移走。", "停放两日，搬走。"
    assert [(p.removed, p.inserted) for p in parts_of_change(before, after)] == [
        ("三", "两"),
        ("移", "搬"),
    ]


def test_english_words_are_taken_whole() -> None:
    before = "§ 5 The fee is 20 dollars a day. Dogs pay nothing."
    after = "§ 5 The fee is 25 dollars a week. Dogs pay nothing."
    assert parts_of_change(before, after)[0] == Part(
        1, "20", "25", before="§ 5 The fee is ", after=" dollars a "
    )
    assert with_parts(before, after, {2}) == before.replace("day", "week")


def test_the_words_around_end_with_their_line() -> None:
    found = parts_of_change("甲。\n乙。\n丙。\n", "甲。\n丁。\n丙。\n")
    assert found == (Part(1, "乙", "丁", before="", after="。"),)


def test_equal_wordings_have_no_parts() -> None:
    assert parts_of_change(BEFORE, BEFORE) == ()
    assert with_parts(BEFORE, BEFORE, set()) == BEFORE


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="part"):
        with_parts(BEFORE, AFTER, {4})
    with pytest.raises(ValueError, match="part"):
        with_parts(BEFORE, AFTER, {0})


def test_wordings_too_long_to_compare_are_one_part() -> None:
    before, after = "甲" * 120_000 + "。", "乙" * 120_000 + "！"
    assert [part.number for part in parts_of_change(before, after)] == [1]
    assert with_parts(before, after, {1}) == after


WORDINGS = st.lists(
    st.sampled_from(["车", "位", "元", "，", "\n", " ", "fee", "5", "é", "👨‍👩‍👧", "a\u0301"]),
    max_size=25,
).map("".join)


@given(WORDINGS, WORDINGS, st.data())
@settings(max_examples=60, deadline=None)
def test_all_parts_are_the_new_wording_and_none_the_old(
    before: str, after: str, data: st.DataObject
) -> None:
    parts = parts_of_change(before, after)
    numbers = [part.number for part in parts]
    assert numbers == [*range(1, len(parts) + 1)]
    assert with_parts(before, after, set(numbers)) == after
    assert with_parts(before, after, set()) == before
    chosen = data.draw(st.sets(st.sampled_from(numbers))) if numbers else set()
    mixed = with_parts(before, after, chosen)
    gained = sum(len(part.inserted) - len(part.removed) for part in parts if part.number in chosen)
    assert len(mixed) == len(before) + gained
