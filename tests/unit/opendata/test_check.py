"""The outside check against cases worked out by hand, and its tokens against those of the wiki."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.opendata.check.agreement import newcombe, verdict, wilson
from app.opendata.check.cells import by_role
from app.opendata.check.lives import Life, undone_by
from app.opendata.check.report import Report, alike
from app.opendata.check.status import find
from app.opendata.check.words import common, earliest, gaps, is_bulk, kind_of, tokens, wording
from app.opendata.rules import told_days
from app.text import alignment, attribution
from app.text import tokens as wiki

WORDS = st.lists(st.sampled_from("abcde"), max_size=12)
TEXTS = st.text(st.sampled_from("停三一 aZéß1２，,。_-\\u3000ﬁ㎡①\\u0301İ\\n"), max_size=30)


def tally(agree: int, disagree: int, unsure: int = 0) -> dict[str, int]:
    return {"agree": agree, "disagree": disagree, "unsure": unsure}


def test_a_text_is_cut_into_characters_words_and_marks() -> None:
    assert tokens("第二条　ＰＡＲＫing，3日 don’t") == [
        "第", "二", "条", "parking", ",", "3", "日", "don", "’", "t",
    ]  # fmt: skip


@given(TEXTS)
@settings(max_examples=60)
def test_tokens_are_those_of_the_wiki(text: str) -> None:
    assert tokens(text) == wiki.tokens(text)
    assert wording(tokens(text)) == attribution.digest(wiki.tokens(text))


@given(WORDS, WORDS)
@settings(max_examples=60)
def test_the_earliest_subsequence_is_a_longest_one_and_that_of_the_wiki(
    one: list[str], other: list[str]
) -> None:
    pairs = earliest(one, other)
    assert len(pairs) == common(one, other) == wiki.lcs_length(one, other)
    blocks = alignment.align(one, other)
    assert blocks is not None
    assert pairs == [(b.old + n, b.new + n) for b in blocks for n in range(b.length)]


def test_gaps_are_what_went_and_what_came() -> None:
    found = [(list(went), list(came)) for went, came in gaps([(1, 0), (2, 3)], (4, 4))]
    assert found == [([0], []), ([], [1, 2]), ([3], [])]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("單車停放", "单车停放", "editorial"),
        ("停放三日", "停放两日", "normative"),
        ("整洁的车", "干净的车", "substantive"),
        ("bikes shall go", "bikes shall leave", "normative"),
        ("park the red bikes", "park the green bikes", "substantive"),
    ],
)
def test_what_binds_makes_a_change_normative(before: str, after: str, kind: str) -> None:
    old, new = tokens(before), tokens(after)
    assert kind_of(old, new, earliest(old, new), {"單": "单", "車": "车"}) == kind


def test_only_what_was_gone_before_can_be_taken_back() -> None:
    """Token 0: put in by A, taken out by B, put back by A (undoes B), taken out by B (undoes A)."""
    life = Life(words=["x", "y"], moments=[[1, 2, 3, 4], [1, 2]])
    counted = {1: "A", 2: "B", 3: "A", 4: "B"}
    assert undone_by(life, counted) == {3: {"B"}, 4: {"A"}}
    assert undone_by(life, {1: "A", 2: "A", 3: "A", 4: "B"}) == {4: {"A"}}
    assert undone_by(life, {1: "A", 2: "B", 4: "B"}) == {}


def test_equal_ends_are_no_part_of_what_is_too_large() -> None:
    long = ["x"] * 4_001
    assert is_bulk([*long, "a"], ["b", *long])
    assert not is_bulk([*long, "a"], [*long, "b"])


def test_intervals_are_those_of_the_books() -> None:
    """Newcombe 1998, his example (a): 56/70 and 48/80."""
    low, high = wilson(tally(81, 182))
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = newcombe(tally(56, 14), tally(48, 32))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_a_verdict_needs_both_roles() -> None:
    assert verdict({"officer": tally(14, 0), "resident": tally(1, 12)}, 20) == "diverged"
    assert verdict({"officer": tally(14, 0), "resident": tally(20, 1)}, 20) == "converged_agree"
    assert verdict({"officer": tally(4, 0), "resident": tally(1, 12)}, 20) == "insufficient"


def test_few_people_are_told_with_the_next_role() -> None:
    assert by_role(["resident"] * 4) == ({}, "1-4")
    assert by_role(["resident"] * 12 + ["officer"] * 2) == (
        {"resident": "1+", "officer": "1+"},
        "14",
    )
    assert by_role(["resident"] * 12 + ["officer"] * 2 + ["volunteer"] * 3) == (
        {"resident": "12", "officer": "1-4", "volunteer": "1-4"},
        "17",
    )


def test_a_day_is_told_where_five_share_it_and_five_or_none_are_left() -> None:
    monday, tuesday, friday = "2026-03-02", "2026-03-03", "2026-03-06"
    role = "resident"
    assert told_days([(role, monday)] * 5) == {(role, monday)}
    assert told_days([(role, monday)] * 6 + [(role, tuesday)] * 2) == frozenset()
    days = [(role, monday)] * 9 + [(role, tuesday)] * 5 + [(role, friday)]
    assert told_days(days) == {(role, monday)}


def test_a_frozen_draft_with_three_hundred_suggestions_is_not_quiet() -> None:
    figures = {
        "objections": 0, "rivals": 0, "verdict": "unclear", "readers": {"resident": "40"},
        "readers_in_all": "40", "waiting": 300, "overdue": 0, "suggestions": 300,
    }  # fmt: skip
    row = {"regime": "frozen", "quiet_days": 30, "may_be_settled": True}
    limits = {"objections": 2, "rivals": 3, "readers": 10, "quiet_days": 14}
    assert find(row, figures, limits) == ("discussed", "suggestions")


def test_whole_numbers_are_equal_and_floats_close() -> None:
    assert alike({"a": [1, 0.5]}, {"a": [1, 0.5 + 1e-12]})
    assert not alike(0.5, 0.5 + 1e-6)
    assert not alike(1, True)
    assert not alike([1], [1, 2])
    report = Report()
    report.same("measures gross", "draft c1", 3, 4)
    report.same("measures gross", "draft c2", 5, 6)
    assert "WRONG measures gross: draft c1: published 3, counted 4 (and 1 more)" in report.told()
