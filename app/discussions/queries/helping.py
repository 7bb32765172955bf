"""What volunteers did to help a discussion along: summaries, moves, joined threads."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from app.access.actor import VISITOR, Actor, Role
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment, Thread, ThreadSummary
from app.discussions.queries.reading import get_thread
from app.discussions.queries.shown import is_seen_by, select_threads, talk_seen_by, thread_view
from app.discussions.queries.views import CommentView, SummaryView, ThreadView, Trace
from app.errors import NotFound
from app.policies.models import Policy

JOINED_SHOWN = 20  # threads that went on in one, named on its page
TRACES_SHOWN = 200  # on one page of a thread


def find_summary(thread: ThreadView) -> SummaryView | None:
    """The summary of a thread that the reader sees; it is hidden with what opened the thread."""
    if not thread.is_readable:
        return None
    query = (
        select(ThreadSummary, Person.name, Person.public_id)
        .join(Person, Person.id == ThreadSummary.by_id)
        .where(ThreadSummary.thread_id == thread.id, ThreadSummary.removed_at.is_(None))
        .order_by(ThreadSummary.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    summary, name, public_id = row
    return SummaryView(summary.words, name, public_id, Role.VOLUNTEER, summary.at)


def find_thread(thread_id: int | None, actor: Actor) -> ThreadView | None:
    """A thread, or None when there is none or ``actor`` may not see it."""
    if thread_id is None:
        return None
    try:
        return get_thread(thread_id, actor)[1]
    except NotFound:
        return None


def list_joined(thread: ThreadView, actor: Actor) -> list[ThreadView]:
    """The threads that go on in this one, as ``actor`` sees them, newest first."""
    query = select_threads(actor).where(Thread.joined_into_id == thread.id)
    rows = db.session.execute(query.order_by(Thread.id.desc()).limit(JOINED_SHOWN))
    return [thread_view(row, {}) for row in rows]


def list_traces(
    thread_id: int, actor: Actor, *, after: int | None, until: int | None
) -> list[Trace]:
    """Where comments stood in the thread before they were moved, above the id ``after`` and up to
    ``until``, the keys of a page."""
    query = (
        select(Comment.id, Comment.moved_at)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Policy, Policy.id == Thread.policy_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Comment.moved_from_id == thread_id, Comment.id > (after or 0), is_seen_by(actor))
        .order_by(Comment.id)
        .limit(TRACES_SHOWN)
    )
    if until is not None:
        query = query.where(Comment.id <= until)
    rows = db.session.execute(query)
    return [Trace(ident, moved_at) for ident, moved_at in rows if moved_at is not None]


def find_newcomers(comments: Iterable[CommentView]) -> frozenset[int]:
    """The ids of those comments that are the first of a resident."""
    residents = {one.author_id for one in comments if one.author_role == Role.RESIDENT}
    first = (
        select(func.min(Comment.id))
        .where(Comment.author_id.in_(residents))
        .group_by(Comment.author_id)
    )
    return frozenset(db.session.scalars(first)) if residents else frozenset()


def are_seen_by_all(*thread_ids: int) -> list[bool]:
    """Of each of the threads whether everybody may read its talk, as far as privacy decides."""
    query = (
        select(Thread.id)
        .join(Policy, Policy.id == Thread.policy_id)
        .where(Thread.id.in_(thread_ids), talk_seen_by(VISITOR))
    )
    seen = set(db.session.scalars(query))
    return [ident in seen for ident in thread_ids]
