"""Stop the replies to a thread, and let them go on."""

from __future__ import annotations

from app.database import db
from app.discussions.models import Thread
from app.errors import RuleBroken
from app.ledger.events import Event
from app.messages import N_
from app.moderation.events import ThreadLocked
from app.moderation.models import ModerationAction
from app.moderation.rules import Action
from app.moderation.services.hiding import facts_of
from app.moderation.services.objects import Words


def lock_or_unlock(words: Words, done: ModerationAction) -> tuple[Event, ...]:
    """Do it; RuleBroken with field "action" when somebody was faster."""
    thread = db.session.get_one(Thread, words.id, populate_existing=True)
    locks = done.action == Action.LOCK
    if locks and thread.locked_at is not None:
        raise RuleBroken(N_("Replies are stopped here already."), field="action")
    if not locks and thread.locked_at is None:
        raise RuleBroken(N_("Replies are possible here already."), field="action")
    thread.locked_at = done.at if locks else None
    event = ThreadLocked(policy=thread.policy_id, thread=thread.id, locked=locks, **facts_of(done))
    return (event,)
