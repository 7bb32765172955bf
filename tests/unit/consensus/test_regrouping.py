"""When opinion groups are looked for again."""

from __future__ import annotations

import pytest

from app.consensus.rules.regrouping import is_due


def due(
    positions: int,
    *,
    people: int = 100,
    counted: int = 1000,
    moved: bool = False,
    day: bool = False,
) -> bool:
    return is_due(positions, counted, has_moved=moved, is_new_day=day, people=lambda: people)


@pytest.mark.parametrize(
    ("positions", "expected"),
    [(1000, False), (1009, False), (1010, True), (991, False), (990, True)],
)
def test_one_in_a_hundred_has_to_come_or_go(positions: int, expected: bool) -> None:
    assert due(positions) is expected


@pytest.mark.parametrize(("people", "expected"), [(4, False), (5, True)])
def test_five_people_have_to_take_part_in_what_is_new(people: int, expected: bool) -> None:
    assert due(1100, people=people) is expected
    assert due(1000, people=people, day=True) is expected


def test_positions_that_are_gone_may_have_been_of_as_many_people() -> None:
    assert due(995, people=0, day=True)
    assert not due(996, people=0, day=True)


def test_other_words_are_looked_at_whoever_took_part() -> None:
    assert due(1000, people=0, moved=True)


def test_after_a_count_that_failed_any_five_people_are_enough() -> None:
    assert due(1, counted=0, people=5)
    assert not due(1, counted=0, people=4)


def test_nobody_is_counted_while_too_few_positions_are_new() -> None:
    def ask() -> int:
        raise AssertionError("the rows of all positions were read for nothing")

    assert not is_due(1001, 1000, has_moved=False, is_new_day=False, people=ask)
