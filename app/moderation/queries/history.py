"""What was done before about a person's words, name and account; and what one did a moment ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor
from app.database import db
from app.moderation.models import ModerationAction
from app.moderation.queries.log_rows import LogEntry, action_entry, select_actions
from app.moderation.queries.places import is_known, with_places
from app.moderation.queries.verdicts import Verdict, list_verdicts
from app.moderation.rules import OPPOSITE, UNDO_SECONDS, Action

PAGE_SIZE = 50
UNDOABLE = 5  # of the latest actions, those that a page offers to undo


def list_past(
    person_id: int, actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[LogEntry], int | None]:
    """The actions about the person that ``actor`` may know of, newest first below the id
    ``before``, each with what became of it, and the key of the next page."""
    query = select_actions(actor).where(is_known(ModerationAction, actor), *_about(person_id))
    if before is not None:
        query = query.where(ModerationAction.id < before)
    query = query.order_by(ModerationAction.id.desc()).limit(size + 1)
    found = _entries(db.session.execute(query).all())
    return found[:size], found[size - 1].id if len(found) > size else None


def list_of_case(case_id: int, actor: Actor) -> Sequence[LogEntry]:
    """What was done on a case, in its order; the way back included."""
    query = select_actions(actor).where(ModerationAction.case_id == case_id)
    return _entries(db.session.execute(query.order_by(ModerationAction.id)).all())


def list_undoable(actor: Actor) -> Sequence[LogEntry]:
    """What ``actor`` did within the last minutes and may still take back, newest first."""
    since = clock.now() - timedelta(seconds=UNDO_SECONDS)
    query = select_actions(actor).where(
        ModerationAction.by_id == actor.person_id,
        ModerationAction.at > since,
        ModerationAction.action.in_(OPPOSITE),
        ModerationAction.is_mistake.is_(False),
    )
    rows = db.session.execute(query.order_by(ModerationAction.id.desc()).limit(UNDOABLE)).all()
    return [one for one in _entries(rows) if one.verdict.reversal_id is None]


def count_past(person_id: int, actor: Actor) -> tuple[int, int]:
    """How often something was done about the person, and how often that was taken back."""
    query = with_places(select(ModerationAction.id).select_from(ModerationAction), ModerationAction)
    query = query.where(is_known(ModerationAction, actor), *_about(person_id))
    back = select(func.count(ModerationAction.reverses_id.distinct())).where(
        ModerationAction.reverses_id.in_(query)
    )
    count = db.session.scalar(select(func.count()).select_from(query.subquery()))
    return count or 0, db.session.scalar(back) or 0


def _about(person_id: int) -> tuple[Any, ...]:
    """SQL: what a reader reported says nothing about the person until somebody found it so; nor does
    the way back."""
    return (
        ModerationAction.person_id == person_id,
        ModerationAction.action.not_in((Action.NONE, Action.SET_ASIDE)),
        ModerationAction.reverses_id.is_(None),
    )


def _entries(rows: Sequence[Any]) -> list[LogEntry]:
    found = [action_entry(row) for row in rows]
    verdicts = list_verdicts([one.id for one in found])
    return [replace(one, verdict=verdicts.get(one.id, Verdict())) for one in found]
