"""Days of the site, and the bars that a time is cut into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

Begin = Callable[[date], date]


def day_of(moment: datetime, zone: str) -> date:
    """The day on which it falls in the time zone of the site."""
    return moment.astimezone(ZoneInfo(zone)).date()


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


# From when on a bar is longer: so many of the shorter ones are the most.
PERIODS: tuple[tuple[str, Begin, int], ...] = (
    ("week", monday, 53),
    ("month", lambda day: day.replace(day=1), 48),
    ("quarter", lambda day: date(day.year, (day.month - 1) // 3 * 3 + 1, 1), 40),
    ("year", lambda day: date(day.year, 1, 1), 9_999),
)


def bars(first: date, last: date) -> tuple[str, list[date], Begin]:
    """The shortest period of which not too many lie between two days, where each begins, and what
    gives the beginning for a day."""
    for name, begin, most in PERIODS:
        days = [begin(first)]
        while (following := _next(days[-1], begin)) <= last:
            days.append(following)
        if len(days) <= most:
            return name, days, begin
    raise ValueError("a draft of ten thousand years")


def _next(day: date, begin: Begin) -> date:
    """The beginning of the bar after the one that begins on ``day``."""
    following = day + timedelta(days=1)
    while begin(following) == day:
        following += timedelta(days=1)
    return following
