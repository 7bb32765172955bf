"""Facts about calls for comment. The texts of a call are public on its page, not in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationTakenBack(Event):
    """A call on the wrong text was ended; what was sent goes on into the next one."""

    policy: int
    round: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCorrected(Event):
    """Revision ``number`` corrects the one before it; ``closes_at``: until when ``clauses`` are open
    for comment again ("": their time stands)."""

    policy: int
    number: int
    phase: str
    clauses: list[str]
    is_editorial: bool
    closes_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeActAsked(Event):
    """An act of two officers was sent for approval, to take effect ``at``. ``check_code`` is over all
    that was looked at; like all that follows it is the office's own matter before its time."""

    is_public: ClassVar[bool] = False

    policy: int
    act: int
    kind: str
    at: str
    check_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeActAgreed(Event):
    """The second officer agreed, or one alone with a recorded reason; ``at`` is its time."""

    is_public: ClassVar[bool] = False

    policy: int
    act: int
    kind: str
    at: str
    check_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeActSentBack(Event):
    """The second officer sent it back; nothing happened."""

    is_public: ClassVar[bool] = False

    policy: int
    act: int
    kind: str
    at: str
    check_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeActCalledOff(Event):
    """It was called off before its time; nothing happened."""

    is_public: ClassVar[bool] = False

    policy: int
    act: int
    kind: str
    at: str
    check_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeActDone(Event):
    """Its time came."""

    is_public: ClassVar[bool] = False

    policy: int
    act: int
    kind: str
    at: str
    check_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSourced(Event):
    """Where the change of one clause by revision ``number`` comes from: ``kind`` contribution (with
    its ``numbers``), legal_review or own; the reason is public on the page of sources."""

    policy: int
    number: int
    clause: str
    kind: str
    numbers: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAnnounced(Event):
    """``is_short``: a hearing fewer than 30 days ahead; the reason is public on its page."""

    policy: int
    meeting: int
    kind: str
    starts_at: str
    is_short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingChanged(Event):
    """Time, place or words of a meeting that was not held yet."""

    policy: int
    meeting: int
    starts_at: str
    is_short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCalledOff(Event):
    policy: int
    meeting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRecorded(Event):
    """The signed record of a meeting is public."""

    policy: int
    meeting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionSigned(Event):
    """``words`` is the salted hash of name, affiliation, interest and words, a line each."""

    policy: int
    opinion: int
    clause: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentOpinionPut(Event):
    """What another department was asked and said; ``received_on`` is empty until it answered."""

    policy: int
    opinion: int
    asked_on: str
    due_on: str
    received_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexSaved(Event):
    """``kind`` explanation or paper; its text is public on its page."""

    policy: int
    annex: int
    kind: str
