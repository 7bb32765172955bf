"""Join a thread to another that speaks of the same, and part them again."""

from __future__ import annotations

from app.access.actor import Actor
from app.access.acts import Act
from app.database import db, writing
from app.discussions.events import ThreadsJoined
from app.discussions.models import Thread
from app.discussions.queries import ThreadView, get_thread
from app.discussions.services.moving import (
    ensure_impartial,
    ensure_no_wider_circle,
    find_other,
)
from app.discussions.services.posting import ensure_takes_replies
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.services.writing_revisions import lock_head, touch


def join(thread_id: int, into: int, *, actor: Actor) -> None:
    """Let the thread go on in the thread ``into`` of the same policy, which takes replies.

    Its comments stay where they are. A thread that goes on elsewhere takes none in, so there are
    no circles.
    """
    policy, _view, _other = _joinable(thread_id, into, actor)
    writing()
    policy = lock_head(policy.id)
    policy, view, other = _joinable(thread_id, into, actor)
    if view.joined_into == other.id:
        return
    if view.joined_into is not None:
        raise RuleBroken(N_("This discussion goes on in another one already."))
    ensure_takes_replies(db.session.get_one(Thread, other.id))
    ensure_no_wider_circle(view.id, other.id)
    _set(policy, view, other.id, actor)


def part(thread_id: int, *, actor: Actor) -> None:
    """Let a thread that was joined to another go on by itself again."""
    policy, view = get_thread(thread_id, actor)
    ensure_impartial(policy, view.first, actor)
    ensure_open(policy.phase_now, Act.POST_COMMENT)
    writing()
    policy = lock_head(policy.id)
    _policy, view = get_thread(thread_id, actor)
    if view.joined_into is not None:
        _set(policy, view, None, actor)


def _set(policy: Policy, view: ThreadView, into: int | None, actor: Actor) -> None:
    thread = db.session.get_one(Thread, view.id)
    other = into or thread.joined_into_id or 0
    thread.joined_into_id = into
    touch(policy)
    db.session.flush()
    event = ThreadsJoined(policy=policy.id, thread=view.id, into=other, joined=into is not None)
    record(event, actor=actor, is_public=policy.is_public)


def _joinable(thread_id: int, into: int, actor: Actor) -> tuple[Policy, ThreadView, ThreadView]:
    policy, view = get_thread(thread_id, actor)
    ensure_impartial(policy, view.first, actor)
    ensure_open(policy.phase_now, Act.POST_COMMENT)
    other = find_other(policy, into, actor)
    if other.id == view.id:
        raise RuleBroken(N_("This is the same discussion. Choose another one."), field="address")
    if view.subject_id is not None or other.subject_id is not None:
        raise RuleBroken(N_("Replies to a suggestion stay with it."), field="address")
    if other.first.author_id == actor.id:
        raise RuleBroken(N_("You opened that discussion; another volunteer can join them."))
    if not other.is_readable or other.first.held_until is not None:
        raise RuleBroken(N_("The words that opened this discussion are not shown."))
    return policy, view, other
