"""How the drafts of the site stand, policy by policy; each list is a page, so none grows with the
site."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.consensus.models import ClauseState
from app.consensus.queries.states import StateView, list_states_of
from app.consensus.rules.status import Status
from app.database import db
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import seen_by

PAGE_SIZE = 20
NAMED = 5  # disputed clauses of one draft; its own page has all
LOUD = (Status.CONTESTED, Status.MOVING, Status.UNSEEN, Status.DISCUSSED)
# From the first draft until it is decided; before there is nothing to decide, afterwards it is.
UNDECIDED = (
    Phase.DRAFTING,
    Phase.RESPONSE,
    Phase.TRIAL,
    Phase.EXAMINATION,
    Phase.LEGALITY_REVIEW,
    Phase.DECISION,
)
ASIDE = ("rules", "practice")  # kinds of pages that no office decides on


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy and how many of its clauses stand how, the loudest first."""

    policy: Policy
    counts: Sequence[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Disputed:
    """A policy with the first of its disputed clauses; ``count`` is how many there are."""

    policy: Policy
    count: int
    states: Sequence[StateView]


def list_standings(
    actor: Actor, *, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[list[Standing], int | None]:
    """The evaluated policies that ``actor`` may see, newest first, and the next page's key."""
    query = _policies(actor).where(_has(*Status), Policy.kind != "practice")
    return _standings(query, after, size)


def list_ready(
    actor: Actor, department_id: int | None, *, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[list[Standing], int | None]:
    """Undecided policies of the department in which every clause is calm: no dispute, no change,
    nothing that waits for an answer, none that too few have read."""
    query = _of_office(_policies(actor), department_id).where(
        Policy.phase.in_(UNDECIDED), _has(Status.SETTLED, Status.NONE), ~_has(*LOUD)
    )
    return _standings(query, after, size)


def list_disputed(
    actor: Actor,
    department_id: int | None = None,
    *,
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> tuple[list[Disputed], int | None]:
    """Policies with disputed clauses, of one department or of all, newest first, and the next
    page's key."""
    query = _policies(actor).where(_has(Status.CONTESTED), Policy.kind != "practice")
    if department_id is not None:
        query = _of_office(query, department_id)
    policies, next_key = _page(query, after, size)
    states = list_states_of([policy.id for policy in policies], Status.CONTESTED)
    found = [
        Disputed(policy, len(states[policy.id]), states[policy.id][:NAMED]) for policy in policies
    ]
    return found, next_key


def _policies(actor: Actor) -> Select[Any]:
    return select(Policy).where(seen_by(actor)).options(joinedload(Policy.department))


def _of_office(query: Select[Any], department_id: int | None) -> Select[Any]:
    return query.where(Policy.department_id == department_id, Policy.kind.not_in(ASIDE))


def _has(*shown: Status) -> ColumnElement[bool]:
    """SQL: a clause of the policy stands in one of these ways."""
    return exists().where(ClauseState.policy_id == Policy.id, ClauseState.shown.in_(shown))


def _page(query: Select[Any], after: int | None, size: int) -> tuple[Sequence[Policy], int | None]:
    if after is not None:
        query = query.where(Policy.id < after)
    rows = db.session.scalars(query.order_by(Policy.id.desc()).limit(size + 1)).all()
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def _standings(
    query: Select[Any], after: int | None, size: int
) -> tuple[list[Standing], int | None]:
    policies, next_key = _page(query, after, size)
    counts = _count([policy.id for policy in policies])
    found = [
        Standing(
            policy, [(code, counts[policy.id][code]) for code in Status if counts[policy.id][code]]
        )
        for policy in policies
    ]
    return found, next_key


def _count(policy_ids: Collection[int]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = db.session.execute(
        select(ClauseState.policy_id, ClauseState.shown, func.count())
        .where(ClauseState.policy_id.in_(policy_ids))
        .group_by(ClauseState.policy_id, ClauseState.shown)
    )
    for policy_id, shown, count in rows:
        found[policy_id][shown] = count
    return found
