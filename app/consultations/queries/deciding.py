"""Reads of the legality review and the decision of a policy."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.consultations.models import Decision, LegalReview
from app.database import db


def find_review(policy_id: int) -> LegalReview | None:
    """The latest conclusion of the legality review."""
    query = select(LegalReview).where(LegalReview.policy_id == policy_id)
    return db.session.scalars(query.order_by(LegalReview.id.desc()).limit(1)).first()


def list_reviews(policy_id: int) -> Sequence[LegalReview]:
    """Every conclusion, the latest first; an earlier one stays where it was read."""
    query = select(LegalReview).where(LegalReview.policy_id == policy_id)
    return db.session.scalars(query.order_by(LegalReview.id.desc())).all()


def find_decision(policy_id: int) -> Decision | None:
    """The latest decision that was recorded, announced or not."""
    query = select(Decision).where(Decision.policy_id == policy_id)
    return db.session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()
