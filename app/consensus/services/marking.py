"""Say of a revision that it was vandalism, and take it back; what it did is counted apart.

Moderation decides, with rule and reason; the figures follow in the worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.consensus.models import VandalismMark
from app.database import db
from app.errors import RuleBroken
from app.messages import N_


@dataclass(frozen=True, slots=True)
class Act:
    """The moderation action behind a mark: its id, in which role it was taken, and when."""

    action_id: int
    role: str
    at: datetime


def mark(policy_id: int, number: int, act: Act) -> None:
    """Mark a revision; RuleBroken (action) when it is marked already, or is the first: it took
    nothing from anybody. Inside the gate."""
    if number == 1:
        raise RuleBroken(
            N_("The first version changed nothing, so it cannot be marked."), field="action"
        )
    if _find(policy_id, number) is not None:
        raise RuleBroken(N_("This is marked already."), field="action")
    db.session.add(
        VandalismMark(
            policy_id=policy_id,
            number=number,
            action_id=act.action_id,
            by_role=act.role,
            at=act.at,
        )
    )


def unmark(policy_id: int, number: int, act: Act) -> None:
    """Take the mark off; it stays in the table as one that ended. RuleBroken (action) when there
    is none. Inside the gate."""
    found = _find(policy_id, number)
    if found is None:
        raise RuleBroken(N_("This is not marked."), field="action")
    found.ended_at = act.at


def _find(policy_id: int, number: int) -> VandalismMark | None:
    return db.session.scalar(
        select(VandalismMark).where(
            VandalismMark.policy_id == policy_id,
            VandalismMark.number == number,
            VandalismMark.ended_at.is_(None),
        )
    )
