"""Facts about calls for comment. The texts of a call are public on its page, not in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationOpened(Event):
    """``clauses`` are the ids it asks about; ``is_short`` says that fewer than 30 days are given."""

    policy: int
    closes_at: str
    answer_days: int
    clauses: list[str]
    is_short: bool
    round: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationChanged(Event):
    """The texts of an open call were changed, or its closing time put off."""

    policy: int
    closes_at: str
    answer_days: int
    clauses: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalityReviewed(Event):
    """The legal reviewer's conclusion on one text; its words are public on its page."""

    policy: int
    revision: int
    is_lawful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecorded(Event):
    """``outcome`` adopt, return or reject; ``effective_on`` is empty where nothing takes effect."""

    policy: int
    revision: int
    outcome: str
    document_number: str
    effective_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayPut(Event):
    """A day of the site's calendar: ``working`` None when it follows its weekday again."""

    day: str
    working: bool | None
