"""Threads and comments for pages: lists, single ones, counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.database import db
from app.discussions.models import Comment, CommentVersion, Thread
from app.discussions.queries.shown import (
    COMMENT,
    comment_view,
    select_comments,
    select_threads,
    thread_view,
)
from app.discussions.queries.views import CommentView, ThreadView
from app.discussions.rules import ThreadKind
from app.errors import NotFound
from app.messages import N_
from app.policies.models import Policy
from app.policies.versions import get_version
from app.text.outline import Clause
from app.visibility import Hidden, is_hidden, is_open_to_all

PAGE_SIZE = 50


def list_threads(
    policy: Policy,
    actor: Actor,
    *,
    clause: str | None = None,
    open_questions: bool = False,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> tuple[Sequence[ThreadView], int | None]:
    """Threads newest first below the id ``before``, and the key of the next page.

    ``clause`` narrows to one clause, ``open_questions`` to questions that are not marked as
    answered. Threads that go on in another are left out. The number of SELECTs does not depend on
    the rows.
    """
    query = select_threads(actor).where(
        Thread.policy_id == policy.id,
        Thread.subject_kind.is_(None),
        Thread.joined_into_id.is_(None),
    )
    if clause is not None:
        query = query.where(Thread.clause == clause)
    if open_questions:
        query = query.where(Thread.kind == ThreadKind.QUESTION, Thread.answered_at.is_(None))
    if before is not None:
        query = query.where(Thread.id < before)
    rows = db.session.execute(query.order_by(Thread.id.desc()).limit(size + 1)).all()
    head = _clauses_of_head(policy) if rows else {}
    views = [thread_view(row, head) for row in rows[:size]]
    return views, views[-1].id if len(rows) > size else None


def get_thread(thread_id: int, actor: Actor) -> tuple[Policy, ThreadView]:
    """One thread and its policy; NotFound when absent, private, or not yet shown to others."""
    row = db.session.execute(select_threads(actor).where(Thread.id == thread_id)).first()
    if row is None:
        raise NotFound(N_("This discussion does not exist, or you may not see it."))
    policy = db.session.get_one(Policy, row.policy_id)
    return policy, thread_view(row, _clauses_of_head(policy))


def find_thread_about(kind: str, subject_id: int) -> int | None:
    """The id of the thread that holds the replies to something of another domain."""
    query = select(Thread.id).where(Thread.subject_kind == kind, Thread.subject_id == subject_id)
    return db.session.scalar(query)


def _clauses_of_head(policy: Policy) -> dict[str, Clause]:
    return {clause.id: clause for clause in get_version(policy.id, policy.head_number).outline}


def list_comments(
    thread_id: int, actor: Actor, *, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[CommentView], int | None]:
    """Comments of a thread, oldest first above the id ``after``, and the key of the next page."""
    query = select_comments(actor).where(Comment.thread_id == thread_id).order_by(Comment.id)
    if after is not None:
        query = query.where(Comment.id > after)
    rows = db.session.execute(query.limit(size + 1)).all()
    views = [comment_view(row) for row in rows[:size]]
    return views, views[-1].id if len(rows) > size else None


def find_page_key(comment: CommentView, actor: Actor) -> int | None:
    """The key of a page of ``list_comments`` that shows the comment; None for the first page."""
    query = select_comments(actor).where(
        Comment.thread_id == comment.thread_id, Comment.id < comment.id
    )
    before = db.session.execute(query.order_by(Comment.id.desc()).limit(PAGE_SIZE)).all()
    return before[0].id if len(before) == PAGE_SIZE else None


def get_comment(comment_id: int, actor: Actor) -> CommentView:
    """One comment, its marker included; NotFound when the actor may not see it."""
    row = db.session.execute(select_comments(actor).where(Comment.id == comment_id)).first()
    if row is None:
        raise NotFound(N_("This comment does not exist, or you may not see it."))
    return comment_view(row)


def find_comments(ids: Iterable[int], actor: Actor) -> dict[int, CommentView]:
    """Those of the comments that the actor can read, by id; others are left out."""
    readable = (Hidden.id.is_(None), Comment.withdrawn_at.is_(None))
    wanted = select_comments(actor).where(Comment.id.in_(ids), *readable)
    return {row.id: comment_view(row) for row in db.session.execute(wanted)}


def list_earlier(comment: CommentView) -> Sequence[tuple[str, datetime]]:
    """Earlier words of a comment and when each was replaced, newest first; none when hidden or
    taken back."""
    query = (
        select(CommentVersion.body, CommentVersion.replaced_at)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(Comment.id == comment.id, Comment.withdrawn_at.is_(None))
        .where(~is_hidden(COMMENT, CommentVersion.comment_id))
        .order_by(CommentVersion.id.desc())
    )
    return [(body, replaced_at) for body, replaced_at in db.session.execute(query)]


def find_stamp(thread_id: int) -> str | None:
    """Id and page version of the policy of a thread that visitors may see; one raw SELECT."""
    query = (
        select(Policy.id, Policy.page_version)
        .join(Thread, Thread.policy_id == Policy.id)
        .where(Thread.id == thread_id, is_open_to_all(Policy, clock.now()))
    )
    row = db.session.execute(query).first()
    return f"{row[0]}.{row[1]}" if row else None


def list_misplaced(policy_id: int, head: frozenset[str]) -> Sequence[Thread]:
    """Threads whose mark "on earlier wording" does not fit the clause ids of the head."""
    rows = db.session.scalars(
        select(Thread).where(Thread.policy_id == policy_id, Thread.clause.is_not(None))
    )
    return [row for row in rows if row.is_on_earlier_wording != (row.clause not in head)]
