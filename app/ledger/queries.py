"""Reads of the ledger: its head, its records in order, and whether both still hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.database import db
from app.ledger import chain
from app.ledger.chain import BadRecord, Head, Record
from app.ledger.models import Cursor, EventRecord, Seal, UnsealedEvent

# Plain SQL: a column that somebody filled with nonsense must reach the check, not fail a converter.
RECORDS = text(
    "SELECT s.seq, s.leaf, s.hash, e.kind, e.occurred_at, e.actor, e.payload, e.nonce, e.is_public"
    " FROM seal s LEFT JOIN event e ON e.id = s.event_id WHERE s.seq > :after ORDER BY s.seq LIMIT :page"
)
PAGE = 1000


def get_head() -> Head:
    """The last sealed record."""
    row = db.session.execute(
        select(Seal.seq, Seal.hash).order_by(Seal.seq.desc()).limit(1)
    ).one_or_none()
    return Head(row.seq, row.hash) if row else Head()


def has_unsealed() -> bool:
    """Whether committed events wait for their seal."""
    return bool(db.session.scalar(select(exists().select_from(UnsealedEvent))))


def list_records(after: int = 0) -> Iterator[Record]:
    """Every record behind ``after`` in order, one at a time; events that are not public included."""
    while page := db.session.execute(RECORDS, {"after": after, "page": PAGE}).all():
        for row in page:
            yield Record(row.seq, _described(row), bytes(row.leaf), bytes(row.hash))
        after = page[-1].seq


def verify() -> Head | BadRecord:
    """Check every record, and that no event and no end of the chain was taken away."""
    get_head()  # a database that is away is not a bad record: let it say so itself
    reached = Head()

    def followed() -> Iterator[Record]:
        nonlocal reached
        for record in list_records():
            yield record
            reached = Head(record.seq, record.hash)

    try:
        verdict = chain.verify(followed())
    except (SQLAlchemyError, TypeError, ValueError) as error:
        return BadRecord(reached.seq + 1, f"it cannot be read ({type(error).__name__})")
    return verdict if isinstance(verdict, BadRecord) else _missing(verdict) or verdict


def _described(row: Any) -> dict[str, Any]:
    try:
        return chain.describe(
            kind=row.kind,
            at=_moment(row.occurred_at),
            actor=row.actor,
            data=json.loads(row.payload),
            nonce=bytes(row.nonce),
            is_public=bool(row.is_public),
        )
    except (TypeError, ValueError):
        return {}  # gone or unreadable: no leaf was ever made of an empty object


def _moment(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _missing(head: Head) -> BadRecord | None:
    """The chain alone cannot see its end cut off; reactions and events remember more of it."""
    read = db.session.scalar(select(func.max(Cursor.seq))) or 0
    if read > head.seq:
        return BadRecord(head.seq + 1, f"reactions have read on to number {read}")
    if db.session.scalar(select(func.count()).select_from(Seal)) != head.seq:
        return BadRecord(head.seq + 1, "there are records outside the sequence")
    unplaced = db.session.scalar(
        select(func.min(EventRecord.id)).where(
            ~exists().where(Seal.event_id == EventRecord.id),
            ~exists().where(UnsealedEvent.event_id == EventRecord.id),
        )
    )
    if unplaced is not None:
        return BadRecord(head.seq + 1, f"event {unplaced} has no place and waits for none")
    return None
