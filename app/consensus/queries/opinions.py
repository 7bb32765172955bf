"""What opinion groups are found from: positions on the words as they are now, and how many there are."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import repeat

from sqlalchemy import String, cast, distinct, func, or_, select

from app.consensus.models import PolicyFigure, Position, PositionCount
from app.consensus.queries.positions import SURE
from app.consensus.queries.statements import list_wordings
from app.database import db
from app.policies.models import Policy

MOST_STATEMENTS = 1000  # the ones with the most positions; the time taken grows with the square
CHOICES = {"agree": 1, "pass": 0, "disagree": -1}

_NUMBER = PositionCount.agree + PositionCount.disagree + PositionCount.unsure


@dataclass(slots=True)
class Stances:
    """One entry a position in each of the four; ``statements`` are the names that ``statement``
    counts. Plain arrays: 7 bytes a position and a person's number."""

    statements: Sequence[str]
    person: array[int] = field(default_factory=lambda: array("q"))
    statement: array[int] = field(default_factory=lambda: array("H"))
    choice: array[int] = field(default_factory=lambda: array("b"))
    is_confirmed: array[int] = field(default_factory=lambda: array("b"))

    def add(self, statement: int, choice: int, is_confirmed: bool, people: list[str]) -> None:
        """These people took the same position."""
        self.person.extend(map(int, people))
        self.statement.extend(repeat(statement, len(people)))
        self.choice.extend(repeat(choice, len(people)))
        self.is_confirmed.extend(repeat(is_confirmed, len(people)))


def read_stances(policy: Policy) -> Stances:
    """Every position that people who speak for themselves took on the present wording of an
    article or an open suggestion that everybody reads."""
    wordings = list_wordings(policy)
    stances = Stances(_most_answered(policy.id, wordings))
    # The numbers of people come as one string for each answer: a row for each position took
    # three times as long as finding the groups.
    people = func.aggregate_strings(cast(Position.person_id, String), ",")
    for place, name in enumerate(stances.statements):
        query = (
            select(Position.choice, Position.confirmation, people)
            .where(
                Position.policy_id == policy.id,
                Position.statement == name,
                Position.wording == wordings[name],
                Position.is_body.is_(False),
            )
            .group_by(Position.choice, Position.confirmation)
        )
        for choice, confirmation, numbers in db.session.execute(query):
            stances.add(place, CHOICES[choice], confirmation in SURE, numbers.split(","))
    return stances


def _most_answered(policy_id: int, wordings: dict[str, str]) -> list[str]:
    """The statements with positions on their present wording, at most MOST_STATEMENTS, by name."""
    counted: Counter[str] = Counter()
    query = (
        select(PositionCount.statement, PositionCount.wording, func.sum(_NUMBER))
        .where(PositionCount.policy_id == policy_id, PositionCount.is_body.is_(False))
        .group_by(PositionCount.statement, PositionCount.wording)
    )
    for statement, wording, number in db.session.execute(query):
        if wordings.get(statement) == wording:
            counted[statement] += int(number)
    by_number = sorted(counted, key=lambda name: (-counted[name], name))
    return sorted(by_number[:MOST_STATEMENTS])


def count_positions(policy_id: int) -> int:
    """All positions on a policy, whoever took them and on whatever wording; from the counters."""
    query = select(func.coalesce(func.sum(_NUMBER), 0)).where(PositionCount.policy_id == policy_id)
    return int(db.session.scalars(query).one())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A policy with enough positions, or with a figure already; ``figure`` None was never made."""

    policy_id: int
    head_number: int
    positions: int
    figure: PolicyFigure | None


def list_candidates(
    name: str, *, least: int, now: datetime, most_often: timedelta
) -> list[Candidate]:
    """Policies with ``least`` positions or a figure ``name``, unless it was made only just now."""
    totals = (
        select(PositionCount.policy_id, func.sum(_NUMBER).label("positions"))
        .group_by(PositionCount.policy_id)
        .subquery()
    )
    query = (
        select(Policy.id, Policy.head_number, func.coalesce(totals.c.positions, 0), PolicyFigure)
        .outerjoin(totals, totals.c.policy_id == Policy.id)
        .outerjoin(
            PolicyFigure, (PolicyFigure.policy_id == Policy.id) & (PolicyFigure.name == name)
        )
        .where(
            or_(
                PolicyFigure.computed_at < now - most_often,
                PolicyFigure.computed_at > now,  # the clock was put back
                PolicyFigure.name.is_(None) & (totals.c.positions >= least),
            )
        )
        .order_by(Policy.id)
    )
    return [
        Candidate(policy_id, head, int(positions), figure)
        for policy_id, head, positions, figure in db.session.execute(query)
    ]


def count_people_since(policy_id: int, since: datetime) -> int:
    """How many people took or changed a position after ``since``."""
    at = func.coalesce(Position.changed_at, Position.taken_at)
    query = select(func.count(distinct(Position.person_id))).where(
        Position.policy_id == policy_id, at > since
    )
    return int(db.session.scalars(query).one())
