"""Take back what one did a moment ago: as a mistake, in the open like everything else."""

from __future__ import annotations

from datetime import timedelta

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.predicates import Subject
from app.database import writing
from app.errors import RuleBroken
from app.messages import N_
from app.moderation.models import ModerationAction
from app.moderation.queries.actions import get_action
from app.moderation.rules import MISTAKE_REASON, UNDO_SECONDS
from app.moderation.services.acting import Decision, Link, reverse


def undo(action_id: int, *, actor: Actor) -> ModerationAction:
    """Reverse one's own action within ten minutes; RuleBroken later, or when it stands no more."""
    writing()
    done = get_action(action_id)
    ensure(actor, Act.UNDO_ACTION, Subject(author_id=done.by_id))
    if clock.now() > done.at + timedelta(seconds=UNDO_SECONDS):
        raise RuleBroken(
            N_("This can be undone within 10 minutes only. Please decide on it again."),
            field="action",
        )
    decision = Decision("", done.rule, MISTAKE_REASON)
    return reverse(action_id, decision, actor=actor, link=Link(is_mistake=True))
