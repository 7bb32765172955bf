"""What became of an action: taken back, under review, upheld or overturned, noted by a supervisor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.moderation.models import Appeal, Inspection, ModerationAction
from app.moderation.review_rules import About, Aim


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one action, as the log says it.

    ``asked_at``: a review was asked for; ``decided_at``, ``outcome`` and ``reason`` are its end.
    ``reversal_id`` is the action that took this one back, ``was_mistake`` when its own author did
    so at once. ``notes`` are the ids of supervisors' notes about it.
    """

    asked_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: str = ""
    reason: str = ""
    by_role: str = ""
    reversal_id: int | None = None
    reversed_at: datetime | None = None
    was_mistake: bool = False
    notes: tuple[int, ...] = ()


def list_verdicts(action_ids: Sequence[int]) -> dict[int, Verdict]:
    """By id of the action, where anything became of it; three SELECTs for a page."""
    if not action_ids:
        return {}
    found: dict[int, Verdict] = {}
    appeals = select(Appeal).where(Appeal.action_id.in_(action_ids))
    for one in db.session.scalars(appeals):
        found[one.action_id] = Verdict(
            one.at, one.decided_at, one.outcome, one.reason, one.decided_role
        )
    for done in db.session.scalars(
        select(ModerationAction)
        .where(ModerationAction.reverses_id.in_(action_ids))
        .order_by(ModerationAction.id.desc())
    ):
        if done.reverses_id is not None:
            verdict = found.get(done.reverses_id, Verdict())
            found[done.reverses_id] = replace(
                verdict, reversal_id=done.id, reversed_at=done.at, was_mistake=done.is_mistake
            )
    return _with_notes(found, action_ids)


def _with_notes(found: dict[int, Verdict], action_ids: Sequence[int]) -> dict[int, Verdict]:
    aims = {str(Aim(About.ACTION, one)): one for one in action_ids}
    query = select(Inspection.id, Inspection.about).where(Inspection.about.in_(aims))
    for note, about in db.session.execute(query.order_by(Inspection.id)):
        verdict = found.get(aims[about], Verdict())
        found[aims[about]] = replace(verdict, notes=(*verdict.notes, note))
    return found
