"""Reactions of suggestions to what happened elsewhere; each may get the same events again."""

from __future__ import annotations

from collections import defaultdict

from app.ledger.delivery import SealedEvent
from app.suggestions.services import erasing, following_moves, grouping, rebasing, renewing


def rebase_pending(events: list[SealedEvent]) -> None:
    """The text changed: which suggestions still fit, and whose author should look?"""
    for policy_id in sorted({event.data["policy"] for event in events}):
        rebasing.rebase_policy(policy_id)


def group_similar(events: list[SealedEvent]) -> None:
    """Words came, changed or went: which contributions say much the same?"""
    numbers: dict[int, set[int]] = defaultdict(set)
    for event in events:
        numbers[event.data["policy"]].add(event.data["number"])
    for policy_id in sorted(numbers):
        grouping.group_similar(policy_id, numbers[policy_id])


def show_words(events: list[SealedEvent]) -> None:
    """A person was confirmed or renamed, or left: pages with what they sent are made anew."""
    for public_id in sorted({event.data["person"] for event in events}):
        renewing.renew_pages_with(public_id)


def follow_moves(events: list[SealedEvent]) -> None:
    """Volunteers moved threads and replies: what is numbered among them is about something else."""
    for event in events:
        if event.kind == "ThreadReplaced":
            following_moves.follow_thread(event.data["thread"])
        else:
            following_moves.follow_comment(event.data["comment"])


def forget_people(events: list[SealedEvent]) -> None:
    """People left: what they kept unsent goes, and their look-up codes open nothing more."""
    for public_id in sorted({event.data["person"] for event in events}):
        erasing.forget_person(public_id)
