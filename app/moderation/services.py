"""Hide words and bring them back: a volunteer's act, with a rule and a reason, in the open."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.queries import get_comment, get_thread
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
from app.moderation.queries import find_hidden, get_summary
from app.moderation.rules import Action, Kind, Rule, checked_action, checked_reason, checked_rule
from app.policies.models import Policy
from app.policies.queries import facts, get_policy_by_id
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.queries.shown import get_suggestion
from app.visibility import Hidden


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator sends: hide or show, under which rule, and why."""

    action: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Object:
    """The words in question: whose they are and where they stand; ``number`` is that of the
    revision or the suggestion."""

    kind: Kind
    id: int
    policy: Policy
    author_id: int
    author_role: str
    number: int = 0


def act_on_comment(comment_id: int, decision: Decision, *, actor: Actor) -> ModerationAction:
    """Hide or show one comment; not one's own, not an officer's."""
    return _act(lambda: _comment(comment_id, actor), decision, actor)


def act_on_suggestion(
    contribution_id: int, decision: Decision, *, actor: Actor
) -> ModerationAction:
    """Hide or show the words and the reason of one suggestion; its number stays, and so do words
    of it that a revision has taken in."""
    return _act(lambda: _suggestion(contribution_id, actor), decision, actor)


def act_on_summary(revision_id: int, decision: Decision, *, actor: Actor) -> ModerationAction:
    """Hide or show the reason line of one revision; its text and number stay."""
    return _act(lambda: _summary(revision_id, actor), decision, actor)


def ensure_may_moderate_comment(comment_id: int, actor: Actor) -> None:
    """Raise the refusal with its reason, as the act itself would."""
    _ensure_allowed(_comment(comment_id, actor), actor)


def ensure_may_moderate_suggestion(contribution_id: int, actor: Actor) -> None:
    """Raise the refusal with its reason, as the act itself would."""
    _ensure_allowed(_suggestion(contribution_id, actor), actor)


def ensure_may_moderate_summary(revision_id: int, actor: Actor) -> None:
    """Raise the refusal with its reason, as the act itself would."""
    _ensure_allowed(_summary(revision_id, actor), actor)


def _comment(comment_id: int, actor: Actor) -> _Object:
    comment = get_comment(comment_id, actor)
    policy, _thread = get_thread(comment.thread_id, actor)
    return _Object(Kind.COMMENT, comment_id, policy, comment.author_id, comment.author_role)


def _suggestion(contribution_id: int, actor: Actor) -> _Object:
    view = get_suggestion(contribution_id, actor)
    policy = get_policy_by_id(view.policy_id, actor)
    return _Object(Kind.SUGGESTION, view.id, policy, view.author_id, view.author_role, view.number)


def _summary(revision_id: int, actor: Actor) -> _Object:
    policy, revision = get_summary(revision_id, actor)
    return _Object(
        Kind.SUMMARY,
        revision_id,
        policy,
        revision.author_id,
        revision.author_role,
        revision.number,
    )


def _ensure_allowed(words: _Object, actor: Actor) -> None:
    subject = replace(
        facts(words.policy, actor),
        author_id=words.author_id,
        author_role=Role(words.author_role),
    )
    ensure(actor, Act.MODERATE, subject)


def _act(find: Callable[[], _Object], decision: Decision, actor: Actor) -> ModerationAction:
    action, rule = checked_action(decision.action), checked_rule(decision.rule)
    reason = checked_reason(decision.reason)
    words = find()
    _ensure_allowed(words, actor)
    writing()
    words = find()
    _ensure_allowed(words, actor)
    policy = lock_head(words.policy.id)
    hidden = find_hidden(words.kind, words.id)
    _ensure_changes_something(action, hidden)
    done = _log(words, action, rule, reason, actor)
    if hidden is not None:
        db.session.delete(hidden)
    else:
        db.session.add(_hidden(done))
    touch(policy)
    db.session.flush()
    record(_event(words, done), actor=actor, is_public=policy.is_public)
    return done


def _ensure_changes_something(action: Action, hidden: Hidden | None) -> None:
    if action is Action.HIDE and hidden is not None:
        raise RuleBroken(N_("This is hidden already."), field="action")
    if action is Action.SHOW and hidden is None:
        raise RuleBroken(N_("This is shown already."), field="action")


def _log(words: _Object, action: Action, rule: Rule, reason: str, actor: Actor) -> ModerationAction:
    done = ModerationAction(
        action=action,
        kind=words.kind,
        object_id=words.id,
        policy_id=words.policy.id,
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


def _event(words: _Object, done: ModerationAction) -> Event:
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
