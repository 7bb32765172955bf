"""How the clauses of a policy stand, as the page, the margin of the draft and the site show it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import clock
from app.consensus.models import ClauseState, MeasuredPolicy
from app.consensus.rules.figures import MEASURES_VERSION, ClauseFigures
from app.database import db


@dataclass(frozen=True, slots=True)
class StateView:
    """How one clause stands: ``shown`` is the status on the page, ``found`` that of the latest
    evaluation (a calmer one is shown when it held twice), ``reason`` the rule that held.

    ``quiet_days`` are the whole days since the last change that was not editorial.
    """

    clause: str
    shown: str
    found: str
    reason: str
    regime: str
    figures: ClauseFigures
    quiet_days: int
    changed_number: int
    changed_at: datetime
    waiting_since: datetime | None
    evaluated_at: datetime
    is_under_review: bool

    @property
    def is_calming(self) -> bool:
        """Whether a calmer status was found and waits for a second daily evaluation."""
        return self.found != self.shown


def list_states(policy_id: int, clauses: Collection[str] | None = None) -> dict[str, StateView]:
    """By clause id, how these clauses stand, or all; those not evaluated yet are left out."""
    now = clock.now()
    query = select(ClauseState).where(ClauseState.policy_id == policy_id)
    if clauses is not None:
        query = query.where(ClauseState.clause.in_(clauses))
    return {row.clause: _view(row, now) for row in db.session.scalars(query)}


def list_states_of(policy_ids: Collection[int], shown: str) -> dict[int, list[StateView]]:
    """By policy, its clauses that are shown as ``shown``, in the order of the text."""
    now = clock.now()
    found: dict[int, list[StateView]] = {policy_id: [] for policy_id in policy_ids}
    rows = db.session.scalars(
        select(ClauseState)
        .where(ClauseState.policy_id.in_(policy_ids), ClauseState.shown == shown)
        .order_by(ClauseState.policy_id, ClauseState.position)
    )
    for row in rows:
        found[row.policy_id].append(_view(row, now))
    return found


def find_state(policy_id: int, clause: str) -> StateView | None:
    """How one clause stands; None before it was evaluated and for one that is gone."""
    row = db.session.get(ClauseState, (policy_id, clause))
    return _view(row, clock.now()) if row is not None else None


def _view(row: ClauseState, now: datetime) -> StateView:
    return StateView(
        clause=row.clause,
        shown=row.shown,
        found=row.found,
        reason=row.reason,
        regime=row.regime,
        figures=ClauseFigures.from_json(row.figures),
        # A clock that was put back makes no negative days.
        quiet_days=max(0, (now - row.changed_at).days),
        changed_number=row.changed_number,
        changed_at=row.changed_at,
        waiting_since=row.waiting_since,
        evaluated_at=row.evaluated_at,
        is_under_review=row.is_under_review,
    )


def list_shown(policy_id: int) -> dict[str, str]:
    """By clause id the status alone, for the margin of the draft."""
    query = select(ClauseState.clause, ClauseState.shown).where(ClauseState.policy_id == policy_id)
    return {row.clause: row.shown for row in db.session.execute(query)}


def find_shown(policy_id: int, clause: str) -> str | None:
    """The status of one clause alone."""
    return db.session.scalar(
        select(ClauseState.shown).where(
            ClauseState.policy_id == policy_id, ClauseState.clause == clause
        )
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """Up to which revision a policy was measured, 0 for not at all, and the day of the latest daily
    evaluation."""

    number: int
    evaluated_on: date | None


def find_measured(policy_id: int) -> Measured:
    """How far the figures of a policy are; those of older definitions count as none."""
    row = db.session.get(MeasuredPolicy, policy_id)
    if row is None or row.version != MEASURES_VERSION:
        return Measured(0, None)
    return Measured(row.number, row.evaluated_on)
