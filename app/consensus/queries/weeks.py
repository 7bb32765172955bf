"""The revisions that changed the words of one clause."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql import ColumnElement

from app.consensus.models import RevisionChange
from app.database import db
from app.policies.models import Policy, Revision
from app.visibility import Hidden, hides

_IS_OF_REVISION = (Revision.policy_id == RevisionChange.policy_id) & (
    Revision.number == RevisionChange.number
)


def _readable(first_number: int) -> ColumnElement[bool]:
    """What an outsider may know: not the step from a version they may not read."""
    if first_number <= 1:
        return RevisionChange.number >= 1
    return RevisionChange.number > first_number


def list_clause_changes(
    policy: Policy, clause: str, first_number: int, *, before: int | None = None, size: int = 50
) -> tuple[Sequence[Row[RevisionChange, Revision, Hidden | None]], int | None]:
    """The revisions that changed the words of one clause, newest first, and the next page's key."""
    query = (
        select(RevisionChange, Revision, Hidden)
        .join(Revision, _IS_OF_REVISION)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(
            RevisionChange.policy_id == policy.id,
            RevisionChange.clause == clause,
            _readable(first_number),
        )
        .options(joinedload(Revision.author))
        .order_by(RevisionChange.number.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(RevisionChange.number < before)
    rows = db.session.execute(query).all()
    return rows[:size], rows[size - 1][1].number if len(rows) > size else None
