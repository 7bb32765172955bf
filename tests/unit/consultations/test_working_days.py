"""Counting working days over weekends, holidays and weekends that are worked."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.consultations.working_days import is_working_day, working_days_between

MONDAY = date(2026, 9, 28)
# The National Day of 2026 as an administrator would list it: seven free days, one worked Saturday.
GOLDEN_WEEK = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}


def test_a_week_has_five_working_days() -> None:
    assert working_days_between(MONDAY, MONDAY + timedelta(days=7), {}) == 5


def test_the_first_day_does_not_count_and_the_last_does() -> None:
    assert working_days_between(MONDAY, MONDAY, {}) == 0
    assert working_days_between(MONDAY, MONDAY + timedelta(days=1), {}) == 1


def test_holidays_are_free_and_a_listed_saturday_is_worked() -> None:
    assert not is_working_day(date(2026, 10, 1), GOLDEN_WEEK)
    assert is_working_day(date(2026, 10, 10), GOLDEN_WEEK)
    # 29 and 30 September, 8 and 9 October, and the Saturday.
    assert working_days_between(MONDAY, date(2026, 10, 11), GOLDEN_WEEK) == 5


def test_no_days_lie_before_the_start() -> None:
    assert working_days_between(MONDAY, MONDAY - timedelta(days=9), {}) == 0


@settings(max_examples=60)
@given(st.integers(0, 60), st.integers(0, 60))
def test_two_periods_in_a_row_add_up(first: int, second: int) -> None:
    middle = MONDAY + timedelta(days=first)
    end = middle + timedelta(days=second)
    whole = working_days_between(MONDAY, end, GOLDEN_WEEK)
    parts = [
        working_days_between(MONDAY, middle, GOLDEN_WEEK),
        working_days_between(middle, end, GOLDEN_WEEK),
    ]
    assert whole == sum(parts)
