"""Mark what a revision did to the text as vandalism, and take the mark off. The text stays."""

from __future__ import annotations

from app.consensus.services import marking
from app.ledger.events import Event
from app.moderation.events import RevisionMarked
from app.moderation.models import ModerationAction
from app.moderation.rules import Action
from app.moderation.services.hiding import facts_of
from app.moderation.services.objects import Words


def mark_or_unmark(words: Words, done: ModerationAction) -> tuple[Event, ...]:
    """Do it; RuleBroken with field "action" when somebody was faster."""
    assert done.policy_id is not None
    marks = done.action == Action.MARK
    change = marking.mark if marks else marking.unmark
    change(done.policy_id, words.number, marking.Act(done.id, done.by_role, done.at))
    event = RevisionMarked(
        policy=done.policy_id, revision=words.number, marked=marks, **facts_of(done)
    )
    return (event,)
