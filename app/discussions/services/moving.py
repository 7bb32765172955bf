"""Move words to where they belong: a thread to another clause, a reply into another thread.

Moving back is the undoing of it: what was moved remembers where it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.events import CommentMoved, ThreadOpened, ThreadReplaced
from app.discussions.models import Comment, Thread
from app.discussions.queries import CommentView, ThreadView, get_comment, get_thread
from app.discussions.queries.helping import are_seen_by_all, find_thread
from app.discussions.rules import ThreadKind, quote_of
from app.discussions.services.posting import ensure_takes_replies
from app.errors import RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import facts, number_at
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version


@dataclass(frozen=True, slots=True)
class _Place:
    """A clause as a thread keeps it: the id (None: the whole policy), its words and their hash."""

    clause: str | None = None
    quote: str = ""
    quote_hash: str = ""
    is_gone: bool = False


def move_thread(thread_id: int, clause: str, *, actor: Actor) -> ThreadView:
    """Let the whole thread be about ``clause`` ("" the whole policy); where it is already, nothing
    happens. What the contribution that opened it is about follows a moment later."""
    policy, _view = _movable_thread(thread_id, actor)
    writing()
    policy = lock_head(policy.id)
    _policy, view = _movable_thread(thread_id, actor)
    came_from = view.clause or ""
    if came_from == clause:
        return view
    thread = db.session.get_one(Thread, thread_id)
    is_back = thread.moved_from == clause
    place = _place(policy, thread.opened_on, clause, may_be_gone=is_back)
    thread.clause, thread.quote = place.clause, place.quote
    thread.quote_hash, thread.is_on_earlier_wording = place.quote_hash, place.is_gone
    if is_back:
        thread.moved_from = thread.moved_at = None
    else:
        thread.moved_from = came_from if thread.moved_from is None else thread.moved_from
        thread.moved_at = clock.now()
    touch(policy)
    db.session.flush()
    event = ThreadReplaced(policy=policy.id, thread=thread_id, came_from=came_from, clause=clause)
    record(event, actor=actor, is_public=policy.is_public)
    return get_thread(thread_id, actor)[1]


def move_comment(comment_id: int, thread_id: int, *, actor: Actor) -> CommentView:
    """Put a reply into another thread of the policy; hidden words stay hidden there.

    It must be younger than what opened that thread, so that a thread reads in the order of time.
    """
    policy, comment, _source = _movable_comment(comment_id, actor)
    writing()
    policy = lock_head(policy.id)
    policy, comment, source = _movable_comment(comment_id, actor)
    if comment.thread_id == thread_id:
        return comment
    target = find_other(policy, thread_id, actor)
    if comment.moved_from == thread_id:
        _ensure_leaves_nobody(comment, source)
    else:
        _ensure_no_opening(comment, source)
        _ensure_takes_in(target, comment.id)
        ensure_no_wider_circle(comment.thread_id, thread_id)
    return _put(policy, comment, thread_id, actor)


def move_to_new_thread(comment_id: int, clause: str, *, actor: Actor) -> CommentView:
    """Let a reply open a thread of its own on ``clause`` ("" the whole policy)."""
    policy, comment, _source = _movable_comment(comment_id, actor)
    writing()
    policy = lock_head(policy.id)
    policy, comment, source = _movable_comment(comment_id, actor)
    _ensure_no_opening(comment, source)
    if not comment.is_readable:
        raise RuleBroken(N_("Hidden words open no discussion of their own."))
    number = number_at(policy, comment.posted_at)
    place = _place(policy, number, clause)
    former = db.session.get_one(Thread, comment.thread_id)
    thread = Thread(
        policy_id=policy.id,
        clause=place.clause,
        kind=ThreadKind.COMMENT,
        quote=place.quote,
        quote_hash=place.quote_hash,
        opened_on=number,
        opened_by_id=comment.author_id,
        opened_at=former.opened_at,  # what was said among insiders stays among them
    )
    db.session.add(thread)
    db.session.flush()
    event = ThreadOpened(
        policy=policy.id,
        thread=thread.id,
        clause=thread.clause,
        kind=thread.kind,
        revision=number,
        title=salted_hash(db.session.get_one(Comment, comment_id).salt, ""),
        quote=thread.quote_hash,
    )
    record(event, actor=actor, is_public=policy.is_public)
    return _put(policy, comment, thread.id, actor)


def find_other(policy: Policy, thread_id: int, actor: Actor) -> ThreadView:
    """Another thread of the policy that ``actor`` may see; RuleBroken (address) when it is none."""
    found = find_thread(thread_id, actor)
    if found is None or found.policy_id != policy.id:
        raise RuleBroken(
            N_("There is no such discussion on this draft. Please copy its address from the page."),
            field="address",
        )
    return found


def ensure_impartial(policy: Policy, opened: CommentView, actor: Actor) -> None:
    """Raise the refusal for one's own words and for officers' words."""
    role = Role(opened.author_role)
    subject = replace(facts(policy, actor), author_id=opened.author_id, author_role=role)
    ensure(actor, Act.FACILITATE, subject)
    ensure(actor, Act.MODERATE, subject)


def ensure_no_wider_circle(source: int, target: int) -> None:
    """What was said before a draft was public must not appear, or be named, where all can read."""
    is_open, will_be = are_seen_by_all(source, target)
    if will_be != is_open:
        raise RuleBroken(
            N_("One of these discussions is from the time before the draft was public.")
        )


def _put(policy: Policy, comment: CommentView, thread_id: int, actor: Actor) -> CommentView:
    row = db.session.get_one(Comment, comment.id)
    came_from = row.thread_id
    row.thread_id = thread_id
    if row.moved_from_id == thread_id:
        row.moved_from_id = row.moved_at = None
    else:
        row.moved_from_id, row.moved_at = row.moved_from_id or came_from, clock.now()
    touch(policy)
    db.session.flush()
    event = CommentMoved(
        policy=policy.id, comment=comment.id, came_from=came_from, thread=thread_id
    )
    record(event, actor=actor, is_public=policy.is_public)
    return get_comment(comment.id, actor)


def _place(policy: Policy, number: int, ident: str, *, may_be_gone: bool = False) -> _Place:
    """The clause as revision ``number`` had it; one that is younger is not quoted."""
    if not ident:
        return _Place()
    head = get_version(policy.id, policy.head_number).clause(ident)
    then = get_version(policy.id, number).clause(ident)
    if head is None and (then is None or not may_be_gone):
        raise RuleBroken(N_("There is no such article in this draft."), field="clause")
    if then is not None:
        return _Place(ident, quote_of(then), then.hash, is_gone=head is None)
    return _Place(ident, "", head.hash if head else "")


def _movable_thread(thread_id: int, actor: Actor) -> tuple[Policy, ThreadView]:
    policy, view = get_thread(thread_id, actor)
    ensure_impartial(policy, view.first, actor)
    ensure_open(policy.phase_now, Act.POST_COMMENT)
    if view.subject_id is not None:
        raise RuleBroken(N_("Replies to a suggestion stay with it. Move a single reply instead."))
    _ensure_out(view.first)
    return policy, view


def _movable_comment(comment_id: int, actor: Actor) -> tuple[Policy, CommentView, ThreadView]:
    comment = get_comment(comment_id, actor)
    policy, source = get_thread(comment.thread_id, actor)
    ensure_impartial(policy, comment, actor)
    ensure_open(policy.phase_now, Act.POST_COMMENT)
    _ensure_out(comment)
    return policy, comment, source


def _ensure_out(comment: CommentView) -> None:
    if comment.held_until is not None:
        raise RuleBroken(N_("These words still wait. Please let them out first."))


def _ensure_no_opening(comment: CommentView, source: ThreadView) -> None:
    if source.subject_id is None and comment.id == source.first.id:
        raise RuleBroken(N_("This opened its discussion. Move the whole discussion instead."))


def _ensure_leaves_nobody(comment: CommentView, source: ThreadView) -> None:
    """A reply for which a thread was made goes back only while it is alone there."""
    others = select(Comment.id).where(
        Comment.thread_id == comment.thread_id, Comment.id != comment.id
    )
    if source.first.id == comment.id and db.session.scalar(others.limit(1)) is not None:
        raise RuleBroken(
            N_("Others have replied here meanwhile. You can join the two discussions instead.")
        )


def _ensure_takes_in(target: ThreadView, comment_id: int) -> None:
    ensure_takes_replies(db.session.get_one(Thread, target.id))
    if not target.is_readable or target.first.held_until is not None:
        raise RuleBroken(N_("The words that opened this discussion are not shown."))
    if target.first.id > comment_id:
        raise RuleBroken(
            N_("That discussion began after these words. Choose an earlier one, or a new one."),
            field="address",
        )
