"""Reactions of calls for comment to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from datetime import datetime

from app.consultations.services import closing
from app.ledger.delivery import SealedEvent
from app.policies.phases import Phase

# A policy on hold has not ended its round: comments may open again where they stood.
RUNNING = frozenset({Phase.CONSULTATION, Phase.ON_HOLD})


def close_rounds(events: list[SealedEvent]) -> None:
    """A policy moved on: the round that ran until then has ended at that moment."""
    for event in events:
        if event.data["phase"] not in RUNNING:
            at = datetime.fromisoformat(event.data["entered_at"])
            closing.close_round(event.data["policy"], at)
