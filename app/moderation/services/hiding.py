"""Hide words and bring them back: what lies in ``visibility.Hidden`` has left every path."""

from __future__ import annotations

from typing import Any

from app.database import db
from app.errors import RuleBroken
from app.ledger.events import Event
from app.ledger.services import salted_hash
from app.messages import N_
from app.moderation.events import (
    CommentHidden,
    CommentShown,
    SuggestionHidden,
    SuggestionShown,
    SummaryHidden,
    SummaryShown,
)
from app.moderation.models import ModerationAction
from app.moderation.queries.words import find_hidden
from app.moderation.rules import SITE, Action, Kind
from app.moderation.services.objects import Words
from app.visibility import Hidden


def hide_or_show(words: Words, done: ModerationAction) -> tuple[Event, ...]:
    """Do it to a comment, a suggestion or a reason line. Numbers and texts of revisions stay, and
    so do words of a suggestion that a revision has taken in."""
    put_aside_or_back(words, done)
    return (_event(words, done),)


def put_aside_or_back(words: Words, done: ModerationAction) -> None:
    """Write or delete the marker; RuleBroken with field "action" when somebody was faster."""
    hidden = find_hidden(words.kind, words.id)
    if done.action == Action.SHOW:
        if hidden is None:
            raise RuleBroken(N_("This is shown already."), field="action")
        if hidden.removed_at is not None:
            raise RuleBroken(N_("This was removed for good already."), field="action")
        db.session.delete(hidden)
        return
    if hidden is not None and (hidden.by_role != SITE or done.action == Action.SET_ASIDE):
        raise RuleBroken(N_("This is hidden already."), field="action")
    marker = hidden or Hidden(kind=done.kind, object_id=done.object_id)
    marker.action_id, marker.hidden_at = done.id, done.at
    marker.rule, marker.reason, marker.by_role = done.rule, done.reason, done.by_role
    db.session.add(marker)


def facts_of(done: ModerationAction) -> dict[str, Any]:
    """What every event of an action says; the reason as a salted hash."""
    return {
        "action": done.id,
        "rule": done.rule,
        "role": done.by_role,
        "reason": salted_hash(done.salt, done.reason),
    }


def _event(words: Words, done: ModerationAction) -> Event:
    shows = done.action == Action.SHOW
    facts = {"policy": done.policy_id, **facts_of(done)}
    if words.kind is Kind.COMMENT:
        return (CommentShown if shows else CommentHidden)(comment=words.id, **facts)
    if words.kind is Kind.SUGGESTION:
        return (SuggestionShown if shows else SuggestionHidden)(number=words.number, **facts)
    return (SummaryShown if shows else SummaryHidden)(revision=words.number, **facts)
