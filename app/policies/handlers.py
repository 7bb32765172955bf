"""Reactions of policies to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from app.ledger.delivery import SealedEvent
from app.policies.services import attributing, erasing, renewing


def show_new_names(events: list[SealedEvent]) -> None:
    """A person was renamed or left: pages that name them as an author are made anew."""
    for public_id in sorted({event.data["person"] for event in events}):
        renewing.renew_pages_by(public_id)


def attribute_revisions(events: list[SealedEvent]) -> None:
    """Say of every word of the saved revisions which revision and suggestion it came in with."""
    attributing.attribute([(event.data["policy"], event.data["number"]) for event in events])


def forget_people(events: list[SealedEvent]) -> None:
    """People left: their unsaved work and their places on drafts go."""
    for public_id in sorted({event.data["person"] for event in events}):
        erasing.forget_person(public_id)
