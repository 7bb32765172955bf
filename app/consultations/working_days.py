"""Working days of a calendar: Monday to Friday, but for the days that are otherwise; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

SATURDAY = 5
Calendar = Mapping[date, bool]


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether ``day`` is worked; ``calendar`` holds the days that differ from their weekday (True:
    worked, as a Saturday that makes up for a holiday)."""
    return calendar.get(day, day.weekday() < SATURDAY)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days come after ``start``, up to and with ``end``; 0 when none does."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(day, calendar) for day in days)
