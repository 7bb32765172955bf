"""Facts about moderation. The reason, which is free text, enters as a salted hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEvent(Event):
    """What every event of an action says: the id of the action, its rule and its reason, and the
    role of who acted."""

    action: int
    rule: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHidden(ActionEvent):
    policy: int
    comment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentShown(ActionEvent):
    policy: int
    comment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionHidden(ActionEvent):
    """``number`` is that of the contribution within the policy."""

    policy: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionShown(ActionEvent):
    policy: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryHidden(ActionEvent):
    """``revision`` is the number within the policy."""

    policy: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryShown(ActionEvent):
    policy: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionMarked(ActionEvent):
    """What the revision did to the text was called vandalism; ``marked`` False: no longer."""

    policy: int
    revision: int
    marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHidden(ActionEvent):
    """A neutral name stands in place of the chosen one."""

    is_public: ClassVar[bool] = False
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameShown(ActionEvent):
    is_public: ClassVar[bool] = False
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLocked(ActionEvent):
    """``locked`` False: replies are possible again."""

    policy: int
    thread: int
    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionSlowed(ActionEvent):
    """``until`` "" when the slowdown was ended early."""

    policy: int
    minutes: int
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReminded(ActionEvent):
    """``person`` is not told to the public, nor is it in the log."""

    is_public: ClassVar[bool] = False
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSuspended(ActionEvent):
    """``until`` "" when the suspension was ended early."""

    is_public: ClassVar[bool] = False
    person: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRaised(Event):
    is_public: ClassVar[bool] = False
    policy: int | None
    case: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDismissed(ActionEvent):
    """Somebody looked and nothing was done."""

    policy: int | None
    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionReversed(Event):
    """``action`` took ``reverses`` back; ``is_mistake`` when its own author did so at once."""

    policy: int | None
    action: int
    reverses: int
    is_mistake: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenWordsRead(Event):
    """Somebody who keeps order had hidden words shown to them."""

    is_public: ClassVar[bool] = False
    policy: int | None
    kind: str
    object: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealAsked(Event):
    policy: int | None
    appeal: int
    action: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided(Event):
    """``outcome`` upheld or overturned; ``reversal`` the action that took the first one back."""

    policy: int | None
    appeal: int
    action: int
    outcome: str
    role: str
    reason: str
    reversal: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldBegun(Event):
    policy: int
    until: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    policy: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChanged(Event):
    """A volunteer went on duty until ``until``, or off duty ("")."""

    is_public: ClassVar[bool] = False
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalProposed(Event):
    is_public: ClassVar[bool] = False
    policy: int | None
    removal: int
    kind: str
    object: int
    ground: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalDecided(Event):
    """``text_hash`` is the salted hash of what was removed, "" when it was refused."""

    policy: int | None
    removal: int
    kind: str
    object: int
    ground: str
    confirmed: bool
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionOpened(Event):
    policy: int | None
    inspection: int
    about: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionReplied(Event):
    policy: int | None
    inspection: int
    role: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionClosed(Event):
    """The supervisor says that the matter is settled."""

    policy: int | None
    inspection: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSigned(Event):
    """Who acted in the role that another event names: its ``kind`` and the ``key`` of its row."""

    is_public: ClassVar[bool] = False
    kind: str
    key: int
