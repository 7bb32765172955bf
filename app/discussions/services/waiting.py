"""Words that wait: while a volunteer holds a draft's discussion, or at night when nobody watches.

They are received and registered like all others and shown once they are released.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.limits import is_new
from app.accounts.services import setup
from app.database import db
from app.discussions.models import DutyShift, Hold, Thread
from app.discussions.rules import next_morning, night_ends_at
from app.discussions.services.filtering import looks_like_advertising
from app.errors import RuleBroken
from app.messages import N_


@dataclass(frozen=True, slots=True)
class Wait:
    """Words sent now are shown to others from ``until`` on; ``is_hold``: everybody's, because a
    volunteer holds the draft's discussion, else those of new accounts, because nobody watches."""

    until: datetime
    is_hold: bool


def waits_until(policy_id: int, actor: Actor, words: str = "") -> datetime | None:
    """Until when ``words`` that ``actor`` writes now are kept out of sight, or None.

    Only residents' words wait: officers and volunteers answer for theirs. What reads like
    advertising waits until the morning, so that a volunteer may look first.
    """
    if actor.role is not Role.RESIDENT:
        return None
    now = clock.now()
    moments = [find_hold(policy_id, now)]
    if is_new(actor, now):
        moments.append(find_unwatched(now))
    if looks_like_advertising(words, actor):
        moments.append(find_morning(now))
    return max((moment for moment in moments if moment is not None), default=None)


def waits_as(
    thread_id: int | None, policy_id: int, actor: Actor, words: str = ""
) -> datetime | None:
    """The same of words that opened the thread, so that both wait for the same moment."""
    if thread_id is None:
        return waits_until(policy_id, actor, words)
    return db.session.get_one(Thread, thread_id).held_until


def find_wait(policy_id: int, actor: Actor) -> Wait | None:
    """What the pages of the policy tell ``actor`` before they write, in whatever role.

    A visitor who writes becomes a new account.
    """
    now = clock.now()
    held = find_hold(policy_id, now)
    may_wait = actor.is_anonymous or (actor.role is Role.RESIDENT and is_new(actor, now))
    unwatched = find_unwatched(now) if may_wait else None
    if held is not None:
        return Wait(max(held, unwatched or held), is_hold=True)
    return Wait(unwatched, is_hold=False) if unwatched is not None else None


def find_notice(policy_id: int, actor: Actor) -> Wait | None:
    """The same for pages that are kept and shared: visitors are told of a hold alone."""
    return find_held(policy_id) if actor.is_anonymous else find_wait(policy_id, actor)


def find_held(policy_id: int) -> Wait | None:
    """The hold on the policy."""
    until = find_hold(policy_id, clock.now())
    return Wait(until, is_hold=True) if until is not None else None


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
    return None if ends_at is None or is_watched(now) else ends_at


def find_morning(now: datetime) -> datetime:
    """When a hold that begins now ends by itself."""
    settings = setup.settings()
    return next_morning(now, settings.night, ZoneInfo(settings.site_timezone))


def is_watched(now: datetime) -> bool:
    """Whether a volunteer is on duty; who, is for those who keep order."""
    query = select(DutyShift.id).where(DutyShift.begins_at <= now, DutyShift.ends_at > now)
    return db.session.scalar(query.limit(1)) is not None


def ensure_no_way_around(
    policy_id: int,
    held_until: datetime | None,
    actor: Actor,
    field: str = "body",
    *,
    words: str = "",
) -> None:
    """Shown words are not changed into ``words`` that would wait; ``field`` is where the form says
    so."""
    if held_until is not None:
        return
    if looks_like_advertising(words, actor):
        raise RuleBroken(
            N_(
                "From an account that is less than a day old, words with many links wait until a "
                "volunteer has looked. Please send them as a new comment."
            ),
            field=field,
        )
    if waits_until(policy_id, actor) is not None:
        raise RuleBroken(
            N_("New words wait at the moment, so words that are shown cannot be changed."),
            field=field,
        )
