"""Take the words of a comment out of the database for good.

The callers of ``erase_comment`` enter the write gate, lock the policy and renew its pages:
``moderation`` for a text that is removed, ``suggestions`` for words that were taken back.
"""

from __future__ import annotations

import secrets

from sqlalchemy import delete, select

from app import clock
from app.accounts.models import Person
from app.database import db, writing
from app.discussions.models import Comment, CommentVersion, DutyShift, Thread
from app.discussions.queries.shown import first_of_thread


def words_of_comment(comment_id: int) -> tuple[str, ...]:
    """The words as they stand: the title of the thread where the comment opened it, the body, then
    the earlier bodies from the oldest on."""
    comment = db.session.get_one(Comment, comment_id)
    title = comment.thread.title if _opens_thread(comment) else ""
    earlier = db.session.scalars(
        select(CommentVersion.body)
        .where(CommentVersion.comment_id == comment_id)
        .order_by(CommentVersion.id)
    )
    return (title, comment.body, *earlier)


def erase_comment(comment_id: int) -> None:
    """No word of it, of its earlier wordings and of the title it gave its thread; the salts die
    with them, so that the hashes in the ledger can be guessed by nobody."""
    comment = db.session.get_one(Comment, comment_id)
    comment.body, comment.salt = "", secrets.token_bytes(16)
    comment.erased_at = clock.now()
    if _opens_thread(comment):
        comment.thread.title = ""
    db.session.execute(delete(CommentVersion).where(CommentVersion.comment_id == comment_id))
    db.session.flush()


def forget_person(public_id: str) -> None:
    """Somebody left: the shifts that they would still have watched go."""
    writing()
    person = select(Person.id).where(Person.public_id == public_id).scalar_subquery()
    ahead = DutyShift.ends_at > clock.now()
    db.session.execute(delete(DutyShift).where(DutyShift.person_id == person, ahead))


def _opens_thread(comment: Comment) -> bool:
    query = select(Thread.id).where(Thread.id == comment.thread_id, first_of_thread() == comment.id)
    return db.session.scalar(query) is not None
