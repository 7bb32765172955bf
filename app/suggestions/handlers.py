"""Reactions of suggestions to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from app.ledger.delivery import SealedEvent
from app.suggestions.services import rebasing


def rebase_pending(events: list[SealedEvent]) -> None:
    """The text changed: which suggestions still fit, and whose author should look?"""
    for policy_id in sorted({event.data["policy"] for event in events}):
        rebasing.rebase_policy(policy_id)
