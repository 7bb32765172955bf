"""Go on duty and off, and tell the next volunteer what to know."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.models import DutyShift
from app.discussions.rules import checked_body
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.moderation.events import ShiftChanged
from app.moderation.models import HandOver
from app.moderation.rules import SHIFT_HOURS


def go_on_duty(hours: int, *, actor: Actor) -> datetime:
    """Be on duty from now on for so many hours, whatever was planned before; until when."""
    ensure(actor, Act.KEEP_ORDER)
    if hours not in SHIFT_HOURS:
        raise RuleBroken(N_("Please choose for how long."), field="hours")
    writing()
    now = clock.now()
    until = now + timedelta(hours=hours)
    shift = _own_shift(actor, now)
    if shift is None:
        db.session.add(DutyShift(person_id=actor.person_id, begins_at=now, ends_at=until))
    else:
        shift.ends_at = until
    db.session.flush()
    record(ShiftChanged(until=until.isoformat()), actor=actor)
    return until


def go_off_duty(*, actor: Actor) -> None:
    """Be on duty no longer; who is not, stays so."""
    ensure(actor, Act.KEEP_ORDER)
    writing()
    now = clock.now()
    shift = _own_shift(actor, now)
    if shift is None:
        return
    shift.ends_at = now
    db.session.flush()
    record(ShiftChanged(until=""), actor=actor)


def hand_over(words: str, *, actor: Actor) -> None:
    """Leave a note for whoever is on duty next."""
    ensure(actor, Act.KEEP_ORDER)
    words = checked_body(words)
    writing()
    db.session.add(HandOver(words=words, by_id=actor.person_id, at=clock.now()))
    db.session.flush()


def _own_shift(actor: Actor, now: datetime) -> DutyShift | None:
    query = select(DutyShift).where(
        DutyShift.person_id == actor.id, DutyShift.begins_at <= now, DutyShift.ends_at > now
    )
    return db.session.scalars(query.with_for_update().limit(1)).one_or_none()
