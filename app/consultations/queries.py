"""Reads of calls for comment."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.consultations.models import CallClause, ConsultationCall
from app.database import db


def find_call(policy_id: int) -> ConsultationCall | None:
    """The call of a policy that the reader was let see, open or closed; or None."""
    return db.session.get(ConsultationCall, policy_id)


def list_cards(policy_id: int) -> Sequence[CallClause]:
    """The clauses a call asks about, in the officer's order."""
    query = select(CallClause).where(CallClause.policy_id == policy_id)
    return db.session.scalars(query.order_by(CallClause.position)).all()
