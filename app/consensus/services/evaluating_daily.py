"""Once a day, by the calendar of the site, every policy is evaluated: what time alone brings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select

from app import clock
from app.consensus.models import MeasuredPolicy, StatusRun
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.services.evaluating import evaluate
from app.consultations.queries.calendar import day_of, start_of
from app.database import db

A_TURN = 5  # policies; others wait at the write gate meanwhile


def evaluate_due() -> int:
    """Evaluate a few policies that were not evaluated today; how many."""
    due = _due(day_of(clock.now()))
    if due:
        evaluate(due, is_daily=True)
    return len(due)


def _due(today: date) -> list[int]:
    begins: datetime = start_of(today)
    # A clock that was put back comes to days that were looked at before.
    was_done = exists().where(
        StatusRun.policy_id == MeasuredPolicy.policy_id,
        StatusRun.first_at < begins + timedelta(days=1),
        StatusRun.last_at >= begins,
    )
    evaluated_on = MeasuredPolicy.evaluated_on
    query = select(MeasuredPolicy.policy_id).where(
        MeasuredPolicy.version == MEASURES_VERSION,
        or_(evaluated_on.is_(None), evaluated_on != today),
        ~was_done,
    )
    return list(db.session.scalars(query.order_by(MeasuredPolicy.policy_id).limit(A_TURN)))
