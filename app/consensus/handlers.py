"""Reactions: what was saved is measured, and again once more people may read it."""

from __future__ import annotations

from app.consensus.services import following_events, measuring
from app.ledger.delivery import SealedEvent

EVALUATED = following_events.KINDS


def measure_revisions(events: list[SealedEvent]) -> None:
    """Measure every revision of the batch."""
    measuring.measure([(event.data["policy"], event.data["number"]) for event in events])


def measure_published(events: list[SealedEvent]) -> None:
    """What people did to each other before the publication counts no longer."""
    for policy_id in {event.data["policy"] for event in events}:
        measuring.measure_anew(policy_id)


def evaluate_clauses(events: list[SealedEvent]) -> None:
    """Find anew how the clauses stand that something happened to."""
    following_events.follow(events)
