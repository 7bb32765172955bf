"""Acts that two officers do: which there are, when they take effect, what was looked at; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from app.access.acts import Act
from app.consultations.rules import Card, WantedCall
from app.errors import Conflict, RuleBroken
from app.messages import N_, Message

USUALLY_AT = time(9, 0)  # of the next day, in the site's time zone
AHEAD = timedelta(minutes=15)  # within which it can be called off
LATEST = timedelta(days=366)
MOST_REASON = 500  # characters


class ActKind(StrEnum):
    """What cannot be taken back once people have read it."""

    MAKE_PUBLIC = "make_public"
    OPEN_CONSULTATION = "open_consultation"
    PUBLISH_ANSWERS = "publish_answers"
    PUBLISH_DECISION = "publish_decision"


class ActState(StrEnum):
    """How an act stands: waiting for the second officer, for its time, or over."""

    ASKED = "asked"
    AGREED = "agreed"
    SENT_BACK = "sent_back"
    CALLED_OFF = "called_off"
    DONE = "done"


# Who may ask for it; the second officer is let by Act.CONFIRM.
ASKERS: dict[ActKind, Act] = {
    ActKind.MAKE_PUBLIC: Act.MAKE_PUBLIC,
    ActKind.OPEN_CONSULTATION: Act.MOVE_PHASE,
    ActKind.PUBLISH_ANSWERS: Act.PREPARE_ANSWERS,
    ActKind.PUBLISH_DECISION: Act.DECIDE,
}
Looked = Mapping[str, str]


class ActChanged(Conflict):
    """What the second officer looks at is no longer what was sent for approval."""

    def __init__(self, changes: list[Message]) -> None:
        super().__init__(
            N_("Something changed after this was sent for approval. Nothing has happened.")
        )
        self.changes = changes


def usual_time(now: datetime, zone: tzinfo) -> datetime:
    """Tomorrow at nine, in the site's time zone."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, USUALLY_AT, zone)


def ensure_ahead(at: datetime, now: datetime) -> datetime:
    """``at`` in UTC; RuleBroken for a moment less than AHEAD away, or more than a year."""
    if at < now + AHEAD:
        raise RuleBroken(
            N_("Please choose a time at least %(minutes)s minutes from now."),
            field="at",
            minutes=int(AHEAD.total_seconds() // 60),
        )
    if at - now > LATEST:
        raise RuleBroken(N_("Please choose a time within one year."), field="at")
    return at.astimezone(UTC)


def takes_effect_at(asked_for: datetime, now: datetime) -> datetime:
    """When an act that is agreed to at ``now`` takes effect: at the time asked for, or, where that
    is too near, at the first full minute that leaves AHEAD to call it off."""
    earliest = now + AHEAD
    if earliest.second or earliest.microsecond:
        earliest = earliest.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return max(asked_for, earliest)


def check_code(kind: str, asked: Mapping[str, Any], looked: Looked) -> str:
    """64 hex digits over all that was looked at: what was asked for, the text, the answers …"""
    whole = {"kind": kind, "asked": asked, "looked": dict(looked)}
    line = json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


def differences(before: Looked, now: Looked) -> list[Message]:
    """What is otherwise than when the act was asked for, in words."""
    values = {"before": before.get("revision", ""), "now": now.get("revision", "")}
    return [
        Message(CHANGED[part], values)
        for part in CHANGED
        if before.get(part, "") != now.get(part, "")
    ]


CHANGED: dict[str, str] = {
    "text": N_("The text: version %(before)s was checked, version %(now)s is there now."),
    "answers": N_("The answers: some were written or changed."),
    "decision": N_("The decision: its record was changed."),
}


def call_to_json(wanted: WantedCall) -> dict[str, Any]:
    """A call as an act keeps it until it is opened."""
    return asdict(wanted) | {"closes_at": wanted.closes_at.isoformat()}


def call_from_json(kept: Mapping[str, Any]) -> WantedCall:
    """The call that ``call_to_json`` kept."""
    cards = tuple(Card(**card) for card in kept["cards"])
    closes_at = datetime.fromisoformat(kept["closes_at"])
    return WantedCall(**{**kept, "cards": cards, "closes_at": closes_at})
