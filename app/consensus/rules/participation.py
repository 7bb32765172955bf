"""Who takes part: roles by week, new people and how many came back, with small numbers untold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.consensus.rules.cells import SMALL, blurred
from app.consensus.rules.heartbeat import bars_begin, monday_of
from app.consensus.rules.shares import Hand


@dataclass(frozen=True, slots=True)
class Presence:
    """A person did something that everybody can read, on ``day``, in the ``role`` of then."""

    day: date
    person: int
    role: str


def role_mix(presences: Sequence[Presence]) -> tuple[str, list[dict[str, Any]]]:
    """The length of a bar (week, month …) and for each how many people of which role took part, as
    published (``cells.blurred``). Who changed role within it counts in the last one."""
    if not presences:
        return "week", []
    days = [one.day for one in presences]
    period, begins, begin = bars_begin(min(days), max(days))
    roles: dict[date, dict[int, str]] = defaultdict(dict)
    for one in sorted(presences, key=lambda each: each.day):
        roles[begin(one.day)][one.person] = one.role
    return period, [_mix(day, roles[day].values()) for day in begins]


def _mix(begins: date, roles: Iterable[str]) -> dict[str, Any]:
    counts: dict[str, int] = defaultdict(int)
    for role in roles:
        counts[role] += 1
    told, total = blurred(counts)
    return {"begins": begins.isoformat(), "people": total, "roles": told}


def newcomers(presences: Sequence[Presence]) -> dict[str, Any]:
    """How many people there are in all, and how many of them took part again in a later week.

    Neither those who came back nor those who did not are told where they are fewer than five.
    """
    weeks: dict[int, set[date]] = defaultdict(set)
    for one in presences:
        weeks[one.person].add(monday_of(one.day))
    back = sum(len(found) > 1 for found in weeks.values())
    return {"people": people_told(len(weeks)), "came_back": part_told(back, len(weeks))}


def by_person(hands: Mapping[Hand, int]) -> list[int]:
    """How many words each person put in, in whatever roles; nobody's words are left out."""
    found: dict[int, int] = defaultdict(int)
    for hand, words in hands.items():
        if hand.person:
            found[hand.person] += words
    return sorted(found.values(), reverse=True)


def people_told(count: int) -> str:
    """ "0", "1-4" or the number."""
    return str(count) if count == 0 or count >= SMALL else "1-4"


def part_told(part: int, whole: int) -> str | None:
    """``part`` of ``whole`` people as published; None where it would tell what a few did."""
    if whole < SMALL or 0 < whole - part < SMALL:
        return None
    return people_told(part)
