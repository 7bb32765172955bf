"""Reactions: what was saved is measured."""

from __future__ import annotations

from app.consensus.services import measuring
from app.ledger.delivery import SealedEvent


def measure_revisions(events: list[SealedEvent]) -> None:
    """Measure every revision of the batch."""
    measuring.measure([(event.data["policy"], event.data["number"]) for event in events])
