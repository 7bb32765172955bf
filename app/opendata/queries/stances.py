"""Positions under a pseudonym of their own, people who read, thresholds and daily statuses."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from app.consensus.models import ClauseState, Position, StatusRun, ThresholdChange
from app.consensus.queries.statements import list_shown
from app.consensus.rules.agreement import Tally
from app.consensus.rules.cells import SMALL, published_role, told_apart
from app.consensus.rules.figures import ClauseFigures
from app.database import db
from app.opendata.queries.texts import Published
from app.opendata.rules import position_pseudonym
from app.text import archive

Row = dict[str, Any]
BODY = "body"


def position_rows(published: Published) -> Iterator[Row]:
    """The latest position of each person on each statement, by the day it was taken.

    As on the pages: roles of fewer than five people on one wording are "other", and where these are
    fewer than five themselves they are left out; who speaks for a body is "body" and counts apart.
    In the order of the pseudonyms, which says nothing about people or time.
    """
    policy = published.policy
    kept = db.session.scalars(select(Position).where(Position.policy_id == policy.id))
    by_wording: dict[tuple[str, str], list[Position]] = defaultdict(list)
    shown = list_shown(policy)
    for position in kept:
        if position.statement.startswith("s-") and position.statement not in shown:
            continue
        by_wording[position.statement, position.wording].append(position)
    for (statement, wording), positions in sorted(by_wording.items()):
        yield from _told(published, statement, wording, positions)


def _told(
    published: Published, statement: str, wording: str, positions: Sequence[Position]
) -> Iterator[Row]:
    people: dict[str, Tally] = defaultdict(Tally)
    for position in positions:
        if not position.is_body:
            people[position.role] += Tally(agree=1)
    told = told_apart(people)
    bodies = sum(position.is_body for position in positions)

    def role_of(position: Position) -> str | None:
        if position.is_body:
            return BODY if bodies >= SMALL else None
        return published_role(position.role, told)

    rows = [
        {
            "policy": published.policy.slug,
            "statement": statement,
            "actor": position_pseudonym(published.secret, published.policy.id, position.person_id),
            "role_at_time": role,
            "vote": position.choice,
            "day": (position.changed_at or position.taken_at).date().isoformat(),
            "wording": wording,
        }
        for position in positions
        if (role := role_of(position)) is not None
    ]
    yield from sorted(rows, key=lambda row: row["actor"])


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
            "ts": change.at.isoformat(timespec="seconds"),
        }


def status_rows(published: Published) -> Iterator[Row]:
    """Daily evaluations, those that gave the same one after the other as one: by clause what was
    found and what was shown, how often, from when to when."""
    query = select(StatusRun).where(StatusRun.policy_id == published.policy.id)
    for run in db.session.scalars(query.order_by(StatusRun.id)):
        states = json.loads(archive.unpack(run.states, None))
        for clause, (found, shown) in states.items():
            yield {
                "policy": published.policy.slug,
                "run": run.id,
                "clause": clause,
                "regime": run.regime,
                "found": found,
                "shown": shown,
                "times": run.times,
                "first_ts": run.first_at.isoformat(timespec="seconds"),
                "last_ts": run.last_at.isoformat(timespec="seconds"),
            }
