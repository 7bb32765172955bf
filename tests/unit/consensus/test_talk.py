"""How the conversation goes, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.consensus.rules import talk
from app.consensus.rules.talk import Contributed, Objection

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def sent(days_ago: float, *, after: float | None = None, month: str = "2026-06") -> Contributed:
    """Sent so many days ago, and heard from the office ``after`` so many days."""
    at = NOW - timedelta(days=days_ago)
    return Contributed(
        month, at, at + timedelta(days=after) if after is not None else None, after is None
    )


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        # At risk 5, 4, 3, 2, 1: after 1 it is 4/5, after 3 it is 4/5·2/3, after 4 half of that.
        ([(1, True), (2, False), (3, True), (4, True), (5, False)], 4),
        ([(2, True), (4, True)], 2),  # exactly a half
        ([(2, True), (2, False), (9, False)], None),  # more than half still wait
        ([(5, False)], None),
        ([], None),
        ([(3, True), (3, True), (1, False)], 3),
        ([(0, True)], 0),
    ],
)
def test_the_median_counts_those_still_waiting_as_waiting(
    waits: list[tuple[int, bool]], expected: int | None
) -> None:
    assert talk.median(waits) == expected


def test_leaving_out_those_who_wait_would_give_a_shorter_median() -> None:
    answered = [(days, True) for days in (1, 2, 3)]
    waiting = [(10, False)] * 2
    assert talk.median(answered) == 2
    assert talk.median([*answered, *waiting]) == 3


def test_those_who_wait_are_counted_against_the_service_standard() -> None:
    waiting = [sent(days) for days in (0, 7.9, 8, 15.5, 16, 30, 31, 400)]
    assert talk.ages(waiting, NOW, 15) == [
        {"from": 0, "upto": 7, "count": 2},
        {"from": 8, "upto": 15, "count": 2},
        {"from": 16, "upto": 30, "count": 2},
        {"from": 31, "upto": None, "count": 2},
    ]


def test_a_standard_of_one_day_has_its_steps_too() -> None:
    assert [(age["from"], age["upto"]) for age in talk.ages([], NOW, 1)] == [
        (0, 0), (1, 1), (2, 2), (3, None),
    ]  # fmt: skip


def test_a_wait_ends_with_the_first_word_of_the_office_or_lasts_until_now() -> None:
    day = talk.DAY
    assert talk.durations([sent(10, after=2), sent(3), sent(-1)], NOW) == [
        (2 * day, True), (3 * day, False), (0, False),
    ]  # fmt: skip


def test_months_tell_their_median_from_five_on() -> None:
    may = [sent(40, after=days, month="2026-05") for days in (1, 2, 3, 4, 5)]
    june = [sent(9, after=1) for _ in range(4)]
    assert talk.by_month([*june, *may], NOW) == [
        {"month": "2026-05", "sent": 5, "replied": 5, "median_seconds": 3 * talk.DAY},
        {"month": "2026-06", "sent": 4, "replied": 4, "median_seconds": None},
    ]


def test_objections_closed_by_who_raised_them_are_told_from_those_others_closed() -> None:
    raised = [Objection(True, True), Objection(True), Objection(False), Objection(False)]
    assert talk.count_objections(raised) == {
        "raised": 4, "closed_by_opener": 1, "closed_by_others": 1, "open": 2,
    }  # fmt: skip
