"""Hide words and bring them back: a volunteer's act, with a rule and a reason, in the open."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from app import clock
from app.access.actor import Actor
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.events import Event
from app.ledger.services import record, salted_hash
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
from app.moderation.rules import Action, Kind, Rule, checked_action, checked_reason, checked_rule
from app.moderation.services.objects import Words, ensure_may_moderate, find_words
from app.policies.services.writing_revisions import lock_head, touch
from app.visibility import Hidden


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator sends: what to do, under which rule, and why."""

    action: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """What an action belongs to: the case it closes, the selection it was part of, the action it
    takes back (``is_mistake``: as its own author, at once)."""

    case_id: int | None = None
    batch: str = ""
    reverses_id: int | None = None
    is_mistake: bool = False


ALONE = Link()


def act(
    kind: Kind, object_id: int, decision: Decision, *, actor: Actor, link: Link = ALONE
) -> ModerationAction:
    """Hide or show one comment, suggestion or reason line; not one's own, not an officer's.

    Numbers and texts of revisions stay, and so do words of a suggestion that a revision has taken
    in. Raises RuleBroken with field "action" when somebody was faster.
    """
    action, rule = checked_action(decision.action), checked_rule(decision.rule)
    reason = checked_reason(decision.reason)
    ensure_may_moderate(find_words(kind, object_id, actor), actor)
    writing()
    words = find_words(kind, object_id, actor)
    ensure_may_moderate(words, actor)
    policy = lock_head(words.policy.id)
    hidden = find_hidden(words.kind, words.id)
    _ensure_changes_something(action, hidden)
    done = _log(words, action, rule, reason, actor, link)
    if hidden is not None:
        db.session.delete(hidden)
    else:
        db.session.add(_hidden(done))
    touch(policy)
    db.session.flush()
    record(_event(words, done), actor=actor, is_public=policy.is_public)
    return done


def act_on_comment(comment_id: int, decision: Decision, *, actor: Actor) -> ModerationAction:
    """Hide or show one comment."""
    return act(Kind.COMMENT, comment_id, decision, actor=actor)


def act_on_suggestion(
    contribution_id: int, decision: Decision, *, actor: Actor
) -> ModerationAction:
    """Hide or show the words and the reason of one suggestion; its number stays."""
    return act(Kind.SUGGESTION, contribution_id, decision, actor=actor)


def act_on_summary(revision_id: int, decision: Decision, *, actor: Actor) -> ModerationAction:
    """Hide or show the reason line of one revision; its text and number stay."""
    return act(Kind.SUMMARY, revision_id, decision, actor=actor)


def _ensure_changes_something(action: Action, hidden: Hidden | None) -> None:
    if action is Action.HIDE and hidden is not None:
        raise RuleBroken(N_("This is hidden already."), field="action")
    if action is Action.SHOW and hidden is None:
        raise RuleBroken(N_("This is shown already."), field="action")


def _log(
    words: Words, action: Action, rule: Rule, reason: str, actor: Actor, link: Link
) -> ModerationAction:
    done = ModerationAction(
        action=action,
        kind=words.kind,
        object_id=words.id,
        policy_id=words.policy.id,
        person_id=words.author_id,
        case_id=link.case_id,
        reverses_id=link.reverses_id,
        is_mistake=link.is_mistake,
        batch=link.batch,
        rule=rule,
        reason=reason,
        salt=secrets.token_bytes(16),
        by_id=actor.person_id,
        by_role=actor.role,
        at=clock.now(),
    )
    db.session.add(done)
    db.session.flush()
    return done


def _hidden(done: ModerationAction) -> Hidden:
    return Hidden(
        kind=done.kind,
        object_id=done.object_id,
        action_id=done.id,
        rule=done.rule,
        reason=done.reason,
        by_role=done.by_role,
        hidden_at=done.at,
    )


def _event(words: Words, done: ModerationAction) -> Event:
    facts_of_all: dict[str, Any] = {
        "policy": words.policy.id,
        "action": done.id,
        "rule": done.rule,
        "role": done.by_role,
        "reason": salted_hash(done.salt, done.reason),
    }
    if words.kind is Kind.COMMENT:
        commented = CommentHidden if done.action == Action.HIDE else CommentShown
        return commented(comment=words.id, **facts_of_all)
    if words.kind is Kind.SUGGESTION:
        suggested = SuggestionHidden if done.action == Action.HIDE else SuggestionShown
        return suggested(number=words.number, **facts_of_all)
    summarised = SummaryHidden if done.action == Action.HIDE else SummaryShown
    return summarised(revision=words.number, **facts_of_all)
