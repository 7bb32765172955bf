"""Open a thread, reply to one, change one's own words, close one's own objection.

Each checks twice: before the write gate, to refuse early, and inside it, because the policy may
have been made private or closed meanwhile.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.services.throttling import take
from app.database import db, writing
from app.discussions.events import CommentEdited, CommentPosted, ThreadClosed, ThreadOpened
from app.discussions.models import Comment, CommentVersion, Thread
from app.discussions.queries import CommentView, ThreadView, get_comment, get_thread
from app.discussions.rules import (
    SENT_TWICE_SECONDS,
    WHILE_SECONDS,
    WORDS_IN_A_WHILE,
    ThreadKind,
    checked_body,
    checked_kind,
    checked_title,
    quote_of,
)
from app.discussions.services.waiting import ensure_no_way_around, waits_until
from app.errors import RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version
from app.text.outline import Clause


@dataclass(frozen=True, slots=True)
class NewThread:
    """What the form of a new thread holds; ``clause`` "" speaks of the whole policy."""

    body: str
    kind: str = ThreadKind.COMMENT
    title: str = ""
    clause: str = ""


def open_thread(slug: str, new: NewThread, *, actor: Actor) -> ThreadView:
    """Begin a discussion on a policy or one clause of its head; sent twice, it is one."""
    body, title, kind = checked_body(new.body), checked_title(new.title), checked_kind(new.kind)
    policy = commentable(slug, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    commentable(policy.slug, actor)
    held_until = waits_until(policy.id, actor)
    clause = _clause_of_head(policy, new.clause)
    thread = Thread(
        policy_id=policy.id,
        clause=clause.id if clause else None,
        kind=kind,
        title=title,
        quote=quote_of(clause) if clause else "",
        quote_hash=clause.hash if clause else "",
        opened_on=policy.head_number,
        opened_by_id=actor.person_id,
        opened_at=clock.now(),
        held_until=held_until,
    )
    earlier = _same_thread(thread, body)
    if earlier is not None:
        return get_thread(earlier, actor)[1]
    db.session.add(thread)
    db.session.flush()
    comment = add_comment(thread, body, actor, held_until)
    record(
        ThreadOpened(
            policy=policy.id,
            thread=thread.id,
            clause=thread.clause,
            kind=kind,
            revision=thread.opened_on,
            title=salted_hash(comment.salt, title),
            quote=thread.quote_hash,
        ),
        actor=actor,
        is_public=policy.is_public,
    )
    record_posted(policy, comment, actor)
    return get_thread(thread.id, actor)[1]


def reply(thread_id: int, body: str, *, actor: Actor) -> CommentView:
    """Add a comment to a thread; the same words sent twice within a minute are one."""
    body = checked_body(body)
    policy, _view = get_thread(thread_id, actor)
    commentable(policy.slug, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    _policy, view = get_thread(thread_id, actor)
    commentable(policy.slug, actor)
    earlier = _same_comment(thread_id, body, actor)
    if earlier is not None:
        return get_comment(earlier, actor)
    if view.is_closed:
        raise RuleBroken(N_("This objection was closed by the person who made it."))
    if view.is_locked:
        raise RuleBroken(N_("A volunteer stopped replies here. The record says why."))
    held_until = waits_until(policy.id, actor)
    comment = add_comment(db.session.get_one(Thread, thread_id), body, actor, held_until)
    record_posted(policy, comment, actor)
    return get_comment(comment.id, actor)


def edit_comment(comment_id: int, body: str, *, actor: Actor) -> CommentView:
    """Change one's own words; the earlier ones stay readable. Unchanged words change nothing."""
    body = checked_body(body)
    policy = _changeable(comment_id, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    _changeable(comment_id, actor)
    comment = db.session.get_one(Comment, comment_id)
    if comment.body == body:
    ensure_no_way_around(policy.id, comment.held_until, actor)
        return get_comment(comment_id, actor)
    now = clock.now()
    db.session.add(
        CommentVersion(comment_id=comment.id, body=comment.body, salt=comment.salt, replaced_at=now)
    )
    comment.body, comment.salt, comment.edited_at = body, secrets.token_bytes(16), now
    touch(policy)
    db.session.flush()
    event = CommentEdited(
        policy=policy.id,
        thread=comment.thread_id,
        comment=comment.id,
        body=salted_hash(comment.salt, body),
    )
    record(event, actor=actor, is_public=policy.is_public)
    return get_comment(comment_id, actor)


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


def ensure_not_too_fast(actor: Actor) -> None:
    """Count one more sending; raises TooMany."""
    take("words", str(actor.person_id), limit=WORDS_IN_A_WHILE, seconds=WHILE_SECONDS)


def commentable(slug: str, actor: Actor) -> Policy:
    """The policy, on which ``actor`` may comment now; or the refusal."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.POST_COMMENT, facts(policy, actor))
    ensure_open(policy.phase_now, Act.POST_COMMENT)
    return policy


def _changeable(comment_id: int, actor: Actor) -> Policy:
    """The policy of a comment that ``actor`` may change now."""
    comment = get_comment(comment_id, actor)
    policy, _view = get_thread(comment.thread_id, actor)
    subject = replace(facts(policy, actor), author_id=comment.author_id)
    ensure(actor, Act.EDIT_OWN_COMMENT, subject)
    ensure_open(policy.phase_now, Act.EDIT_OWN_COMMENT)
    if comment.marker is not None:
        raise RuleBroken(N_("These words are hidden and cannot be changed meanwhile."))
    if comment.withdrawn_at is not None:
        raise RuleBroken(N_("You took this back."))
    return policy


def _ensure_closable(thread_id: int, actor: Actor) -> ThreadView:
    policy, view = get_thread(thread_id, actor)
    subject = replace(facts(policy, actor), author_id=view.first.author_id)
    ensure(actor, Act.CLOSE_OWN_OBJECTION, subject)
    ensure_open(policy.phase_now, Act.CLOSE_OWN_OBJECTION)
    if view.kind != ThreadKind.OBJECTION:
        raise RuleBroken(N_("Only an objection can be closed."))
    return view


def _clause_of_head(policy: Policy, ident: str) -> Clause | None:
    if not ident:
        return None
    clause = get_version(policy.id, policy.head_number).clause(ident)
    if clause is None:
        raise RuleBroken(
            N_(
                "This article is no longer in the text. Your words are below; you can send them "
                "about the whole draft."
            ),
            field="clause",
        )
    return clause


def _same_thread(thread: Thread, body: str) -> int | None:
    """The thread that a form sent twice has opened already."""
    return db.session.scalar(
        select(Thread.id)
        .join(Comment, Comment.thread_id == Thread.id)
        .where(
            Thread.policy_id == thread.policy_id,
            Thread.opened_by_id == thread.opened_by_id,
            Thread.opened_at > thread.opened_at - timedelta(seconds=SENT_TWICE_SECONDS),
            Thread.kind == thread.kind,
            Thread.title == thread.title,
            Thread.clause.is_not_distinct_from(thread.clause),
            Comment.author_id == thread.opened_by_id,
            Comment.body == body,
            Comment.withdrawn_at.is_(None),
        )
        .limit(1)
    )


def _same_comment(thread_id: int, body: str, actor: Actor) -> int | None:
    since = clock.now() - timedelta(seconds=SENT_TWICE_SECONDS)
    return db.session.scalar(
        select(Comment.id)
        .where(
            Comment.thread_id == thread_id,
            Comment.author_id == actor.id,
            Comment.posted_at > since,
            Comment.body == body,
        )
        .limit(1)
    )


def add_comment(
    thread: Thread, body: str, actor: Actor, held_until: datetime | None
) -> Comment:
    """Store the checked words, out of sight until ``held_until``; inside the gate."""
    comment = Comment(
        thread_id=thread.id,
        author_id=actor.person_id,
        author_role=actor.role,
        speaks_for=actor.speaks_for,
        body=body,
        salt=secrets.token_bytes(16),
        posted_at=clock.now(),
        held_until=held_until,
    )
    db.session.add(comment)
    db.session.flush()
    return comment


def record_posted(policy: Policy, comment: Comment, actor: Actor) -> None:
    """Renew the policy's pages and say that the comment was posted."""
    touch(policy)
    db.session.flush()
    event = CommentPosted(
        policy=policy.id,
        thread=comment.thread_id,
        comment=comment.id,
        role=comment.author_role,
        body=salted_hash(comment.salt, comment.body),
    )
    record(event, actor=actor, is_public=policy.is_public)
