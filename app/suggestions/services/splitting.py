"""Split a contribution into points, each to be answered for itself, or join them again.

A draft that was written stays: of the whole it becomes that of the first point, and back.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from app.access.actor import Actor
from app.database import db, writing
from app.errors import RuleBroken
from app.messages import N_
from app.suggestions.models import AnswerDraft, Contribution, ContributionPart
from app.suggestions.rules import checked_reason
from app.suggestions.services.answering import ensure_answerable
from app.suggestions.services.drafting_answers import lock_draftable

MOST_POINTS = 20


def split(slug: str, number: int, points: Sequence[str], *, actor: Actor) -> int:
    """Split ``number`` into these points, in words taken from it; () joins them. How many it has.

    RuleBroken for one point alone, and when a point that has a draft would be lost.
    """
    words = [checked_reason(point) for point in points if point.strip()]
    if len(words) == 1:
        raise RuleBroken(N_("Please write at least two points, or none."), field="points")
    if len(words) > MOST_POINTS:
        raise RuleBroken(
            N_("At most %(limit)s points are possible."), field="points", limit=MOST_POINTS
        )
    ensure_answerable(slug, number, actor)
    writing()
    _policy, view = lock_draftable(slug, number, actor)
    if view.answers:
        raise RuleBroken(N_("This has an answer already, so it can no longer be split."))
    _ensure_nothing_lost(view.id, len(words))
    _renumber(view.id, view.parts, len(words))
    db.session.execute(delete(ContributionPart).where(ContributionPart.contribution_id == view.id))
    for part, point in enumerate(words, start=1):
        db.session.add(ContributionPart(contribution_id=view.id, part=part, words=point))
    row = db.session.get_one(Contribution, view.id)
    row.parts = len(words)
    db.session.flush()
    return row.parts


def _ensure_nothing_lost(contribution_id: int, count: int) -> None:
    query = select(func.max(AnswerDraft.part)).where(AnswerDraft.contribution_id == contribution_id)
    last = db.session.scalar(query) or 0
    if last > max(count, 1):
        raise RuleBroken(
            N_("Point %(part)s has an answer already. Remove that answer first."),
            field="points",
            part=last,
        )


def _renumber(contribution_id: int, before: int, after: int) -> None:
    if bool(before) == bool(after):
        return
    old, new = (0, 1) if after else (1, 0)
    moved = update(AnswerDraft).where(
        AnswerDraft.contribution_id == contribution_id, AnswerDraft.part == old
    )
    db.session.execute(moved.values(part=new))
