"""The sealer: gives committed events their place in the one sequence, and their hash."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select

from app.database import committing, db
from app.ledger import chain
from app.ledger.models import EventRecord, Seal, UnsealedEvent
from app.ledger.queries import get_head, has_unsealed

BATCH = 200  # events sealed in one stay inside the write gate, at most 20 ms
ADVISORY_LOCK = 740312


def seal(limit: int = BATCH) -> int:
    """Seal up to ``limit`` committed events, lowest id first, and commit; how many were sealed."""
    waiting = has_unsealed()
    db.session.rollback()
    if not waiting:
        return 0
    with committing():
        _alone()
        events = db.session.scalars(
            select(EventRecord)
            .join(UnsealedEvent, UnsealedEvent.event_id == EventRecord.id)
            .order_by(EventRecord.id)
            .limit(limit)
        ).all()
        if events:
            _append(events)
        return len(events)


def _alone() -> None:
    """The write gate admits one sealer on SQLite; on PostgreSQL this lock, until the commit."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))


def _append(events: Sequence[EventRecord]) -> None:
    head = get_head()
    seq, previous = head.seq, head.hash
    seals = []
    for event in events:
        leaf = chain.leaf_of(
            chain.describe(
                kind=event.kind,
                at=event.occurred_at,
                actor=event.actor,
                data=json.loads(event.payload),
                nonce=event.nonce,
                is_public=event.is_public,
            )
        )
        seq, previous = seq + 1, chain.link(previous, leaf)
        seals.append({"seq": seq, "event_id": event.id, "leaf": leaf, "hash": previous})
    db.session.execute(insert(Seal), seals)
    # By id, not "up to the last id": a slower transaction may have committed a lower one just now.
    ids = [event.id for event in events]
    db.session.execute(delete(UnsealedEvent).where(UnsealedEvent.event_id.in_(ids)))
