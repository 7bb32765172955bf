"""Reactions of notifications to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from app.ledger.delivery import SealedEvent
from app.moderation.rules import Rule
from app.notifications.queries.noted import NOTERS
from app.notifications.services import announcing, calling_duty, forgetting, happening, telling
from app.policies.phases import Phase

HAPPENINGS = tuple(NOTERS)
PERSONAL = tuple(telling.TELLERS)


def note(events: list[SealedEvent]) -> None:
    """What followers hear of, a row for each thing, whoever follows."""
    happening.note(events)


def tell(events: list[SealedEvent]) -> None:
    """What is about one person: an answer, a reply, a decision on their words."""
    telling.tell(events)


def announce(events: list[SealedEvent]) -> None:
    """The final text, to everybody who follows the draft or took part in it."""
    for event in events:
        if event.data["phase"] == Phase.PUBLISHED:
            announcing.announce_final(event.data["policy"], event.at)


def call_duty(events: list[SealedEvent]) -> None:
    """Somebody reported that people are in danger: whoever is on duty looks now."""
    for event in events:
        if event.data["rule"] == Rule.DANGER:
            calling_duty.call_duty(event.data["case"])


def forget(events: list[SealedEvent]) -> None:
    """Somebody left: what they followed and were told goes with them."""
    for event in events:
        forgetting.forget(event.data["person"])
