"""Open a thread, reply to one.

Both check twice: before the write gate, to refuse early, and inside it, because the policy may
have been made private or closed meanwhile.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.limits import Counted
from app.accounts.services import throttling
from app.database import db, writing
from app.discussions.events import CommentPosted, ThreadOpened
from app.discussions.models import Comment, Thread
from app.discussions.queries import CommentView, ThreadView, get_comment, get_thread
from app.discussions.rules import (
    SENT_TWICE_SECONDS,
    Prompt,
    ThreadKind,
    checked_body,
    checked_kind,
    checked_title,
    quote_of,
)
from app.discussions.services.pacing import ensure_pace
from app.discussions.services.waiting import waits_until
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


@dataclass(frozen=True, slots=True)
class PromptTo:
    """That a reply is a volunteer's prompt, and the id of the comment that it is about."""

    code: Prompt
    about: int


def open_thread(slug: str, new: NewThread, *, actor: Actor) -> ThreadView:
    """Begin a discussion on a policy or one clause of its head; sent twice, it is one."""
    body, title, kind = checked_body(new.body), checked_title(new.title), checked_kind(new.kind)
    policy = commentable(slug, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    commentable(policy.slug, actor)
    clause = clause_of_head(policy, new.clause)
    held_until = waits_until(policy.id, actor, body)
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
    ensure_pace(policy.id, actor)
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
    earlier = same_comment(thread_id, body, actor)
    if earlier is not None:
        return get_comment(earlier, actor)
    if not view.is_readable:
        raise RuleBroken(N_("These words are no longer shown, so nobody can reply to them."))
    return add_reply(policy, db.session.get_one(Thread, thread_id), body, actor)


def add_reply(
    policy: Policy, thread: Thread, body: str, actor: Actor, prompt: PromptTo | None = None
) -> CommentView:
    """Store a reply whose words were checked, where replies are taken now; inside the gate."""
    ensure_takes_replies(thread)
    ensure_pace(policy.id, actor)
    comment = add_comment(thread, body, actor, waits_until(policy.id, actor, body))
    if prompt is not None:
        comment.prompt, comment.about_id = prompt.code, prompt.about
    record_posted(policy, comment, actor)
    return get_comment(comment.id, actor)


def ensure_takes_replies(thread: Thread) -> None:
    """Raise RuleBroken where nobody replies any more, whoever asks."""
    if thread.closed_at is not None:
        raise RuleBroken(N_("This objection was closed by the person who made it."))
    if thread.locked_at is not None:
        raise RuleBroken(N_("A volunteer stopped replies here. The record says why."))
    if thread.joined_into_id is not None:
        raise RuleBroken(N_("This discussion goes on in another one. Please reply there."))


def ensure_not_too_fast(actor: Actor) -> None:
    """Count one more sending; raises TooMany."""
    throttling.count(Counted.WORDS, actor)


def commentable(slug: str, actor: Actor) -> Policy:
    """The policy, on which ``actor`` may comment now; or the refusal."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.POST_COMMENT, facts(policy, actor))
    ensure_open(policy.phase_now, Act.POST_COMMENT)
    return policy


def clause_of_head(policy: Policy, ident: str) -> Clause | None:
    """The clause of the current text, None for the whole (""); RuleBroken (clause) if it is gone."""
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


def same_comment(thread_id: int, body: str, actor: Actor) -> int | None:
    """The reply that a form sent twice has left already."""
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


def add_comment(thread: Thread, body: str, actor: Actor, held_until: datetime | None) -> Comment:
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
