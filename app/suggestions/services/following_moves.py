"""Contributions follow their words, which a volunteer moved to another clause or thread.

A reply that opens a thread of its own gets a number like all that open one, so that it is found
in the list of what people say.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

from app.access.actor import VISITOR
from app.database import db, writing
from app.discussions.models import Comment, Thread
from app.ledger.services import record
from app.policies.models import Policy
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.events import ContributionMoved
from app.suggestions.models import Contribution
from app.suggestions.services.marking_owed import add_number, is_owable


def follow_thread(thread_id: int) -> None:
    """What is numbered in the thread is about the clause that the thread is about now."""
    writing()
    thread = db.session.get_one(Thread, thread_id)
    policy = lock_head(thread.policy_id)
    replies = select(Comment.id).where(Comment.thread_id == thread_id)
    rows = select(Contribution).where(
        or_(Contribution.thread_id == thread_id, Contribution.comment_id.in_(replies))
    )
    for row in db.session.scalars(rows.order_by(Contribution.number)).all():
        _place(policy, row, thread.clause)
    db.session.flush()


def follow_comment(comment_id: int) -> None:
    """A numbered reply is about what its thread is about; one that opens its thread is numbered."""
    writing()
    comment = db.session.get_one(Comment, comment_id)
    policy = lock_head(comment.thread.policy_id)
    row = db.session.scalar(select(Contribution).where(Contribution.comment_id == comment_id))
    opens = _opens(comment)
    if row is None and opens:
        is_owed = is_owable(comment, policy)
        row = add_number(comment, policy, VISITOR, is_owed=is_owed)
        touch(policy)
    if row is not None:
        row.thread_id = comment.thread_id if opens else None
        _place(policy, row, comment.thread.clause)
    db.session.flush()


def _opens(comment: Comment) -> bool:
    first = select(func.min(Comment.id)).where(Comment.thread_id == comment.thread_id)
    is_about_text = comment.thread.subject_kind is None
    return is_about_text and comment.id == db.session.scalar(first)


def _place(policy: Policy, row: Contribution, clause: str | None) -> None:
    if row.clause == clause:
        return
    row.clause = clause
    touch(policy)
    event = ContributionMoved(policy=policy.id, number=row.number, clause=clause or "")
    record(event, actor=VISITOR, is_public=policy.is_public)
