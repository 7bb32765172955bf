"""The one place that writes what was done to words, threads, drafts and people, and why.

Each action carries a rule and a reason and can be read in the open; the verbs beside this file
carry it out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from app import clock
from app.access.actor import VISITOR, Actor
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.events import Event
from app.messages import N_
from app.moderation.events import ActionReversed, CaseDismissed
from app.moderation.models import ModerationAction, ModerationCase
from app.moderation.queries.actions import find_latest, get_action, still_stands
from app.moderation.queries.words import find_hidden
from app.moderation.rules import (
    OPPOSITE,
    SET_ASIDE_REASON,
    SITE,
    Action,
    Kind,
    Rule,
    checked_action,
    checked_days,
    checked_minutes,
    checked_reason,
    checked_rule,
    ensure_fits,
)
from app.moderation.services.cases import close_cases, find_open_case, reopen_case
from app.moderation.services.hiding import facts_of, hide_or_show
from app.moderation.services.locking import lock_or_unlock
from app.moderation.services.marking import mark_or_unmark
from app.moderation.services.naming import rename
from app.moderation.services.objects import (
    Words,
    ensure_may_moderate,
    find_words,
    lock_thing,
)
from app.moderation.services.recording import record_in_role
from app.moderation.services.slowing import slow_or_end
from app.moderation.services.suspending import remind_or_suspend
from app.policies.services.writing_revisions import touch

TAKES_BACK = frozenset(
    {Action.SHOW, Action.UNLOCK, Action.END_SLOW, Action.END_SUSPEND, Action.UNMARK}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator sends: what to do, under which rule, and why; for how many ``days`` where
    it ends by itself, and how many ``minutes`` apart comments must be in a slowdown."""

    action: str
    rule: str
    reason: str
    days: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What an action belongs to: the case it closes, the selection it was part of, the action it
    takes back (``is_mistake``: as its own author, at once)."""

    case_id: int | None = None
    batch: str = ""
    reverses_id: int | None = None
    is_mistake: bool = False


@dataclass(frozen=True, slots=True)
class _Checked:
    """A decision that fits its kind."""

    action: Action
    rule: Rule
    reason: str
    days: int = 0
    minutes: int = 0


ALONE = Link()


def act(
    kind: Kind, object_id: int, decision: Decision, *, actor: Actor, link: Link = ALONE
) -> ModerationAction:
    """Do what a volunteer decided; not in their own matters, nor to officers' words.

    Closes the case about it. Raises RuleBroken with field "action" when somebody was faster, with
    the field otherwise where the decision is incomplete.
    """
    wanted = _checked(kind, decision)
    ensure_may_moderate(find_words(kind, object_id, actor), actor)
    writing()
    words = find_words(kind, object_id, actor)
    ensure_may_moderate(words, actor)
    return _carry_out(words, wanted, actor, link)


def reverse(
    action_id: int, decision: Decision, *, actor: Actor, link: Link = ALONE
) -> ModerationAction:
    """Do the opposite of an action that still stands; ``decision`` gives rule and reason, and its
    action is not looked at. RuleBroken with field "action" when it cannot be taken back any more.

    Taken back as a mistake, the case that it closed is open again and its author's.
    """
    writing()
    first = get_action(action_id)
    opposite = OPPOSITE.get(Action(first.action))
    if opposite is None or not still_stands(first):
        raise RuleBroken(
            N_("This cannot be taken back any more: something else was done since, or it ended."),
            field="action",
        )
    linked = replace(link, reverses_id=first.id, case_id=link.case_id or first.case_id)
    wanted = replace(decision, action=opposite)
    done = act(Kind(first.kind), first.object_id, wanted, actor=actor, link=linked)
    if link.is_mistake and first.case_id is not None:
        reopen_case(first.case_id, actor.person_id)
    return done


def set_aside(words: Words, rule: Rule, case_id: int) -> ModerationAction:
    """Out of view at a flag, until a volunteer has looked: the site's own act; inside the gate."""
    wanted = _Checked(Action.SET_ASIDE, rule, SET_ASIDE_REASON)
    return _carry_out(words, wanted, VISITOR, Link(case_id=case_id))


