"""Positions as rows that say no more than the pages, people who read, thresholds, daily statuses."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select

from app.access.actor import VISITOR
from app.consensus.models import ClauseState, Position, StatusRun, ThresholdChange
from app.consensus.queries.positions import SURE
from app.consensus.queries.statements import list_wordings
from app.consensus.rules.agreement import Tally
from app.consensus.rules.cells import SMALL, part_of, published_role, told_apart
from app.consensus.rules.figures import ClauseFigures
from app.database import db
from app.opendata.queries.texts import Published
from app.opendata.rules import told_days
from app.policies.queries import private_until
from app.text import archive

Row = dict[str, Any]
PEOPLE, CONFIRMED, BODIES, EARLIER = "people", "confirmed", "bodies", "earlier"
A_BATCH = 10_000  # rows that are in memory at a time


def position_rows(published: Published) -> Iterator[Row]:
    """The latest position of each person on each statement that people are asked about now.

    Every figure has rows of its own (``counted``): the people by role, those of them who are
    confirmed, who speaks for a body, and what was said of an earlier wording; each only where the
    pages tell it. A person is a number within these rows, so no row leads to another: by one
    pseudonym for all statements a role that is too small on one could be read from another.
    """
    wordings = list_wordings(published.policy)
    query = (
        select(*_POSITION)
        .where(Position.policy_id == published.policy.id)
        .order_by(Position.statement)
        .execution_options(yield_per=A_BATCH)
    )
    for statement, positions in groupby(db.session.execute(query), attrgetter("statement")):
        if statement in wordings:
            for row in _told(list(positions), wordings[statement]):
                yield {"policy": published.policy.slug, "statement": statement, **row}


_POSITION = (
    Position.statement,
    Position.wording,
    Position.role,
    Position.confirmation,
    Position.is_body,
    Position.choice,
    func.coalesce(Position.changed_at, Position.taken_at).label("at"),
)


def _told(positions: Sequence[Any], wording: str) -> Iterator[Row]:
    fresh = [one for one in positions if one.wording == wording]
    people = [one for one in fresh if not one.is_body]
    tallies: dict[str, Tally] = defaultdict(Tally)
    for one in people:
        tallies[one.role] += Tally(agree=1)
    told = told_apart(tallies)
    shown = [(role, one) for one in people if (role := published_role(one.role, told))]
    days = told_days((role, _day(one)) for role, one in shown)
    yield from _rows(
        PEOPLE,
        wording,
        [(role, one.choice, _day(one) if (role, _day(one)) in days else "") for role, one in shown],
    )
    sure = [one for _, one in shown if one.confirmation in SURE]
    if part_of(Tally(agree=len(shown)), Tally(agree=len(sure))):
        yield from _rows(CONFIRMED, wording, [("", one.choice, "") for one in sure])
    bodies = [one for one in fresh if one.is_body]
    if len(bodies) >= SMALL:
        yield from _rows(BODIES, wording, [("", one.choice, "") for one in bodies])
    earlier = [one for one in positions if one.wording != wording]
    if len(earlier) >= SMALL:
        yield from _rows(EARLIER, "", [("", one.choice, "") for one in earlier])


def _day(one: Any) -> str:
    return str(one.at.date().isoformat())


def _rows(counted: str, wording: str, cells: list[tuple[str, str, str]]) -> Iterator[Row]:
    """In the order of what they say, which tells nothing of people or time."""
    for number, (role, choice, day) in enumerate(sorted(cells), start=1):
        yield {
            "counted": counted,
            "person": f"n{number}",
            "role_at_time": role,
            "vote": choice,
            "day": day,
            "wording": wording,
        }


def read_rows(published: Published) -> Iterator[Row]:
    """By clause and role: how many people read it or wrote on it since its last change of
    substance, as published; the role "" is all of them."""
    query = (
        select(ClauseState)
        .where(ClauseState.policy_id == published.policy.id)
        .order_by(ClauseState.position)
    )
    for state in db.session.scalars(query):
        figures = ClauseFigures.from_json(state.figures)
        for role, people in [("", figures.readers_in_all), *figures.readers.items()]:
            yield {
                "policy": published.policy.slug,
                "clause": state.clause,
                "day": state.evaluated_at.date().isoformat(),
                "role": role,
                "people": people,
            }


def threshold_rows(published: Published) -> Iterator[Row]:
    """Every threshold that the policy set for itself, in order; the last of a name counts."""
    query = select(ThresholdChange).where(ThresholdChange.policy_id == published.policy.id)
    for change in db.session.scalars(query.order_by(ThresholdChange.id)):
        yield {
            "policy": published.policy.slug,
            "name": change.name,
            "was": change.was,
            "value": change.value,
            "reason": change.reason,
            "role": change.by_role,
            "ts": change.at.isoformat(),
        }


def status_rows(published: Published) -> Iterator[Row]:
    """Daily evaluations since the draft is public, those that gave the same one after the other as
    one: by clause what was found and what was shown, how often, from when to when."""
    since = private_until(published.policy, VISITOR) or datetime.min.replace(tzinfo=UTC)
    query = select(StatusRun).where(StatusRun.policy_id == published.policy.id)
    for run in db.session.scalars(query.order_by(StatusRun.id)):
        if run.last_at < since:
            continue
        begun = max(run.first_at, since)
        states = json.loads(archive.unpack(run.states, None))
        for clause, (found, shown) in states.items():
            yield {
                "policy": published.policy.slug,
                "run": run.id,
                "clause": clause,
                "regime": run.regime,
                "found": found,
                "shown": shown,
                "times": min(run.times, (run.last_at - begun).days + 1),
                "first_ts": begun.isoformat(),
                "last_ts": run.last_at.isoformat(),
            }
