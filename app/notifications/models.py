"""Tables of who follows what, of what happened, and of what was told to whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class Watch(Model):
    """A person follows a policy, one clause of it (``clause``) or one thread (``thread_id``).

    "" and 0 stand for none, so that the key holds on every database.
    """

    __tablename__ = "watch"
    __table_args__ = (
        UniqueConstraint("person_id", "policy_id", "clause", "thread_id"),
        Index("ix_watch_policy", "policy_id", "clause", "thread_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    clause: Mapped[str] = mapped_column(String(12), default="")
    thread_id: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class MailFollower(Model):
    """Somebody without an account follows a policy or a clause by mail.

    Nothing is sent before ``confirmed_at`` but one letter that asks; ``ended_at`` when they left.
    ``told_upto`` is the last Happening of their latest digest, ``token_hash`` that of the links.
    """

    __tablename__ = "mail_follower"
    __table_args__ = (
        UniqueConstraint("address", "policy_id", "clause"),
        Index("ix_mail_follower_policy", "policy_id", "clause"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    clause: Mapped[str] = mapped_column(String(12), default="")
    period: Mapped[str] = mapped_column(String(8))  # daily, weekly
    locale: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_upto: Mapped[int] = mapped_column(default=0)


class Happening(Model):
    """One thing that followers hear of, taken from an event of the ledger (``seq``).

    Holds no words: pages, feeds and letters read those when they are made, through the filters of
    their domains, so what was hidden since is told to nobody. ``kind`` is one of
    ``notifications.rules.Kind``, which says what ``ref`` names. ``clauses`` are ids with blanks
    around each (" c3 c7 "), "" when it is about the whole policy.
    """

    __tablename__ = "happening"
    __table_args__ = (
        UniqueConstraint("seq", "kind", "ref"),
        Index("ix_happening_policy", "policy_id", "id"),
        Index("ix_happening_thread", "thread_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    clauses: Mapped[str] = mapped_column(Text, default="")
    thread_id: Mapped[int] = mapped_column(default=0)
    ref: Mapped[int]
    by_public_id: Mapped[str] = mapped_column(String(20), default="")
    is_minor: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Notice(Model):
    """One message to one person: an answer to them, a decision on them, a deadline, the final text.

    ``kind`` names its sentence, ``values`` (JSON) fill it; ``once`` says what it is about, and a
    person is told of one thing once. ``by_mail``: it is worth a letter at once.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "once"),
        Index("ix_notice_person", "person_id", "id"),
        Index("ix_notice_letter", "by_mail", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(24))
    once: Mapped[str] = mapped_column(String(60))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    values: Mapped[str] = mapped_column(Text, default="{}")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    by_mail: Mapped[bool] = mapped_column(default=False)


class ReaderState(Model):
    """How far a person has read and been told; ``period`` daily, weekly or none of their digest."""

    __tablename__ = "reader_state"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), default="daily")
    at_once: Mapped[bool] = mapped_column(default=True)
    seen_upto: Mapped[int] = mapped_column(default=0)
    told_upto: Mapped[int] = mapped_column(default=0)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)


class LetterSent(Model):
    """A letter that was handed on for sending; its key is never used a second time."""

    __tablename__ = "letter_sent"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