def dismiss(words: Words, decision: Decision, case_id: int, *, actor: Actor) -> ModerationAction:
    """Close a case and do nothing, as somebody who may only look; inside the gate."""
    wanted = _checked(words.kind, replace(decision, action=Action.NONE))
    return _carry_out(words, wanted, actor, Link(case_id=case_id))


def _checked(kind: Kind, decision: Decision) -> _Checked:
    action = checked_action(decision.action)
    ensure_fits(action, kind)
    return _Checked(
        action,
        checked_rule(decision.rule, kind),
        checked_reason(decision.reason),
        checked_days(action, decision.days),
        checked_minutes(action, decision.minutes),
    )


def _carry_out(words: Words, wanted: _Checked, actor: Actor, link: Link) -> ModerationAction:
    """Whole or not at all: where a verb refuses, nothing of it is left in the transaction."""
    with db.session.begin_nested():
        return _write(words, wanted, actor, link)


def _write(words: Words, wanted: _Checked, actor: Actor, link: Link) -> ModerationAction:
    policy = lock_thing(words)
    about = find_open_case(words.kind, words.id)
    if link.case_id is None and about is not None:
        link = replace(link, case_id=about.id)
    done = _log(words, wanted, actor, link)
    events = _do(words, done, wanted.minutes)
    close_cases(done)
    if policy is not None:
        touch(policy)
    db.session.flush()
    if done.reverses_id is not None:
        events = (*events, _reversal(done))
    is_public = policy.is_public if policy else None
    record_in_role(*events, key=done.id, actor=actor, is_public=is_public)
    return done


def _do(words: Words, done: ModerationAction, minutes: int) -> tuple[Event, ...]:
    if done.action == Action.NONE:
        return _dismiss(words, done)
    if words.kind is Kind.NAME:
        return rename(words, done)
    if words.kind is Kind.THREAD:
        return lock_or_unlock(words, done)
    if words.kind is Kind.POLICY:
        return slow_or_end(words, done, minutes)
    if words.kind is Kind.PERSON:
        return remind_or_suspend(words, done)
    if words.kind is Kind.REVISION:
        return mark_or_unmark(words, done)
    return hide_or_show(words, done)


def _dismiss(words: Words, done: ModerationAction) -> tuple[Event, ...]:
    """Somebody looked and does nothing; what the site set aside is either hidden or shown."""
    hidden = find_hidden(words.kind, words.id)
    if hidden is not None and hidden.by_role == SITE:
        raise RuleBroken(
            N_("This is out of view. Please hide it, or show it again."), field="action"
        )
    if done.case_id is None:
        raise RuleBroken(N_("Nobody has reported this."), field="action")
    return (CaseDismissed(policy=done.policy_id, case=done.case_id, **facts_of(done)),)


def _log(words: Words, wanted: _Checked, actor: Actor, link: Link) -> ModerationAction:
    by_site = wanted.action is Action.SET_ASIDE
    reverses_id = link.reverses_id
    if reverses_id is None and wanted.action in TAKES_BACK:
        latest = find_latest(words.kind, words.id, wanted.action)
        reverses_id = latest.id if latest else None
    now = clock.now()
    done = ModerationAction(
        action=wanted.action,
        kind=words.kind,
        object_id=words.id,
        policy_id=words.policy.id if words.policy else _policy_of(link.case_id),
        person_id=words.author_id,
        case_id=link.case_id,
        reverses_id=reverses_id,
        is_mistake=link.is_mistake,
        batch=link.batch,
        rule=wanted.rule,
        reason=wanted.reason,
        salt=secrets.token_bytes(16),
        by_id=None if by_site else actor.person_id,
        by_role=SITE if by_site else actor.role,
        at=now,
        until=now + timedelta(days=wanted.days) if wanted.days else None,
    )
    db.session.add(done)
    db.session.flush()
    return done


def _policy_of(case_id: int | None) -> int | None:
    """Where a name or a person was reported; they stand on no policy themselves."""
    case = db.session.get(ModerationCase, case_id) if case_id else None
    return case.policy_id if case else None


def _reversal(done: ModerationAction) -> Event:
    assert done.reverses_id is not None
    return ActionReversed(
        policy=done.policy_id,
        action=done.id,
        reverses=done.reverses_id,
        is_mistake=done.is_mistake,
    )
