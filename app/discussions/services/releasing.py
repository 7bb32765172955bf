"""Let comments and threads out that waited, and end the holds whose time has come.

Contributions wait together with them, so only ``suggestions.services.releasing`` lets words out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select, update

from app import clock
from app.database import committing, db, must_be_writing
from app.discussions.models import Comment, Hold, Thread
from app.discussions.queries.shown import first_of_thread
from app.policies.services.writing_revisions import lock_head, touch


def find_opened(comments: Collection[int]) -> set[int]:
    """The waiting threads that one of the comments opened."""
    query = (
        select(Thread.id)
        .join(Comment, Comment.thread_id == Thread.id)
        .where(
            Comment.id.in_(comments),
            Comment.id == first_of_thread(),
            Thread.subject_kind.is_(None),
            Thread.held_until.is_not(None),
        )
    )
    return set(db.session.scalars(query))


def find_replies_to(kind: str, subjects: Collection[int]) -> set[int]:
    """The waiting threads that hold the replies to one of the subjects."""
    query = select(Thread.id).where(
        Thread.subject_kind == kind,
        Thread.subject_id.in_(subjects),
        Thread.held_until.is_not(None),
    )
    return set(db.session.scalars(query))


def find_first(threads: Collection[int]) -> set[int]:
    """The comments that opened the threads."""
    query = select(first_of_thread()).where(Thread.id.in_(threads), Thread.subject_kind.is_(None))
    return set(db.session.scalars(query))


def let_out(comments: Iterable[int], threads: Iterable[int]) -> list[int]:
    """Show these comments and threads from now on; inside the gate, with the policy locked.

    Answers the comments that others find now: those that waited, and in the threads those that
    did not wait themselves.
    """
    must_be_writing()
    threads = list(threads)
    waiting = select(Comment.id).where(Comment.id.in_(comments), Comment.held_until.is_not(None))
    found = set(db.session.scalars(waiting))
    in_order = {"synchronize_session": "fetch"}
    for model, ids in ((Comment, found), (Thread, threads)):
        out = update(model).where(model.id.in_(ids)).values(held_until=None)
        db.session.execute(out, execution_options=in_order)
    if threads:
        beside = select(Comment.id).where(Comment.thread_id.in_(threads))
        found.update(db.session.scalars(beside.where(Comment.held_until.is_(None))))
    return sorted(found)


def end_due_holds() -> int:
    """Write down that holds have ended, so that kept pages no longer speak of them; how many.

    New words stopped waiting at that second, whether or not anybody writes it down.
    """
    now = clock.now()
    query = select(Hold.policy_id).where(Hold.ended_at.is_(None), Hold.until <= now)
    due = db.session.scalars(query.distinct().order_by(Hold.policy_id)).all()
    for policy_id in due:
        with committing():
            touch(lock_head(policy_id))
            of_policy = (Hold.policy_id == policy_id, Hold.ended_at.is_(None), Hold.until <= now)
            db.session.execute(update(Hold).where(*of_policy).values(ended_at=Hold.until))
    return len(due)
