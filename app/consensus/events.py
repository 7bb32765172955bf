"""Facts about positions, readings and the settings of the dashboard.

What one person thinks or has read is never public: such events show nothing but their hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTaken(Event):
    """``choice`` is a salted hash; ``wording`` the words it is bound to."""

    is_public: ClassVar[bool] = False

    policy: int
    statement: str
    wording: str
    role: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionTakenBack(Event):
    is_public: ClassVar[bool] = False

    policy: int
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseRead(Event):
    """Somebody pressed *Read, no comment*; ``is_read`` False: took it back."""

    is_public: ClassVar[bool] = False

    policy: int
    clause: str
    wording: str
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionsCounted(Event):
    """The totals of one statement in its wording at the end of a day, from five people on."""

    policy: int
    statement: str
    wording: str
    agree: int
    disagree: int
    unsure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdChanged(Event):
    """``change`` is the id of the row that holds the reason."""

    policy: int
    name: str
    was: int
    value: int
    change: int
