"""What is open on one clause: objections, questions, suggestions, and who knows its wording.

Of each only what everybody may read; definitions in docs/measures.md §4, 3 and 8 to 8b.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

OBJECTION = "objection"
QUESTION = "question"
SUGGESTION = "suggestion"
OFFICER = "officer"
STANDING = timedelta(days=7)  # from when on an objection of one person counts


@dataclass(frozen=True, slots=True)
class Said:
    """A comment in a thread on the clause; ``opens``: it is the one that opened it.

    ``is_settled``: whoever opened the thread closed the objection or called the question answered.
    """

    thread: int
    kind: str
    joined_into: int | None
    is_settled: bool
    person: int
    role: str
    at: datetime
    opens: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A contribution about the clause; ``group`` is that of near-identical ones, else its own."""

    id: int
    kind: str
    person: int
    role: str
    at: datetime
    group: int
    is_open: bool
    is_owed: bool
    thread: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who knows the wording, in the role of that moment."""

    person: int
    role: str
    at: datetime


def count_objections(said: Sequence[Said], now: datetime) -> int:
    """Threads that their opener has not closed, of two people or more, or older than STANDING."""
    goes_on_in = {one.thread: one.joined_into for one in said if one.joined_into is not None}
    people: dict[int, set[int]] = {}
    for one in said:
        people.setdefault(_last_of(one.thread, goes_on_in), set()).add(one.person)
    return sum(
        len(people[one.thread]) >= 2 or now - one.at > STANDING
        for one in said
        if _is_open(one, OBJECTION)
    )


def _last_of(thread: int, goes_on_in: Mapping[int, int]) -> int:
    """The thread in which this one goes on at last."""
    seen: set[int] = set()
    while thread in goes_on_in and thread not in seen:
        seen.add(thread)
        thread = goes_on_in[thread]
    return thread


def _is_open(one: Said, kind: str) -> bool:
    return one.opens and one.kind == kind and not one.is_settled and one.joined_into is None


def count_waiting(
    said: Sequence[Said], sent: Sequence[Sent], now: datetime, service_days: int
) -> dict[str, Any]:
    """The fields ``questions``, ``overdue`` and ``waiting`` of ``ClauseFigures``."""
    about = {one.thread: one for one in sent if one.thread is not None}
    replied = {one.thread for one in said if one.role == OFFICER and not one.opens}
    asked = [
        one
        for one in said
        if _is_open(one, QUESTION)
        and one.thread not in replied
        and (one.thread not in about or about[one.thread].is_open)
    ]
    on_paper = [one for one in sent if one.kind == QUESTION and one.thread is None and one.is_open]
    late = now - timedelta(days=service_days)
    owed = sum(one.is_open and one.is_owed for one in sent)
    return {
        "questions": len(asked) + len(on_paper),
        "overdue": sum(
            at < late for at in [one.at for one in asked] + [one.at for one in on_paper]
        ),
        "waiting": owed
        + sum(one.thread not in about or not about[one.thread].is_owed for one in asked),
    }


def count_suggestions(sent: Iterable[Sent]) -> dict[str, Any]:
    """The fields ``suggestions`` (a near-identical group is one) and ``suggesters``."""
    open_ones = pending(sent)
    return {
        "suggestions": len({one.group for one in open_ones}),
        "suggesters": len({one.person for one in open_ones}),
    }


def pending(sent: Iterable[Sent]) -> list[Sent]:
    """The suggestions that are neither answered nor replaced."""
    return [one for one in sent if one.kind == SUGGESTION and one.is_open]


def count_readers(readers: Iterable[Reader]) -> dict[str, int]:
    """Distinct people by role; who acted in two roles counts in the later one."""
    roles = {one.person: one.role for one in sorted(readers, key=lambda one: one.at)}
    counts: dict[str, int] = {}
    for role in roles.values():
        counts[role] = counts.get(role, 0) + 1
    return counts
