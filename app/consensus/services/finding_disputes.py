"""Find the disputes of a policy's clauses: the figure "disputes".

It holds words of the policy alone; who did what, and why, is read when a page is made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.consensus.queries.lives import excluded_of, list_authors, list_lives, list_marked
from app.consensus.queries.public_history import list_steps
from app.consensus.rules.disputes import Dispute, Reading, find_dispute, quote
from app.consensus.rules.figures import WINDOW
from app.consensus.rules.flow_parts import name_of
from app.consensus.rules.life import Life
from app.policies.models import Policy
from app.policies.versions import get_version
from app.text.clauses import body_of

MOST = 10  # disputes of a policy that are shown, those with the most turns


def find_disputes(policy: Policy) -> dict[str, Any]:
    """By "recent" (somebody took words back in the last WINDOW days) and "whole" (ever): the
    disputes as JSON, at most MOST; "first": the revision from which on they were looked for;
    "marked": how many were left out as vandalism."""
    times = {step.number: step.at for step in list_steps(policy)}
    lives = list_lives(policy.id) if times else {}
    marked = list_marked(policy.id)
    excluded = excluded_of(lives, marked) if marked else frozenset()
    authors = {
        number: person
        for number, person in list_authors(policy, excluded).items()
        if number in times
    }
    now = clock.now()
    spans = {"recent": now - timedelta(days=WINDOW), "whole": None}
    found: dict[str, Any] = {
        "first": min(times, default=0),
        "marked": len([number for number in marked if number in times]),
    }
    for name, since in spans.items():
        rows = [*_rows(policy, lives, times, authors, now, since, excluded)]
        rows.sort(key=lambda row: -len(row["turns"]))
        found[name] = rows[:MOST]
    return found


def _rows(
    policy: Policy,
    lives: Mapping[str, Life],
    times: Mapping[int, datetime],
    authors: Mapping[int, int],
    now: datetime,
    since: datetime | None,
    excluded: Collection[int],
) -> Iterator[dict[str, Any]]:
    for clause, life in lives.items():
        dispute = find_dispute(life, times, authors, now, since=since, excluded=excluded)
        if dispute is not None:
            yield _row(policy.id, clause, dispute)


def _row(policy_id: int, clause: str, dispute: Dispute) -> dict[str, Any]:
    return {
        "clause": clause,
        "label": _label(policy_id, clause, dispute),
        "readings": [_reading(policy_id, clause, reading) for reading in dispute.readings],
        "turns": [[turn.number, turn.reading, turn.back] for turn in dispute.turns],
        "others": dispute.others,
        "earlier": dispute.earlier,
    }


def _label(policy_id: int, clause: str, dispute: Dispute) -> str:
    """What the clause was called when it last stood."""
    numbers = [reading.number for reading in dispute.readings if reading.spots]
    found = get_version(policy_id, max(numbers)).clause(clause)
    return name_of(found) if found else ""


def _reading(policy_id: int, clause: str, reading: Reading) -> dict[str, Any]:
    found = get_version(policy_id, reading.number).clause(clause) if reading.spots else None
    words = quote(body_of(found), reading.spots) if found else None
    return {"words": words, "seconds": reading.seconds, "stands": reading.stands}
