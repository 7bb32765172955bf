"""How the conversation on a draft goes: who waits how long, and when the office first speaks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

DAY = 86_400  # seconds
FEW = 5  # of fewer contributions no median is told


@dataclass(frozen=True, slots=True)
class Contributed:
    """Something that was said and is owed an answer. ``month`` is that of ``sent_at`` by the clocks
    of the site (2026-03); ``replied_at`` is when an officer first spoke to it, by an answer or a
    reply; ``is_waiting``: its answer is not published."""

    month: str
    sent_at: datetime
    replied_at: datetime | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection, and whether it was closed, by the person who raised it or by somebody else."""

    is_closed: bool
    by_opener: bool = False


def ages(waiting: Iterable[Contributed], now: datetime, service_days: int) -> list[dict[str, Any]]:
    """How many wait how many whole days: up to half the service standard, up to the standard, up
    to twice it, longer; ``upto`` is the last day of each, None without end."""
    edges = sorted({service_days // 2, service_days, 2 * service_days})
    counts: Counter[int] = Counter()
    for one in waiting:
        days = max(int((now - one.sent_at).total_seconds()), 0) // DAY
        counts[next((place for place, edge in enumerate(edges) if days <= edge), len(edges))] += 1
    return [
        {
            "from": edges[place - 1] + 1 if place else 0,
            "upto": edges[place] if place < len(edges) else None,
            "count": counts[place],
        }
        for place in range(len(edges) + 1)
    ]


def durations(contributed: Iterable[Contributed], now: datetime) -> list[tuple[int, bool]]:
    """For each: after how many seconds the office first spoke, True; or how long it has been silent
    so far, False (censored). A clock that was put back gives 0."""
    return [
        (max(int(((one.replied_at or now) - one.sent_at).total_seconds()), 0), bool(one.replied_at))
        for one in contributed
    ]


def median(waits: Sequence[tuple[int, bool]]) -> int | None:
    """After how many seconds half have heard from the office, those still waiting counted as what
    they are (Kaplan and Meier 1958); None while fewer than half have."""
    at_risk, still = len(waits), 1.0
    replies = Counter(seconds for seconds, replied in waits if replied)
    for seconds, ends in sorted(Counter(seconds for seconds, _ in waits).items()):
        still *= 1 - replies[seconds] / at_risk
        if still <= 0.5 + 1e-12:  # a half of factors is not quite a half in floating point
            return seconds
        at_risk -= ends
    return None


def by_month(contributed: Iterable[Contributed], now: datetime) -> list[dict[str, Any]]:
    """The median of what was sent in each month, the oldest first; months of fewer than FEW tell
    their number alone."""
    months: dict[str, list[Contributed]] = defaultdict(list)
    for one in contributed:
        months[one.month].append(one)
    return [
        {
            "month": month,
            "sent": len(sent),
            "replied": sum(one.replied_at is not None for one in sent),
            "median_seconds": median(durations(sent, now)) if len(sent) >= FEW else None,
        }
        for month, sent in sorted(months.items())
    ]


def count_objections(objections: Sequence[Objection]) -> dict[str, int]:
    """How many were raised, closed by who raised them, closed by others, and are open."""
    closed = [one for one in objections if one.is_closed]
    by_opener = sum(one.by_opener for one in closed)
    return {
        "raised": len(objections),
        "closed_by_opener": by_opener,
        "closed_by_others": len(closed) - by_opener,
        "open": len(objections) - len(closed),
    }
