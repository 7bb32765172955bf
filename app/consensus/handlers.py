"""Reactions: what was saved is measured."""

from __future__ import annotations

from app.consensus import services
from app.ledger.delivery import SealedEvent


def measure_revisions(events: list[SealedEvent]) -> None:
    """Measure every revision of the batch."""
    services.measure([(event.data["policy"], event.data["number"]) for event in events])
