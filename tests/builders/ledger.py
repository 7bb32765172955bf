"""Events for tests of the ledger, and the power of an operator who can change sealed rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, text

from app.access.actor import VISITOR
from app.database import committing, db
from app.ledger.events import Event
from app.ledger.models import EventRecord, Seal
from app.ledger.services import record

PERMANENT = ("event", "seal", "revision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """A public fact for tests."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whispered(Event):
    """A fact for tests that is not public."""

    is_public: ClassVar[bool] = False
    number: int


def note(*numbers: int) -> None:
    """Commit one public event per number, each in a transaction of its own."""
    for number in numbers:
        with committing():
            record(Noted(number=number), actor=VISITOR)


def note_at_once(count: int) -> None:
    """Commit ``count`` public events, numbered from 1, in one transaction."""
    with committing():
        for number in range(1, count + 1):
            record(Noted(number=number), actor=VISITOR)


def whisper(number: int) -> None:
    """Commit one event that is not public."""
    with committing():
        record(Whispered(number=number), actor=VISITOR)


def sealed_ids() -> list[tuple[int, int]]:
    """(seq, event id) of all seals, in order."""
    rows = db.session.execute(select(Seal.seq, Seal.event_id).order_by(Seal.seq)).all()
    db.session.rollback()
    return [(row.seq, row.event_id) for row in rows]


def event_ids() -> list[int]:
    """Ids of all events, ascending."""
    ids = list(db.session.scalars(select(EventRecord.id).order_by(EventRecord.id)))
    db.session.rollback()
    return ids


@contextmanager
def operator_with_a_shell() -> Iterator[None]:
    """Within the block, permanent rows can be changed; afterwards they are permanent again."""
    if db.engine.dialect.name == "postgresql":
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in PERMANENT]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in PERMANENT]
    else:
        with db.engine.connect() as connection:
            triggers = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
        off = [f"DROP TRIGGER {trigger.name}" for trigger in triggers]
        on = [trigger.sql for trigger in triggers]
    _run(off)
    yield
    _run(on)


def tamper(statement: str, **values: object) -> None:
    """Run one statement as an operator who knows how to get around the triggers."""
    with operator_with_a_shell(), committing():
        db.session.execute(text(statement), values)


def _run(statements: list[str]) -> None:
    with committing():
        for statement in statements:
            db.session.execute(text(statement))
