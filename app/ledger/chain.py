"""The hash chain, pure: how an event becomes a leaf, a leaf a link, and how anybody checks both.

leaf = SHA-256(0x00 ‖ JCS(event)), hash = SHA-256(previous hash ‖ leaf); JCS is RFC 8785. Whoever
holds one hash can tell whether any record before it was changed, dropped, moved or put in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import rfc8785

LEAF = b"\x00"  # RFC 6962 style domain separation: a leaf can never be read as an inner node
BEGINNING = bytes(32)


@dataclass(frozen=True, slots=True)
class Record:
    """One place in the sequence. ``event`` is None where it is withheld from the reader."""

    seq: int
    event: Mapping[str, Any] | None
    leaf: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain that holds: ``seq`` is 0 and ``hash`` 32 zero bytes when it is empty."""

    seq: int = 0
    hash: bytes = BEGINNING


@dataclass(frozen=True, slots=True)
class BadRecord:
    """The first record that does not hold, and why, in plain words."""

    seq: int
    reason: str


def describe(
    *, kind: str, at: datetime, actor: str, data: Any, nonce: bytes, is_public: bool
) -> dict[str, Any]:
    """An event as the JSON object that is hashed and, if public, published."""
    return {
        "kind": kind,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": actor,
        "data": data,
        "nonce": nonce.hex(),
        "is_public": is_public,
    }


def leaf_of(event: Mapping[str, Any]) -> bytes:
    """SHA-256 over the canonical event; raises ValueError for what JSON cannot carry exactly."""
    return hashlib.sha256(LEAF + rfc8785.dumps(dict(event))).digest()


def link(previous: bytes, leaf: bytes) -> bytes:
    """The hash of a record: of everything before it and of itself."""
    return hashlib.sha256(previous + leaf).digest()


def published(record: Record) -> Record:
    """What leaves the house: of a non-public event only its leaf and its place."""
    is_public = record.event is not None and record.event.get("is_public") is True
    return record if is_public else replace(record, event=None)


def verify(records: Iterable[Record], after: Head | None = None) -> Head | BadRecord:
    """Walk the chain that follows ``after`` (its beginning when None)."""
    head = after or Head()
    for record in records:
        reason = _fault(record, head)
        if reason:
            return BadRecord(head.seq + 1, reason)
        head = Head(record.seq, record.hash)
    return head


def _fault(record: Record, head: Head) -> str:
    if record.seq != head.seq + 1:
        return f"its place is empty; the next record is number {record.seq}"
    if record.event is not None and not _is_leaf_of(record.leaf, record.event):
        return "the event is not the one that was sealed"
    if record.hash != link(head.hash, record.leaf):
        return "its hash does not follow from the record before it"
    return ""


def _is_leaf_of(leaf: bytes, event: Mapping[str, Any]) -> bool:
    try:
        return leaf == leaf_of(event)
    except ValueError:
        return False
