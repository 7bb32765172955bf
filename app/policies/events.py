"""Facts about policies. Free text enters as a salted hash, people by pseudonymous id."""

from __future__ import annotations

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCreated(Event):
    policy: int
    slug: str
    kind: str
    language: str
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionSaved(Event):
    """``author`` is who the words are from, the event's actor who saved them. ``is_minor``: only
    spelling or punctuation; events from before that was asked have no such field."""

    policy: int
    number: int
    kind: str
    parent: int | None
    merged_from: int | None
    restores: int | None
    author: str
    role: str
    saved_at: str
    sha256: str
    summary: str
    is_minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRenamed(Event):
    policy: int
    slug: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationPlanned(Event):
    """``at`` is empty when the plan was called off."""

    policy: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPublished(Event):
    policy: int
    public_from: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyMadePrivate(Event):
    policy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseEntered(Event):
    """``entered_at`` is the moment of the move, which the clock may have brought before it was
    recorded."""

    policy: int
    phase: str
    came_from: str
    entered_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged(Event):
    policy: int
    mode: str
    department: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerNamed(Event):
    """Somebody else is responsible for the draft from now on."""

    policy: int
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatNamed(Event):
    """``person`` is empty for a body without an account; ``shows_name`` False: not named in public."""

    policy: int
    seat: int
    kind: str
    person: str
    shows_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatEnded(Event):
    policy: int
    seat: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Event):
    policy: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyWaived(Event):
    """The policy was let off a duty; the reason is public on its pages."""

    policy: int
    what: str
