"""Delivery: every reaction reads the sealed sequence at its own pace, each with one cursor.

What a handler writes and its cursor are committed together, so a crash repeats or completes a
batch and never half of it. A failing reaction stops alone and is tried again, later each time.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from app import clock
from app.database import committing, db, writing
from app.ledger.models import Cursor, EventRecord, Seal

BATCH = 500  # events handed to a handler at once
LONGEST_WAIT = timedelta(minutes=5)
ERROR_LENGTH = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """A fact at its place in the sequence; ``actor`` is a pseudonymous id, "" for nobody."""

    seq: int
    kind: str
    at: datetime
    actor: str
    data: dict[str, Any]
    is_public: bool


Handler = Callable[[list[SealedEvent]], None]


@dataclass(frozen=True, slots=True)
class Reaction:
    """Who reacts to which kinds of events; ``name`` is its cursor's key and never changes.

    ``handler`` gets its unread events in order. It does slow work first (computing, indexing,
    files), outside the write gate, and calls services last; they enter the gate. It never commits.
    It may get the same events again after a crash.
    """

    name: str
    kinds: tuple[str, ...]
    handler: Handler


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reaction that stands still: why, since how many tries, and when it is tried again."""

    reaction: str
    error: str
    failures: int
    retry_at: datetime


def deliver(reactions: Sequence[Reaction]) -> int:
    """Hand one batch to every reaction that is due; how many events were handled in all."""
    head = db.session.scalar(select(func.max(Seal.seq))) or 0
    positions = _positions(reactions)
    db.session.rollback()
    return sum(
        _hand_over(reaction, positions[reaction.name], head)
        for reaction in reactions
        if positions.get(reaction.name, head) < head
    )


def list_troubles(reactions: Iterable[Reaction]) -> list[Trouble]:
    """Reactions that failed and wait for their next try, the soonest first."""
    names = [reaction.name for reaction in reactions]
    rows = db.session.scalars(
        select(Cursor)
        .where(Cursor.reaction.in_(names), Cursor.retry_at.is_not(None))
        .order_by(Cursor.retry_at)
    )
    return [
        Trouble(row.reaction, row.last_error, row.failures, row.retry_at)
        for row in rows
        if row.retry_at is not None
    ]


def _positions(reactions: Sequence[Reaction]) -> dict[str, int]:
    """How far each reaction that is due has read; a new one starts at the beginning."""
    names = [reaction.name for reaction in reactions]
    cursors = {
        cursor.reaction: cursor
        for cursor in db.session.scalars(select(Cursor).where(Cursor.reaction.in_(names)))
    }
    now = clock.now()
    return {
        name: cursors[name].seq if name in cursors else 0
        for name in names
        if name not in cursors or _is_due(cursors[name].retry_at, now)
    }


def _is_due(retry_at: datetime | None, now: datetime) -> bool:
    # A wait longer than the longest was set by a clock that has been put back since.
    return retry_at is None or not now < retry_at <= now + LONGEST_WAIT


def _hand_over(reaction: Reaction, position: int, head: int) -> int:
    events = _unread(reaction, position)
    db.session.rollback()  # slow work must not hold an old view of the database open
    if not events and head - position < BATCH:
        return (
            0  # a commit for every event that nobody here waits for would cost more than it saves
        )
    reached = events[-1].seq if events else head
    try:
        if events:
            reaction.handler(events)
        writing()
        is_ours = _advance(reaction.name, position, reached)
        if is_ours:
            db.session.commit()
    except Exception as error:
        db.session.rollback()
        log.exception("the reaction %s failed at event %d", reaction.name, position + 1)
        _remember_failure(reaction.name, error)
        return 0
    db.session.rollback()
    return len(events) if is_ours else 0


def _unread(reaction: Reaction, position: int) -> list[SealedEvent]:
    rows = db.session.execute(
        select(
            Seal.seq,
            EventRecord.kind,
            EventRecord.occurred_at,
            EventRecord.actor,
            EventRecord.payload,
            EventRecord.is_public,
        )
        .join(EventRecord, EventRecord.id == Seal.event_id)
        .where(Seal.seq > position, EventRecord.kind.in_(reaction.kinds))
        .order_by(Seal.seq)
        .limit(BATCH)
    )
    return [
        SealedEvent(
            seq=row.seq,
            kind=row.kind,
            at=row.occurred_at,
            actor=row.actor,
            data=json.loads(row.payload),
            is_public=row.is_public,
        )
        for row in rows
    ]


def _advance(name: str, position: int, reached: int) -> bool:
    """Move the cursor unless another delivery moved it first; then this one's writes must go."""
    moved = db.session.scalar(_MOVE, {"name": name, "position": position, "reached": reached})
    if moved is not None:
        return True
    if db.session.get(Cursor, name) is not None:
        return False
    db.session.execute(insert(Cursor).values(reaction=name, seq=reached, failures=0, last_error=""))
    return True


# Made once: composing it anew for each batch costs more than it does.
_MOVE = (
    update(Cursor)
    .where(Cursor.reaction == bindparam("name"), Cursor.seq == bindparam("position"))
    .values(seq=bindparam("reached"), failures=0, retry_at=None, last_error="")
    .returning(Cursor.reaction)
    .execution_options(synchronize_session=False)
)


def _remember_failure(name: str, error: Exception) -> None:
    with committing():
        cursor = db.session.get(Cursor, name)
        if cursor is None:
            cursor = Cursor(reaction=name, seq=0, failures=0)
            db.session.add(cursor)
        cursor.failures += 1
        wait = min(timedelta(seconds=2 ** min(cursor.failures, 20)), LONGEST_WAIT)
        cursor.retry_at = clock.now() + wait
        cursor.last_error = _storable("".join(traceback.format_exception_only(error)).strip())


def _storable(words: str) -> str:
    """PostgreSQL takes neither NUL nor lone surrogates, and an error may quote either."""
    kept = words.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return kept[:ERROR_LENGTH]
