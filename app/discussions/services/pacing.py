"""Slow a discussion down: while a volunteer asked for it, each resident writes once in a while."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import Throttle
from app.database import db
from app.discussions.models import Slowdown
from app.errors import TooMany
from app.messages import N_


def find_slowdown(policy_id: int) -> Slowdown | None:
    """The slowdown of a policy that lasts now, or None."""
    query = select(Slowdown).where(
        Slowdown.policy_id == policy_id, Slowdown.ended_at.is_(None), Slowdown.until > clock.now()
    )
    return db.session.scalars(query.order_by(Slowdown.id.desc()).limit(1)).first()


def ensure_pace(policy_id: int, actor: Actor) -> None:
    """Note that ``actor`` writes on the policy now, or raise TooMany: too soon after the last time.

    Inside the gate, with the policy locked, as the last check before the words are stored. What is
    refused afterwards is not counted, as the note goes with the transaction.
    """
    slowdown = find_slowdown(policy_id) if actor.role is Role.RESIDENT else None
    if slowdown is None:
        return
    now, pause = clock.now(), timedelta(minutes=slowdown.minutes)
    key = f"pace:{policy_id}:{actor.person_id}"
    row = db.session.get(Throttle, key, populate_existing=True)
    if row is None:
        db.session.add(Throttle(key=key, window_ends_at=now + pause, count=1))
        return
    # A slowdown that was longer, or a clock that was put back, keeps nobody waiting.
    ends_at = min(row.window_ends_at, now + pause)
    if ends_at > now:
        raise _too_soon(slowdown.minutes, ends_at - now)
    row.window_ends_at = now + pause


def _too_soon(minutes: int, left: timedelta) -> TooMany:
    seconds = left.total_seconds()
    return TooMany(
        N_(
            "A volunteer slowed this discussion down: each person writes once in %(minutes)s "
            "minutes. Please send your words in %(left)s minutes; they are below."
        ),
        retry_after=max(1, round(seconds)),
        minutes=minutes,
        left=max(1, -int(-seconds // 60)),
    )
