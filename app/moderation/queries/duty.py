"""Who is on duty, what was handed over, and how much there is to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import Person
from app.accounts.services import setup
from app.database import db
from app.discussions.models import DutyShift
from app.moderation.models import HandOver, ModerationAction, ModerationCase
from app.moderation.queries.held import count_held

NOTES = 5


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A volunteer on duty, with the open cases that are theirs and what they did today."""

    person: Person
    until: datetime
    claimed: int
    acted: int


@dataclass(frozen=True, slots=True)
class Workload:
    """What waits for somebody who keeps order, and what was done since midnight."""

    open: int
    urgent: int
    oldest_at: datetime | None
    held: int
    acted: int


def list_on_duty() -> Sequence[OnDuty]:
    """Who is on duty now, who leaves first standing first."""
    now = clock.now()
    claimed = (
        select(func.count())
        .where(ModerationCase.claimed_by_id == Person.id, ModerationCase.closed_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )
    acted = (
        select(func.count())
        .where(ModerationAction.by_id == Person.id, ModerationAction.at >= _midnight(now))
        .correlate(Person)
        .scalar_subquery()
    )
    query = (
        select(Person, func.max(DutyShift.ends_at).label("until"), claimed, acted)
        .join(DutyShift, DutyShift.person_id == Person.id)
        .where(DutyShift.begins_at <= now, DutyShift.ends_at > now)
        .group_by(Person.id)
        .order_by("until", Person.id)
    )
    return [OnDuty(*row) for row in db.session.execute(query)]


def count_workload() -> Workload:
    """How much there is to do; the same figures for everybody who keeps order."""
    is_open = ModerationCase.closed_at.is_(None)
    cases = select(
        func.count(),
        func.count().filter(ModerationCase.is_urgent.is_(True)),
        func.min(ModerationCase.opened_at),
    ).where(is_open)
    done = select(func.count()).where(
        ModerationAction.by_id.is_not(None), ModerationAction.at >= _midnight(clock.now())
    )
    waiting, urgent, oldest_at = db.session.execute(cases).one()
    return Workload(waiting, urgent, oldest_at, count_held(), db.session.scalar(done) or 0)


def list_notes(size: int = NOTES) -> Sequence[HandOver]:
    """The latest notes for the next on duty, newest first."""
    query = select(HandOver).options(joinedload(HandOver.by)).order_by(HandOver.id.desc())
    return db.session.scalars(query.limit(size)).all()


def _midnight(now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(setup.settings().site_timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
