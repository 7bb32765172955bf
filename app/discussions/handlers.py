"""Reactions of discussions to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from app.discussions.services import erasing, following
from app.ledger.delivery import SealedEvent


def reanchor(events: list[SealedEvent]) -> None:
    """Threads follow the text: their clause may have gone, or come back."""
    for policy_id in sorted({event.data["policy"] for event in events}):
        following.reanchor(policy_id)


def show_words(events: list[SealedEvent]) -> None:
    """A person was confirmed or renamed, or left: pages with their words are made anew."""
    for public_id in sorted({event.data["person"] for event in events}):
        following.renew_pages_with(public_id)


def forget_people(events: list[SealedEvent]) -> None:
    """People left: they keep watch no more."""
    for public_id in sorted({event.data["person"] for event in events}):
        erasing.forget_person(public_id)
