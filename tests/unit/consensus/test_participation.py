"""Who takes part, and what is not told of a few."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.consensus.rules import participation
from app.consensus.rules.participation import Presence
from app.consensus.rules.shares import Hand

MONDAY = date(2026, 3, 2)


def people(count: int, role: str, *, first: int = 1, weeks: int = 0) -> list[Presence]:
    day = MONDAY + timedelta(weeks=weeks)
    return [Presence(day, first + number, role) for number in range(count)]


def test_roles_of_fewer_than_five_are_untold_with_their_complement() -> None:
    period, mix = participation.role_mix([*people(12, "resident"), *people(2, "officer", first=50)])
    # Twelve of fourteen would tell that there are two officers.
    assert period == "week"
    assert mix == [
        {"begins": "2026-03-02", "people": "14", "roles": {"resident": "1+", "officer": "1+"}}
    ]


def test_fewer_than_five_in_a_week_are_not_split_and_a_quiet_week_is_zero() -> None:
    _, mix = participation.role_mix([*people(4, "resident"), *people(6, "resident", weeks=2)])
    assert [(week["people"], week["roles"]) for week in mix] == [
        ("1-4", {}), ("0", {}), ("6", {"resident": "6"}),
    ]  # fmt: skip


def test_a_person_counts_once_a_week_in_the_role_of_the_end() -> None:
    twice = [Presence(MONDAY + timedelta(days=3), 1, "officer"), Presence(MONDAY, 1, "resident")]
    _, mix = participation.role_mix([*people(5, "officer", first=10), *twice])
    assert mix[0]["roles"] == {"officer": "6"}


def test_nobody_took_part() -> None:
    assert participation.role_mix([]) == ("week", [])
    assert participation.newcomers([]) == {"people": "0", "came_back": None}


def test_people_who_came_back_in_a_later_week_are_told_from_five_on() -> None:
    once = people(20, "resident")
    assert participation.newcomers(once) == {"people": "20", "came_back": "0"}
    three = [*once, *people(3, "resident", weeks=3)]
    assert participation.newcomers(three) == {"people": "20", "came_back": "1-4"}
    six = [*once, *people(6, "resident", weeks=1)]
    assert participation.newcomers(six) == {"people": "20", "came_back": "6"}


def test_it_is_not_told_that_a_few_did_not_come_back() -> None:
    back = [*people(8, "resident"), *people(6, "resident", weeks=1)]
    assert participation.newcomers(back) == {"people": "8", "came_back": None}


def test_coming_back_on_another_day_of_the_week_is_not_coming_back() -> None:
    days = [Presence(MONDAY + timedelta(days=day), 1, "resident") for day in range(7)]
    once = [*people(9, "resident"), *days]
    assert participation.newcomers(once)["came_back"] == "0"


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 4, None), (0, 5, "0"), (1, 5, None), (1, 6, "1-4"), (2, 6, None), (5, 9, None),
        (5, 10, "5"), (10, 10, "10"),
    ],
)  # fmt: skip
def test_a_part_is_told_only_where_neither_it_nor_the_rest_is_a_few(
    part: int, whole: int, told: str | None
) -> None:
    assert participation.part_told(part, whole) == told


def test_the_words_of_one_person_in_two_roles_are_one_persons() -> None:
    hands = {
        Hand("resident", 1): 5, Hand("officer", 1): 5, Hand("officer", 2): 7, Hand("earlier"): 50,
    }  # fmt: skip
    assert participation.by_person(hands) == [10, 7]
