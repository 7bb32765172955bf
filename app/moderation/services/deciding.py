"""Decide on a case: act on the words, on their thread, on the discussion or on who wrote them."""

from __future__ import annotations

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.queries import find_thread_about
from app.errors import Conflict, RuleBroken
from app.messages import N_
from app.moderation.models import ModerationAction
from app.moderation.queries.queue import get_case
from app.moderation.rules import LOCKING, ON_WORDS, SLOWING, Action, Kind, checked_action
from app.moderation.services.acting import Decision, Link, act
from app.moderation.services.cases import ensure_not_taken, lock_case
from app.moderation.services.claiming import open_words
from app.moderation.services.objects import Words, ensure_may_moderate
from app.suggestions.queries.shown import SUGGESTION

CHANGED = N_("The words were changed while you looked at them. Please read them again.")


def decide(case_id: int, decision: Decision, *, seen: str, actor: Actor) -> ModerationAction | None:
    """Do what a volunteer decided on a case; ``seen`` is the stamp of the words they read.

    None when nothing is left to decide on: the case is closed by that. Conflict when somebody else
    has the case or decided on it, or when the words were changed meanwhile.
    """
    ensure(actor, Act.KEEP_ORDER)
    writing()
    lock_case(case_id)
    case = get_case(case_id, actor)
    words = open_words(case, actor)
    if words is None:
        return None
    ensure_not_taken(case.kind, case.object_id, actor)
    if seen != words.stamp:
        raise Conflict(CHANGED)
    ensure_may_moderate(words, actor)
    kind, object_id = aim_of(words, checked_action(decision.action))
    done = act(kind, object_id, decision, actor=actor, link=Link(case_id=case.id))
    row = lock_case(case.id)
    if row is not None and row.closed_at is None:  # the words themselves still wait
        row.claimed_by_id, row.claimed_at = actor.person_id, done.at
        db.session.flush()
    return done


def aim_of(words: Words, action: Action) -> tuple[Kind, int]:
    """What an action on a case is done to; RuleBroken where there is no such thing."""
    aim: int | None = words.author_id
    kind = Kind.PERSON
    if action in ON_WORDS:
        kind, aim = words.kind, words.id
    elif action in LOCKING:
        kind, aim = Kind.THREAD, find_thread(words)
    elif action in SLOWING:
        kind, aim = Kind.POLICY, words.policy.id if words.policy else None
    if aim is None:
        raise RuleBroken(N_("This cannot be done here."), field="action")
    return kind, aim


def find_thread(words: Words) -> int | None:
    """The thread in which people reply to the words, if there is one."""
    if words.kind is Kind.SUGGESTION:
        return find_thread_about(SUGGESTION, words.id)
    return words.thread_id
