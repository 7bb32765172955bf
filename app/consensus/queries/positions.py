"""Reads of positions: what people think of a wording, and what one person said oneself.

Nothing here tells one person's position to another: a position is only ever read by its owner.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import func, select

from app.access.actor import Actor, Confirmation
from app.consensus.models import Position, PositionCount, Reading
from app.consensus.rules.agreement import Tally, verdict
from app.consensus.rules.cells import FEW, SMALL, part_of, published_role, told_apart
from app.database import db
from app.policies.models import Policy
from app.policies.queries import seen_by

SURE = frozenset({Confirmation.MOBILE, Confirmation.RESIDENT})
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Stance:
    """What is published of one statement in its present wording.

    ``roles`` are the people who speak for themselves, by role; fewer than five of a role are
    "other", and ``is_short`` says that a few were left out even there. ``people`` is all of those
    in ``roles``, ``sure`` those of them whose mobile number or residence is confirmed. Apart from
    them: ``bodies``, and ``earlier``, what people said of an earlier wording. None: too few to
    tell; ``few_bodies`` and ``few_earlier`` are then "0" or "1-4".
    """

    roles: Mapping[str, Tally]
    is_short: bool
    sure: Tally | None
    bodies: Tally | None
    few_bodies: str
    earlier: Tally | None
    few_earlier: str

    @property
    def people(self) -> Tally:
        return total(self.roles.values())


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return reduce(add, tallies, Tally())


def find_stance(policy_id: int, statement: str, wording: str) -> Stance:
    """What people think of ``statement`` as it reads now: one SELECT over its counters."""
    return list_stances(policy_id, {statement: wording})[statement]


def list_stances(policy_id: int, wordings: Mapping[str, str]) -> dict[str, Stance]:
    """The same of several statements, by the wording that each has now; one SELECT for all."""
    count = PositionCount
    by_statement: dict[str, list[PositionCount]] = {statement: [] for statement in wordings}
    for row in db.session.scalars(
        select(count).where(count.policy_id == policy_id, count.statement.in_(list(wordings)))
    ):
        by_statement[row.statement].append(row)
    return {
        statement: _stance(rows, wordings[statement]) for statement, rows in by_statement.items()
    }


def list_asked(policy_id: int) -> list[str]:
    """The statements of a policy that anybody ever took a position on."""
    query = select(PositionCount.statement).where(PositionCount.policy_id == policy_id).distinct()
    return sorted(db.session.scalars(query))


def _stance(rows: Collection[PositionCount], wording: str) -> Stance:
    fresh = [row for row in rows if row.wording == wording]
    people = [row for row in fresh if not row.is_body]
    told = told_apart(_by_role(people))
    shown = [row for row in people if published_role(row.role, told) is not None]
    sure = [row for row in shown if row.confirmation in SURE]
    bodies, few_bodies = _told(row for row in fresh if row.is_body)
    earlier, few_earlier = _told(row for row in rows if row.wording != wording)
    return Stance(
        told,
        len(shown) < len(people),
        part_of(total(told.values()), _sum(sure)),
        bodies,
        few_bodies,
        earlier,
        few_earlier,
    )


def _by_role(rows: Iterable[PositionCount]) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        found[row.role] += Tally(row.agree, row.disagree, row.unsure)
    return found


def _sum(rows: Iterable[PositionCount]) -> Tally:
    return total(_by_role(rows).values())


def _told(rows: Iterable[PositionCount]) -> tuple[Tally | None, str]:
    found = _sum(rows)
    if found.n < SMALL:
        return None, FEW if found.n else "0"
    return found, str(found.n)


def list_tallies(
    policy_id: int, wordings: Mapping[str, str], without: Collection[int] = ()
) -> dict[str, dict[str, Tally]]:
    """By statement what is published of its wording, by role; people who speak for themselves.

    ``without``: as if the people with these ids had said nothing.
    """
    count = PositionCount
    numbers = (func.sum(count.agree), func.sum(count.disagree), func.sum(count.unsure))
    rows = db.session.execute(
        select(count.statement, count.wording, count.role, *numbers)
        .where(
            count.policy_id == policy_id,
            count.statement.in_(list(wordings)),
            count.is_body.is_(False),
        )
        .group_by(count.statement, count.wording, count.role)
    )
    found: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for statement, wording, role, *sums in rows:
        if wording == wordings[statement]:
            found[statement][role] = Tally(*map(int, sums))
    for position in _of_people(policy_id, without):
        if wordings.get(position.statement) == position.wording:
            found[position.statement][position.role] -= _one(position.choice)
    return {statement: told_apart(tallies) for statement, tallies in found.items()}


def _of_people(policy_id: int, people: Collection[int]) -> Iterable[Position]:
    if not people:
        return ()
    return db.session.scalars(
        select(Position).where(
            Position.policy_id == policy_id,
            Position.person_id.in_(people),
            Position.is_body.is_(False),
        )
    )


def _one(choice: str) -> Tally:
    return Tally(choice == "agree", choice == "disagree", choice == "pass")


def verdicts(
    policy_id: int,
    wordings: Mapping[str, str],
    gap: int = 20,
    without: Collection[int] = (),
) -> dict[str, str]:
    """By statement the word of ``rules.agreement`` for the wording given; ``gap`` in hundredths.

    Found from the published numbers alone, so that anybody can find it again; ``without`` as above.
    """
    tallies = list_tallies(policy_id, wordings, without)
    return {statement: verdict(tallies.get(statement, {}), gap) for statement in wordings}


def find_own(policy_id: int, statement: str, actor: Actor) -> Position | None:
    """The position of ``actor``."""
    return list_own(policy_id, (statement,), actor).get(statement)


def list_own(policy_id: int, statements: Collection[str], actor: Actor) -> dict[str, Position]:
    """The positions of ``actor`` by statement; none of a visitor."""
    if actor.is_anonymous or not statements:
        return {}
    mine = select(Position).where(
        Position.policy_id == policy_id,
        Position.person_id == actor.id,
        Position.statement.in_(statements),
    )
    return {position.statement: position for position in db.session.scalars(mine)}


def find_own_reading(policy_id: int, clause: str, actor: Actor) -> Reading | None:
    """That ``actor`` said to have read the clause."""
    if actor.is_anonymous:
        return None
    return db.session.get(Reading, (policy_id, clause, actor.id))


def list_mine(
    actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[list[tuple[Policy, Position]], int | None]:
    """All positions of ``actor`` on drafts that they see, the newest first, and the next key."""
    query = (
        select(Policy, Position)
        .join(Position, Position.policy_id == Policy.id)
        .where(Position.person_id == actor.person_id, seen_by(actor))
        .order_by(Position.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Position.id < before)
    rows: list[Any] = list(db.session.execute(query).all())
    found = [(row[0], row[1]) for row in rows[:size]]
    return found, rows[size - 1][1].id if len(rows) > size else None
