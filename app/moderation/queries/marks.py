"""Which revisions a volunteer marked as vandalism, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.consensus.models import VandalismMark
from app.database import db
from app.moderation.models import ModerationAction


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark on a revision: the action that anybody can read in the record, and its reason."""

    action_id: int
    reason: str
    role: str
    at: datetime


def list_marks(policy_id: int, numbers: Collection[int]) -> dict[int, Mark]:
    """By number, the marks that stand on these revisions of a policy."""
    query = (
        select(VandalismMark.number, ModerationAction)
        .join(ModerationAction, ModerationAction.id == VandalismMark.action_id)
        .where(
            VandalismMark.policy_id == policy_id,
            VandalismMark.number.in_(numbers),
            VandalismMark.ended_at.is_(None),
        )
    )
    return {
        number: Mark(done.id, done.reason, done.by_role, done.at)
        for number, done in db.session.execute(query)
    }
