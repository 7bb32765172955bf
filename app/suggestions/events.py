"""Facts about contributions. Free text enters as a salted hash, people by pseudonymous id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionSent(Event):
    """``words`` is the salted hash of the new words and the reason; of a comment, its thread's.

    ``channel`` says how it came ("" through this site), ``round`` in which call for comment.
    Words in a discussion: ``thread`` is the one that they open, ``comment`` a reply in one.
    """

    policy: int
    number: int
    kind: str
    clause: str | None
    after: str | None
    base: int
    author: str
    role: str
    is_late: bool
    is_owed: bool
    round: int
    channel: str
    thread: int | None
    comment: int | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionChanged(Event):
    """Its author changed it within the first minutes; a comment may have become a question."""

    policy: int
    number: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionWithdrawn(Event):
    """``withdrawn`` False when the author brought it back."""

    policy: int
    number: int
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionMoved(Event):
    """What it is about followed its words, which a volunteer moved ("" the whole policy)."""

    policy: int
    number: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwingChanged(Event):
    """A volunteer marked a reply that was numbered before, or took the mark off."""

    policy: int
    number: int
    is_owed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionAnswered(Event):
    """``revision`` and ``clauses`` (ids with blanks between) say what an adopted one changed;
    ``part`` is the point of a split contribution that is answered, 0 for all of it."""

    policy: int
    number: int
    part: int
    answer: int
    outcome: str
    revision: int | None
    clauses: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionAdopted(Event):
    """A revision took words of a suggestion in."""

    policy: int
    number: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionSuperseded(Event):
    """``by`` is the number of the suggestion that stands in its place; ``by_author``: its author
    sent that one instead, and no answer is owed to the first."""

    policy: int
    number: int
    by: int
    by_author: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FitChanged(Event):
    """A suggestion fits the text of ``revision`` otherwise than the one before; ``by`` is the number
    of the suggestion whose words stand there instead."""

    is_public: ClassVar[bool] = False

    policy: int
    number: int
    fit: str
    by: int | None
    revision: int
