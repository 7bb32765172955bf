"""Reactions of notifications to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from app.ledger.delivery import SealedEvent
from app.notifications.queries.noted import NOTERS
from app.notifications.services import happening

HAPPENINGS = tuple(NOTERS)


def note(events: list[SealedEvent]) -> None:
    """What followers hear of, a row for each thing, whoever follows."""
    happening.note(events)
