"""The heartbeat of a draft: words in and out by week, how far from today, and whether it calms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from .calendar import bars, day_of, monday
from .files import Row, time
from .history import History
from .words import common

KINDS = ("substantive", "normative")


def heartbeat(history: History, _shaped: object, now: datetime) -> Row:
    """Panel B."""
    left_out, first = history.left_out(), history.first
    days = _days(history)
    revisions = [n for n in history.revisions if n > first and n not in left_out]
    changes: dict[int, list[Row]] = {number: [] for number in revisions}
    for row in history.policy.rows("changes.jsonl"):
        if row["clause"] and row["rev"] in changes:
            changes[row["rev"]].append(row)
    period, drawn = _bars(history, changes, days)
    for bar, published in zip(drawn, history.figure("heartbeat")["bars"], strict=False):
        if published["distance"] is None:  # it was too much to lay side by side
            bar["distance"] = None
    words = {
        number: sum(row["inserted"] + row["deleted"] for row in rows if row["kind"] in KINDS)
        for number, rows in changes.items()
    }
    return {
        "period": period,
        "bars": drawn,
        "trend": _trend([(days[n], count) for n, count in words.items()], days[first], day_of(now, history.zone)),
        "edits": len(revisions),
        "first_on": days[first].isoformat(),
        "last_on": days[revisions[-1]].isoformat() if revisions else None,
        "left_out": sum(number in left_out for number in history.revisions),
    }  # fmt: skip


def _days(history: History) -> dict[int, date]:
    """By revision its day; a clock that was put back makes no earlier day."""
    return {number: day_of(at, history.zone) for number, at in history.times().items()}


def _bars(
    history: History, changes: dict[int, list[Row]], days: dict[int, date]
) -> tuple[str, list[Row]]:
    if not changes:
        return "week", []
    numbers = list(changes)
    period, begins, begin = bars(days[numbers[0]], days[numbers[-1]])
    phases = [
        (day_of(time(ts), history.zone), phase) for ts, phase in history.policy.about["phases"]
    ]
    drawn: list[Row] = []
    for day in begins:
        mine = [number for number in numbers if begin(days[number]) == day]
        rows = [row for number in mine for row in changes[number]]
        drawn.append(
            {
                "begins": day.isoformat(),
                "inserted": {kind: _sum(rows, kind, "inserted") for kind in KINDS},
                "deleted": {kind: _sum(rows, kind, "deleted") for kind in KINDS},
                "editorial": sum(row["kind"] == "editorial" for row in rows),
                "edits": len(mine),
                "first": mine[0] if mine else 0,
                "last": mine[-1] if mine else 0,
                "distance": _distance(history, mine[-1]) if mine else drawn[-1]["distance"],
                "ticks": [[on.isoformat(), phase] for on, phase in phases if begin(on) == day],
            }
        )
    return period, drawn


def _sum(rows: list[Row], kind: str, what: str) -> int:
    return sum(row[what] for row in rows if row["kind"] == kind)


def _distance(history: History, number: int) -> int:
    """Words in and out between that revision and the head, clause by clause."""
    total = 0
    for clause in history.courses:
        then, now = history.words_at(clause, number), history.words_at(clause, history.head)
        if then != now:
            total += len(then) + len(now) - 2 * common(then, now)
    return total


def _trend(changes: list[tuple[date, int]], since: date, today: date) -> dict[str, Any]:
    """Of at most nine whole weeks before this one: whether the words per week grow fewer."""
    found: dict[str, Any] = {"steps": 0, "first": 0, "last": 0, "falling": 0, "rising": 0}
    weeks = min((monday(today) - monday(since)).days // 7, 9)
    if weeks <= 3:
        return found | {"word": "few", "steps": max(weeks - 1, 0)}
    mondays = [monday(today) - timedelta(weeks=back) for back in range(weeks, 0, -1)]
    words = [sum(count for day, count in changes if monday(day) == begin) for begin in mondays]
    falling = sum(later < before for before, later in pairwise(words))
    rising = sum(later > before for before, later in pairwise(words))
    found |= {"steps": weeks - 1, "first": words[0], "last": words[-1]}
    found |= {"falling": falling, "rising": rising}
    return found | {"word": _word(words, falling, rising)}


def _word(words: list[int], falling: int, rising: int) -> str:
    if not any(words):
        return "quiet"
    if sum(count > 0 for count in words) < 2:
        return "few"
    if words[-1] < words[0] and falling > rising:
        return "fell"
    return "rose" if words[-1] > words[0] and rising > falling else "level"
