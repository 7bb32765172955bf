"""Facts about moderation. The reason, which is free text, enters as a salted hash."""

from __future__ import annotations

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHidden(Event):
    policy: int
    comment: int
    action: int
    rule: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentShown(Event):
    policy: int
    comment: int
    action: int
    rule: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionHidden(Event):
    """``number`` is that of the contribution within the policy."""

    policy: int
    number: int
    action: int
    rule: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionShown(Event):
    policy: int
    number: int
    action: int
    rule: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryHidden(Event):
    """``revision`` is the number within the policy."""

    policy: int
    revision: int
    action: int
    rule: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryShown(Event):
    policy: int
    revision: int
    action: int
    rule: str
    role: str
    reason: str
