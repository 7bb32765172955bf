"""The person who opened a thread says how it stands: the objection is settled, the question answered."""

from __future__ import annotations

from dataclasses import replace

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.events import ThreadAnswered, ThreadClosed
from app.discussions.models import Thread
from app.discussions.queries import ThreadView, get_thread
from app.discussions.rules import ThreadKind
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.phases import ensure_open
from app.policies.queries import facts
from app.policies.services.writing_revisions import lock_head, touch


def close_own_objection(thread_id: int, *, actor: Actor) -> ThreadView:
    """Say that one's own objection is settled; closing it twice is closing it once."""
    policy, _view = get_thread(thread_id, actor)
    _ensure_closable(thread_id, actor)
    writing()
    policy = lock_head(policy.id)
    view = _ensure_closable(thread_id, actor)
    if view.is_closed:
        return view
    thread = db.session.get_one(Thread, thread_id)
    thread.closed_at, thread.closed_by_id = clock.now(), actor.person_id
    touch(policy)
    db.session.flush()
    event = ThreadClosed(policy=policy.id, thread=thread_id)
    record(event, actor=actor, is_public=policy.is_public)
    return get_thread(thread_id, actor)[1]


def mark_answered(thread_id: int, *, is_answered: bool, actor: Actor) -> ThreadView:
    """Say that one's own question is answered, or that it is not; saying it twice is once."""
    policy, _view = get_thread(thread_id, actor)
    _ensure_asked(thread_id, actor)
    writing()
    policy = lock_head(policy.id)
    view = _ensure_asked(thread_id, actor)
    if view.is_answered == is_answered:
        return view
    thread = db.session.get_one(Thread, thread_id)
    thread.answered_at = clock.now() if is_answered else None
    touch(policy)
    db.session.flush()
    event = ThreadAnswered(policy=policy.id, thread=thread_id, answered=is_answered)
    record(event, actor=actor, is_public=policy.is_public)
    return get_thread(thread_id, actor)[1]


def _ensure_closable(thread_id: int, actor: Actor) -> ThreadView:
    policy, view = get_thread(thread_id, actor)
    subject = replace(facts(policy, actor), author_id=view.first.author_id)
    ensure(actor, Act.CLOSE_OWN_OBJECTION, subject)
    ensure_open(policy.phase_now, Act.CLOSE_OWN_OBJECTION)
    if view.kind != ThreadKind.OBJECTION:
        raise RuleBroken(N_("Only an objection can be closed."))
    return view


def _ensure_asked(thread_id: int, actor: Actor) -> ThreadView:
    policy, view = get_thread(thread_id, actor)
    subject = replace(facts(policy, actor), author_id=view.first.author_id)
    ensure(actor, Act.MARK_ANSWERED, subject)
    ensure_open(policy.phase_now, Act.CLOSE_OWN_OBJECTION)
    if view.kind != ThreadKind.QUESTION:
        raise RuleBroken(N_("Only a question can be marked as answered."))
    return view
