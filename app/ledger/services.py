"""Record a fact in the transaction in which it happened."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict

import rfc8785

from app import clock
from app.access.actor import Actor
from app.database import db
from app.ledger.events import Event
from app.ledger.models import EventRecord, UnsealedEvent


def record(event: Event, *, actor: Actor, is_public: bool | None = None) -> EventRecord:
    """Write ``event`` beside the change it tells of; sealed and delivered after the commit.

    ``is_public`` False marks events of private policies even where the kind is public.
    """
    row = EventRecord(
        kind=type(event).__name__,
        occurred_at=clock.now(),
        actor=actor.public_id,
        payload=rfc8785.dumps(asdict(event)).decode(),
        nonce=secrets.token_bytes(16),
        is_public=type(event).is_public if is_public is None else is_public,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(UnsealedEvent(event_id=row.id))
    return row


def salted_hash(salt: bytes, text: str) -> str:
    """How a text enters an event: guessable by nobody once the salt is gone with the text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()
