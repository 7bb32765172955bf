"""Slow a discussion down: each person writes at most once in some minutes, until a time."""

from __future__ import annotations

from app.database import db
from app.discussions.models import Slowdown
from app.discussions.services.pacing import find_slowdown
from app.errors import RuleBroken
from app.ledger.events import Event
from app.messages import N_
from app.moderation.events import DiscussionSlowed
from app.moderation.models import ModerationAction
from app.moderation.rules import Action
from app.moderation.services.hiding import facts_of
from app.moderation.services.objects import Words


def slow_or_end(words: Words, done: ModerationAction, minutes: int) -> tuple[Event, ...]:
    """Do it to the discussion of a draft; RuleBroken (action) when somebody was faster."""
    running = find_slowdown(words.id)
    if done.action == Action.SLOW:
        if running is not None:
            raise RuleBroken(N_("This discussion is slowed down already."), field="action")
        assert done.until is not None
        db.session.add(Slowdown(policy_id=words.id, minutes=minutes, until=done.until))
    else:
        if running is None:
            raise RuleBroken(N_("This discussion is not slowed down."), field="action")
        running.ended_at = done.at
        minutes = running.minutes
    until = done.until.isoformat() if done.until else ""
    event = DiscussionSlowed(policy=words.id, minutes=minutes, until=until, **facts_of(done))
    return (event,)
