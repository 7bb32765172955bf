"""What becomes of the words that opened a thread when their author changes or takes them back.

Only ``suggestions`` calls this, inside the write gate and with the policy locked and touched:
whether the author may, and for how long, is decided there.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select

from app.access.actor import Actor
from app.database import db
from app.discussions.events import CommentEdited, CommentWithdrawn
from app.discussions.models import Comment, CommentVersion
from app.ledger.services import record, salted_hash


def replace_words(thread_id: int, body: str, kind: str, *, actor: Actor) -> None:
    """Put other words, and perhaps another kind, where the first were; no trace of those stays."""
    comment = _first_comment(thread_id)
    comment.body, comment.salt = body, secrets.token_bytes(16)
    comment.thread.kind = kind
    db.session.flush()
    event = CommentEdited(
        policy=comment.thread.policy_id,
        thread=thread_id,
        comment=comment.id,
        body=salted_hash(comment.salt, body),
    )
    record(event, actor=actor, is_public=comment.thread.policy.is_public)


def withdraw_words(thread_id: int, at: datetime | None, *, actor: Actor) -> None:
    """Show the words nowhere from ``at`` on; None brings them back. Replies stay as they are."""
    comment = _first_comment(thread_id)
    comment.withdrawn_at = at
    db.session.flush()
    event = CommentWithdrawn(
        policy=comment.thread.policy_id,
        thread=thread_id,
        comment=comment.id,
        withdrawn=at is not None,
    )
    record(event, actor=actor, is_public=comment.thread.policy.is_public)


def erase_words(thread_id: int) -> None:
    """Take the words that were withdrawn out of the database, earlier ones and the title too."""
    comment = _first_comment(thread_id)
    comment.body, comment.salt, comment.thread.title = "", secrets.token_bytes(16), ""
    db.session.execute(delete(CommentVersion).where(CommentVersion.comment_id == comment.id))
    db.session.flush()


def _first_comment(thread_id: int) -> Comment:
    first = select(func.min(Comment.id)).where(Comment.thread_id == thread_id)
    return db.session.scalars(select(Comment).where(Comment.id == first.scalar_subquery())).one()
