"""Tables of threads and comments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.database import Model, UTCDateTime
from app.policies.models import Policy


class Thread(Model):
    """A discussion. ``clause`` is None for the whole policy; ``quote`` are the clause's words it
    was opened on (hash in ``quote_hash``); ``is_on_earlier_wording`` once the clause is gone.

    Replies to something of another domain have it as ``subject_kind`` and ``subject_id``; such a
    thread is as old as its subject and opened by its author, so it is seen by whoever sees that.
    """

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_policy", "policy_id", "clause", "id"),
        UniqueConstraint("subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    clause: Mapped[str | None] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(12))  # comment, question, objection, replies
    title: Mapped[str] = mapped_column(String(200), default="")
    quote: Mapped[str] = mapped_column(Text, default="")
    quote_hash: Mapped[str] = mapped_column(String(64), default="")
    opened_on: Mapped[int]  # revision number
    is_on_earlier_wording: Mapped[bool] = mapped_column(default=False)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    subject_kind: Mapped[str | None] = mapped_column(String(12))
    subject_id: Mapped[int | None]

    policy: Mapped[Policy] = relationship()


class Comment(Model):
    """One contribution to a thread; the first comment of a thread is what opened it.

    ``withdrawn_at``: its author took it back, and nobody is shown the words.
    """

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_thread", "thread_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    author_role: Mapped[str] = mapped_column(String(20))
    speaks_for: Mapped[str] = mapped_column(String(120), default="")
    body: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    thread: Mapped[Thread] = relationship()
    author: Mapped[Person] = relationship()


class CommentVersion(Model):
    """The words of a comment before its author changed them."""

    __tablename__ = "comment_version"
    __table_args__ = (Index("ix_comment_version_comment", "comment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    body: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    replaced_at: Mapped[datetime] = mapped_column(UTCDateTime)
