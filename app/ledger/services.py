"""Record a fact in the transaction in which it happened."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, cast

import rfc8785
from sqlalchemy import CursorResult, Table

from app import clock
from app.access.actor import Actor
from app.database import db, must_be_writing
from app.ledger.events import Event
from app.ledger.models import EventRecord, UnsealedEvent

_EVENT: Table = cast(Table, EventRecord.__table__)
_UNSEALED: Table = cast(Table, UnsealedEvent.__table__)
# The id of a policy → the public ids of those who appear on it by no name.
Unnamed = Callable[[int], Collection[str]]


def _nobody(_policy: int) -> Collection[str]:
    return ()


_unnamed: Unnamed = _nobody


def keep_unnamed(unnamed: Unnamed) -> None:
    """Called once by the wiring: what names one of these people is exported as its hash only.

    The rule lives with the policies, above; a sealed event cannot be changed afterwards.
    """
    global _unnamed
    _unnamed = unnamed


def record(event: Event, *, actor: Actor, is_public: bool | None = None) -> None:
    """Write ``event`` beside the change it tells of; sealed and delivered after the commit.

    ``is_public`` False marks events of private policies even where the kind is public.
    """
    must_be_writing()
    # Straight to the tables: every save waits for this inside the write gate.
    written: CursorResult[*tuple[Any, ...]] = db.session.execute(  # type: ignore[assignment]
        _EVENT.insert().values(_row(event, actor, is_public, _unnamed))
    )
    key = written.inserted_primary_key
    assert key is not None
    db.session.execute(_UNSEALED.insert().values(event_id=key[0]))


def record_all(events: Sequence[Event], *, actor: Actor, is_public: bool | None = None) -> None:
    """The same for many events of one transaction, in their order; ten times quicker."""
    must_be_writing()
    unnamed = cache(_unnamed)
    rows = [_row(event, actor, is_public, unnamed) for event in events]
    if rows:
        added = _EVENT.insert().returning(_EVENT.c.id, sort_by_parameter_order=True)
        keys = db.session.scalars(added, rows).all()
        db.session.execute(_UNSEALED.insert(), [{"event_id": key} for key in keys])


def _row(event: Event, actor: Actor, is_public: bool | None, unnamed: Unnamed) -> dict[str, Any]:
    payload = rfc8785.dumps(asdict(event)).decode()
    policy: int | None = getattr(event, "policy", None)
    names_them = policy is not None and any(
        person == actor.public_id or f'"{person}"' in payload for person in unnamed(policy)
    )
    wanted = type(event).is_public if is_public is None else is_public
    return {
        "kind": type(event).__name__,
        "occurred_at": clock.now(),
        "actor": actor.public_id,
        "payload": payload,
        "nonce": secrets.token_bytes(16),
        "is_public": wanted and not names_them,
    }


def salted_hash(salt: bytes, text: str) -> str:
    """How a text enters an event: guessable by nobody once the salt is gone with the text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()
