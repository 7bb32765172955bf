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

    ``held_until``: what opened it waits, see Comment. ``locked_at``: a volunteer stopped replies.
    ``joined_into_id``: it goes on in that thread. ``moved_from``: the clause it was opened on (""
    the whole policy) before a volunteer moved it at ``moved_at``.
    ``answered_at``: the person who asked says that the question is answered.
    """

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_policy", "policy_id", "clause", "id"),
        Index("ix_thread_newest", "policy_id", "id"),
        Index("ix_thread_joined", "joined_into_id"),
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
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    joined_into_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    moved_from: Mapped[str | None] = mapped_column(String(12))
    moved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    policy: Mapped[Policy] = relationship()


class Comment(Model):
    """One contribution to a thread; the first comment of a thread is what opened it.

    ``withdrawn_at``: its author took it back, and nobody is shown the words. ``held_until``: the
    words wait (a night, a hold); set to None when they are released. ``prompt``: the code of the
    sentence that a volunteer sent with one press about the comment ``about_id``. ``moved_from_id``:
    the thread it was said in before a volunteer moved it at ``moved_at``. ``erased_at``: the words
    were removed for good.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_thread", "thread_id", "id"),
        Index("ix_comment_held", "held_until"),
        Index("ix_comment_author", "author_id", "id"),
        Index("ix_comment_moved", "moved_from_id", "id"),
    )

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
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    prompt: Mapped[str] = mapped_column(String(12), default="")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    moved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    thread: Mapped[Thread] = relationship(foreign_keys=thread_id)
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


class ThreadSummary(Model):
    """What a volunteer wrote a thread comes down to; the latest row of a thread is shown."""

    __tablename__ = "thread_summary"
    __table_args__ = (Index("ix_thread_summary_thread", "thread_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    words: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship()


class Hold(Model):
    """New words on a policy wait until ``until``; ``ended_at`` before that when a volunteer ended it
    early, else written down by the worker as that moment."""

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_policy", "policy_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Slowdown(Model):
    """Each person writes at most once in ``minutes`` on a policy until ``until``."""

    __tablename__ = "slowdown"
    __table_args__ = (Index("ix_slowdown_policy", "policy_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    minutes: Mapped[int]
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DutyShift(Model):
    """A volunteer watches over the discussions from ``begins_at`` to ``ends_at``."""

    __tablename__ = "duty_shift"
    __table_args__ = (Index("ix_duty_shift_time", "ends_at", "begins_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begins_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()
