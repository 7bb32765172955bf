"""Shares of roles, worked out by hand: rounded outward, in order of first contribution."""

from __future__ import annotations

import pytest

from app.consensus.rules import shares
from app.consensus.rules.shares import Hand, Hands
from app.text.attribution import BULK
from app.text.provenance import Origin

OFFICER, RESIDENT = Hand("officer", 1), Hand("resident", 2)
HANDS = Hands(
    2,
    {3: Hand("volunteer", 2), 4: OFFICER, 5: OFFICER},
    {(4, 7): RESIDENT},
)


@pytest.mark.parametrize(
    ("low", "high", "whole", "expected"),
    [
        (33, 37, 100, (30, 40)),
        (37, 33, 100, (30, 40)),  # whichever rule gives less
        (35, 35, 100, (35, 35)),  # already a step
        (1, 1, 100, (0, 5)),
        (99, 100, 100, (95, 100)),
        (0, 0, 30, (0, 0)),
        (1, 2, 3, (30, 70)),  # 33.3 and 66.7
    ],
)
def test_shares_are_rounded_outward_to_steps_of_five(
    low: int, high: int, whole: int, expected: tuple[int, int]
) -> None:
    assert shares.outward(low, high, whole) == expected


def test_the_range_lies_between_the_two_attributions_and_the_largest_role_comes_first() -> None:
    strict = {"officer": 18, "resident": 2}
    lenient = {"officer": 13, "resident": 5, "volunteer": 2}
    assert list(shares.ranges(strict, lenient).items()) == [
        ("officer", (65, 90)),
        ("resident", (10, 25)),
        ("volunteer", (0, 10)),
    ]


def test_a_credited_suggestion_is_the_hand_of_its_author_in_the_role_of_then() -> None:
    assert HANDS.of(Origin(4, 7)) == RESIDENT
    assert HANDS.of(Origin(4)) == OFFICER
    assert HANDS.of(Origin(3)) == Hand("volunteer", 2)  # the same person, another role


def test_nobody_is_named_for_words_of_before_publication_bulk_changes_and_what_is_not_counted() -> (
    None
):
    assert HANDS.of(Origin(1)) == Hand("earlier")
    assert HANDS.of(Origin(2)) == Hand("earlier")  # the first that is public, not the first
    assert Hands(1, {1: OFFICER}, {}).of(Origin(1)) == OFFICER
    assert HANDS.of(Origin(3, BULK)) == Hand("bulk")
    assert HANDS.of(Origin(0)) == Hand("pending")


def test_tokens_of_one_role_are_summed_over_its_people() -> None:
    hands = HANDS.count([Origin(5), Origin(5), Origin(4, 7), Origin(4)])
    assert hands == {OFFICER: 3, RESIDENT: 1}
    assert shares.by_role({OFFICER: 3, Hand("officer", 5): 2, RESIDENT: 1}) == {
        "officer": 5, "resident": 1,
    }  # fmt: skip


def test_authors_stand_once_in_the_order_in_which_they_came() -> None:
    assert shares.in_order([Origin(5), Origin(4, 7), Origin(3), Origin(4), Origin(1)], HANDS) == [
        2,
        1,
    ]


@pytest.mark.parametrize(
    ("tokens", "people"),
    [([50, 30, 20], 1), ([40, 30, 30], 2), ([1, 1, 1, 1], 2), ([9], 1), ([], 0), ([0, 4], 1)],
)
def test_how_few_people_wrote_half(tokens: list[int], people: int) -> None:
    assert shares.fewest_for_half(tokens) == people


def test_gini_is_nothing_for_one_person_zero_for_equal_shares_and_grows_with_inequality() -> None:
    assert shares.gini([10]) is None
    assert shares.gini([0, 0]) is None
    assert shares.gini([5, 5, 5]) == pytest.approx(0)
    # Σ|x−y| over ordered pairs is 4; divided by 2·n²·mean = 2·4·2 that is a quarter.
    assert shares.gini([1, 3]) == pytest.approx(0.25)
    # One of four has all of it: (n-1)/n.
    assert shares.gini([0, 0, 0, 8]) == pytest.approx(0.75)
