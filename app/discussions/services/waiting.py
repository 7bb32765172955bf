"""Words that wait: while a volunteer holds a draft's discussion, or at night when nobody watches.

They are received and registered like all others and shown once they are released.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.services import setup
from app.database import db
from app.discussions.models import DutyShift, Hold
from app.discussions.rules import night_ends_at

NEW_ACCOUNT = timedelta(hours=24)


def waits_until(policy_id: int, actor: Actor) -> datetime | None:
    """Until when words that ``actor`` writes now are kept out of sight, or None.

    Only residents' words wait: officers and volunteers answer for theirs.
    """
    if actor.role is not Role.RESIDENT:
        return None
    now = clock.now()
    moments = [find_hold(policy_id, now)]
    if _is_new(actor, now):
        moments.append(find_unwatched(now))
    return max((moment for moment in moments if moment is not None), default=None)


def find_hold(policy_id: int, now: datetime) -> datetime | None:
    """Until when new words on the policy are held, or None."""
    query = select(func.max(Hold.until)).where(
        Hold.policy_id == policy_id, Hold.ended_at.is_(None), Hold.until > now
    )
    return db.session.scalar(query)


def find_unwatched(now: datetime) -> datetime | None:
    """The end of the night if it is night and no volunteer is on duty, else None."""
    settings = setup.settings()
    if settings.night is None:
        return None
    ends_at = night_ends_at(now, settings.night, ZoneInfo(settings.site_timezone))
    return None if ends_at is None or _is_watched(now) else ends_at


def _is_watched(now: datetime) -> bool:
    query = select(DutyShift.id).where(DutyShift.begins_at <= now, DutyShift.ends_at > now)
    return db.session.scalar(query.limit(1)) is not None


def _is_new(actor: Actor, now: datetime) -> bool:
    return actor.joined_at is not None and now - actor.joined_at < NEW_ACCOUNT
