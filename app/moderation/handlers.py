"""Reactions of moderation to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from app.ledger.delivery import SealedEvent
from app.moderation.services import forgetting


def forget_people(events: list[SealedEvent]) -> None:
    """People left: the names they had chosen and that were hidden go, too."""
    for public_id in sorted({event.data["person"] for event in events}):
        forgetting.forget_person(public_id)
