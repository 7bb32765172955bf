"""Which decisions may be looked at again and until when, and what a supervisor's note is about; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import RuleBroken
from app.messages import N_, Message
from app.moderation.rules import Action
from app.text.canonical import TextRefused, canonical

REVIEW_DAYS = 30
REVIEW_TIME = timedelta(days=REVIEW_DAYS)
NOTE_LIMIT = 2000  # characters


class Outcome(StrEnum):
    """How a review ends: the first decision stands, or it was wrong."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


@dataclass(frozen=True, slots=True)
class Decided:
    """What decides whether somebody may still ask for a review of an action.

    ``is_taken_back``: another action undid it; ``is_answer``: it is itself what a review or an undo
    led to; ``waits``: somebody has yet to look at what the site only set aside.
    """

    action: str
    at: datetime
    is_taken_back: bool = False
    is_answer: bool = False
    waits: bool = False


def why_no_review(done: Decided, now: datetime) -> Message | None:
    """The sentence that says why nobody may ask for a review of it any more, or None."""
    if done.is_answer:
        return Message(N_("This is itself the outcome of a review. There is no second one."))
    if done.is_taken_back:
        return Message(N_("This was taken back already. There is nothing to review."))
    if done.action == Action.SET_ASIDE and done.waits:
        return Message(
            N_(
                "A volunteer has yet to look at this. You can ask for a review of what the "
                "volunteer decides."
            )
        )
    if now > done.at + REVIEW_TIME:
        return Message(
            N_("A review can be asked for within %(days)s days. They are over."),
            {"days": REVIEW_DAYS},
        )
    return None


def ensure_reviewable(done: Decided, now: datetime) -> None:
    """Refuse a request for a review that ``why_no_review`` has a sentence against."""
    refusal = why_no_review(done, now)
    if refusal is not None:
        raise RuleBroken(refusal.text, **refusal.values)


def checked_outcome(outcome: str) -> Outcome:
    """The outcome, or RuleBroken."""
    if outcome not in set(Outcome):
        raise RuleBroken(N_("Please say whether the decision stands."), field="outcome")
    return Outcome(outcome)


def checked_words(words: str, *, field: str = "words") -> str:
    """One to 2,000 characters in their stored form; RuleBroken with ``field``."""
    if len(words) > NOTE_LIMIT * 4:
        raise _too_long(len(words), field)
    try:
        written = canonical(words).text.strip()
    except TextRefused as refusal:
        raise RuleBroken(refusal.message.text, field=field, **refusal.values) from refusal
    if not written:
        raise RuleBroken(N_("Please write something; a short sentence is enough."), field=field)
    if len(written) > NOTE_LIMIT:
        raise _too_long(len(written), field)
    return written


def _too_long(size: int, field: str) -> RuleBroken:
    return RuleBroken(
        N_("This is too long: %(size)s characters; at most %(limit)s are possible."),
        field=field,
        size=size,
        limit=NOTE_LIMIT,
    )


class About(StrEnum):
    """What a supervisor's note is about."""

    ACTION = "action"
    POLICY = "policy"
    OVERDUE = "overdue"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a note aims at: ``number`` is the id of the action or the case, 0 for the others."""

    about: About
    number: int = 0

    def __str__(self) -> str:
        return f"{self.about}:{self.number}" if self.number else str(self.about)


def read_aim(code: str) -> Aim | None:
    """``action:12``, ``case:5``, ``policy`` or ``overdue``; None for anything else."""
    name, _colon, number = code.partition(":")
    if name in (About.POLICY, About.OVERDUE) and not number:
        return Aim(About(name))
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    if name in (About.ACTION, About.CASE) and is_number and int(number) > 0:
        return Aim(About(name), int(number))
    return None
