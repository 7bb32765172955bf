"""Tables of the ledger; rows of ``event`` and ``seal`` are never updated or deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class EventRecord(Model):
    """A fact as it was written in its own transaction; ``payload`` is canonical JSON."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(20))  # the person's pseudonymous id, "" for none
    payload: Mapped[str] = mapped_column(Text)
    nonce: Mapped[bytes] = mapped_column(LargeBinary(16))
    is_public: Mapped[bool]


class UnsealedEvent(Model):
    """The sealer's inbox: written with the event, removed with its seal.

    Commits are not ordered by ids under concurrency, so "ids above the last seal" would skip a
    late commit; an inbox cannot.
    """

    __tablename__ = "unsealed_event"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)


class Seal(Model):
    """An event's place in the one gap-free sequence and the hash chain up to it."""

    __tablename__ = "seal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Cursor(Model):
    """How far one reaction has read the sealed sequence, and its trouble if it has any."""

    __tablename__ = "ledger_cursor"

    reaction: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
