"""What became of words, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.consensus.rules.fate import Fortune, fates, gone_by_role, told_moments
from app.consensus.rules.shares import Hand

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SAVED = {number: NOW - timedelta(days=100 - 10 * number) for number in range(1, 10)}  # 9: 10 days
ROLES = {1: "officer", 2: "resident", 3: "officer", 4: "volunteer", 9: "officer"}


def resident(person: int) -> Hand:
    return Hand("resident", person)


@pytest.mark.parametrize(
    ("moments", "first", "left_out", "told"),
    [
        ((1,), 1, (), (1,)),
        ((1, 4, 6), 1, (), (1, 4, 6)),
        ((1,), 3, (), (3,)),  # there when the text was made public
        ((1, 2), 3, (), ()),  # gone before
        ((1, 3), 3, (), ()),  # not in the first version that is public
        ((1, 2, 5), 3, (), (5,)),
        ((1, 2, 3), 3, (), (3,)),
        ((1, 5, 6), 1, (5, 6), (1,)),  # blanked by a vandal and put back
        ((5, 6), 1, (5, 6), ()),  # a vandal's own words
        ((5, 8), 1, (5,), ()),  # … that somebody took out among other changes
        ((1, 5, 8), 1, (5,), (1,)),  # … and what they had taken out, put back later
    ],
)
def test_moments_are_those_that_outsiders_may_know_without_vandalism(
    moments: tuple[int, ...], first: int, left_out: tuple[int, ...], told: tuple[int, ...]
) -> None:
    assert told_moments(moments, first, left_out) == told


def test_words_are_still_here_or_went_with_the_role_that_took_them_last() -> None:
    fortunes = {
        Fortune(resident(1), (2,)): 10,
        Fortune(resident(2), (2, 3)): 6,
        Fortune(resident(3), (2, 3, 4, 4)): 4,  # taken by an officer, back, taken by a volunteer
        Fortune(resident(4), (2, 4)): 5,
        Fortune(resident(5), (2, 3)): 5,
        Fortune(Hand("officer", 9), (1, 2)): 3,
    }
    found = fates(fortunes, SAVED, ROLES, NOW)
    fate = found["resident"]
    assert (fate.words, fate.people, fate.alive, dict(fate.gone)) == (
        30, 5, 10, {"officer": 11, "volunteer": 9},
    )  # fmt: skip
    assert fate.alive + fate.gone.total() == fate.words
    assert fate.is_told
    assert (found["officer"].words, found["officer"].gone["resident"]) == (3, 3)


@pytest.mark.parametrize(("words", "people"), [(29, 5), (30, 4)])
def test_fewer_than_thirty_words_or_five_people_are_not_told(words: int, people: int) -> None:
    fortunes = {Fortune(resident(one), (2,)): 1 for one in range(2, people + 1)}
    fortunes[Fortune(resident(1), (2,))] = words - (people - 1)
    fate = fates(fortunes, SAVED, ROLES, NOW)["resident"]
    assert (fate.words, fate.people, fate.is_told) == (words, people, False)


def test_words_younger_than_fourteen_days_and_nobodys_are_left_out() -> None:
    saved = {1: NOW - timedelta(days=14), 2: NOW - timedelta(days=14) + timedelta(seconds=1)}
    fortunes = {
        Fortune(resident(1), (1,)): 1,
        Fortune(resident(2), (2,)): 1,
        Fortune(Hand("earlier"), (1,)): 1,
        Fortune(Hand("bulk"), (1,)): 1,
    }
    found = fates(fortunes, saved, ROLES, NOW)
    assert {role: fate.words for role, fate in found.items()} == {"resident": 1}


def test_a_person_who_changed_role_counts_in_each_role_at_the_time() -> None:
    fortunes = {Fortune(resident(1), (2,)): 7, Fortune(Hand("officer", 1), (3,)): 5}
    found = fates(fortunes, SAVED, ROLES, NOW)
    assert (found["resident"].words, found["officer"].words) == (7, 5)


def test_words_went_with_a_reason_or_without() -> None:
    fortunes = {
        Fortune(resident(1), (2,)): 12,
        Fortune(resident(1), (2, 3)): 40,
        Fortune(resident(2), (2, 4)): 12,
        Fortune(resident(2), (2, 4, 9)): 3,  # came back
    }
    gone = gone_by_role(fortunes, {3: True, 4: False, 9: False})["resident"]
    assert (gone.put_in, gone.with_reason, gone.without) == (67, 40, 12)
