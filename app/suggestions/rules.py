"""Kinds, states and outcomes of contributions, and how long what may be done; pure."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from app.access.acts import Act
from app.errors import Conflict, RuleBroken
from app.messages import N_
from app.policies.phases import CLOSED_SENTENCES, Phase, allows, effective_phase, takes_suggestions
from app.text.canonical import TextRefused, canonical

SECOND_THOUGHTS = timedelta(minutes=10)  # change, take back or bring back without a trace
KEPT_FOR = timedelta(days=30)
LATE_FOR = timedelta(hours=24)  # a text begun before closing may still be sent
REASON_LIMIT = 5_000  # characters
CODE_LENGTH = 10
# No letter or figure that is mistaken for another when somebody copies a code by hand.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class ArticleChanged(Conflict):
    """The article reads differently since the person began; both wordings go on the page."""

    def __init__(self, head: int) -> None:
        super().__init__(
            N_("The article was corrected while you wrote. Nothing is lost; compare and choose.")
        )
        self.head = head


class CommentsClosed(RuleBroken):
    """Comments have closed; ``closed_at`` is None where a phase, not a clock, closed them."""

    def __init__(self, closed_at: datetime | None) -> None:
        super().__init__(CLOSED_SENTENCES[Act.SUGGEST])
        self.closed_at = closed_at


class Kind(StrEnum):
    """What a contribution is: other words, or one of the kinds that open a thread."""

    SUGGESTION = "suggestion"
    COMMENT = "comment"
    QUESTION = "question"
    OBJECTION = "objection"


class Opening(StrEnum):
    """What the form takes: other words and comments, comments only, nothing any more; or, for who
    began before comments closed, the same as then, marked as late."""

    WORDS = "words"
    COMMENTS = "comments"
    LATE = "late"
    CLOSED = "closed"


class State(StrEnum):
    """Where a contribution stands."""

    OPEN = "open"
    ANSWERED = "answered"
    REPLACED = "replaced"  # its author sent another suggestion in its place
    WITHDRAWN = "withdrawn"


class Fit(StrEnum):
    """How a suggestion stands to the text as it is now."""

    FITS = "fits"
    REWORK = "rework"
    SUPERSEDED = "superseded"


class Outcome(StrEnum):
    """What became of a contribution; the words are the law's own where it has one."""

    ADOPTED = "adopted"
    PARTLY_ADOPTED = "partly_adopted"
    NOT_ADOPTED = "not_adopted"
    ALREADY_COVERED = "already_covered"
    OUTSIDE_SCOPE = "outside_scope"
    EXPLAINED = "explained"
    NOTED = "noted"


CHANGES_TEXT = frozenset({Outcome.ADOPTED, Outcome.PARTLY_ADOPTED})
LEAST_REASON = 8  # characters; no shorter one can be specific
# Sentences that fit every contribution and so answer none, without blanks and marks.
EMPTY_REASONS = frozenset(
    {
        "经研究不予采纳",
        "经研究决定不予采纳",
        "经研究予以采纳",
        "经研究部分采纳",
        "经研究暂不采纳",
        "感谢您的意见和建议",
        "感谢您对我们工作的支持",
        "意见收悉感谢支持",
        "considerednotadopted",
        "considerednotaccepted",
        "thankyouforyourcomment",
        "thankyouforyoursuggestion",
        "wehaveconsideredyourcomment",
    }
)


class Step(StrEnum):
    """A stage on the way of a contribution, as its receipt lists them."""

    RECEIVED = "received"
    CLOSING = "closing"
    OPENING = "opening"
    ANSWER = "answer"
    DECISION = "decision"
    IN_FORCE = "in_force"


Steps = tuple[Step, ...]
_AT_ONCE: Steps = (Step.RECEIVED, Step.ANSWER)  # to a rule in force nothing more will happen
_WHILE_WRITTEN: Steps = (Step.RECEIVED, Step.ANSWER, Step.OPENING, Step.DECISION, Step.IN_FORCE)
_USUAL: Steps = (Step.RECEIVED, Step.CLOSING, Step.ANSWER, Step.DECISION, Step.IN_FORCE)
_AFTER_CLOSING = (
    Phase.RESPONSE,
    Phase.TRIAL,
    Phase.EXAMINATION,
    Phase.LEGALITY_REVIEW,
    Phase.DECISION,
)
_OVER: dict[Phase, frozenset[Step]] = {
    **dict.fromkeys(_AFTER_CLOSING, frozenset({Step.CLOSING})),
    Phase.PUBLISHED: frozenset({Step.CLOSING, Step.DECISION}),
    Phase.EVALUATION: frozenset({Step.CLOSING, Step.DECISION, Step.IN_FORCE}),
    Phase.IN_FORCE: frozenset({Step.CLOSING, Step.DECISION, Step.IN_FORCE}),
    Phase.ARCHIVED: frozenset({Step.CLOSING, Step.DECISION, Step.IN_FORCE}),
}
_FINAL = frozenset({Phase.IN_FORCE, Phase.EVALUATION, Phase.ARCHIVED})


def steps_of(
    phase: Phase, closes_at: datetime | None, sent_at: datetime, *, is_answered: bool
) -> tuple[tuple[Step, bool], ...]:
    """The way of a contribution in order, each step with whether it lies behind."""
    if phase in _FINAL and (closes_at is None or sent_at >= closes_at + LATE_FOR):
        way = _AT_ONCE
    elif phase == Phase.DRAFTING:
        way = _WHILE_WRITTEN
    else:
        way = _USUAL
    over = _OVER.get(phase, frozenset()) | {Step.RECEIVED}
    if is_answered:
        over |= {Step.ANSWER}
    return tuple((step, step in over) for step in way)


def new_code() -> str:
    """A look-up or continue code as shown: ten letters and figures in two halves."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def plain_code(typed: str) -> str:
    """A code as people type it (full width, small letters, blanks, hyphens), or "" for no code."""
    wide = unicodedata.normalize("NFKC", typed[:60]).upper()
    letters = "".join(letter for letter in wide if letter.isalnum())
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(CODE_LETTERS) else ""


def checked_reason(reason: str) -> str:
    """The reason in its stored form: 1 to REASON_LIMIT characters; or RuleBroken (summary)."""
    words = _stored_words(reason, "summary")
    if not words:
        raise RuleBroken(N_("Please give a reason, even a short one."), field="summary")
    return words


def checked_answer_reason(reason: str) -> str:
    """The reason of an answer in its stored form; or RuleBroken (reason) for one that says nothing."""
    words = _stored_words(reason, "reason")
    if not words:
        raise RuleBroken(N_("Please give the reason."), field="reason")
    said = "".join(letter for letter in words.casefold() if letter.isalnum())
    if len(words) < LEAST_REASON or said in EMPTY_REASONS:
        raise RuleBroken(
            N_(
                'Please be specific: what does the person need to know? "%(words)s" is not a reason.'
            ),
            field="reason",
            words=words,
        )
    return words


def checked_comment_kind(kind: str) -> Kind:
    """What a contribution is that leaves the words as they are; or RuleBroken."""
    if kind not in set(Kind) - {Kind.SUGGESTION}:
        raise RuleBroken(N_("Please choose: a comment, a question or an objection."), field="kind")
    return Kind(kind)


def is_late(phase: str, closes_at: datetime | None, begun_at: datetime, now: datetime) -> bool:
    """Whether comments have closed but ``begun_at`` lies before that, within the day after."""
    if closes_at is None or effective_phase(phase, now, closes_at=closes_at) != Phase.RESPONSE:
        return False
    return begun_at < closes_at <= now < closes_at + LATE_FOR


def opening(
    phase: str, mode: str, closes_at: datetime | None, begun_at: datetime, now: datetime
) -> Opening:
    """What can be sent at ``now`` by somebody who began at ``begun_at``; ``phase`` is the stored
    one."""
    if is_late(phase, closes_at, begun_at, now):
        return Opening.LATE
    here = effective_phase(phase, now, closes_at=closes_at)
    if takes_suggestions(here, mode):
        return Opening.WORDS
    is_over = here == Phase.RESPONSE and closes_at is not None
    is_open = allows(here, Act.SUGGEST) or allows(here, Act.POST_COMMENT)
    return Opening.COMMENTS if is_open and not is_over else Opening.CLOSED


def may_still_change(sent_at: datetime, now: datetime) -> bool:
    """Whether the first minutes, in which nothing leaves a trace, are not over."""
    return sent_at <= now < sent_at + SECOND_THOUGHTS


def minutes_left(since: datetime | None, now: datetime) -> int:
    """Begun minutes that remain of those first ones; 0 when they are over."""
    if since is None or not may_still_change(since, now):
        return 0
    return -int(-(since + SECOND_THOUGHTS - now).total_seconds() // 60)


def days_overdue(due_at: datetime | None, now: datetime) -> int:
    """Begun days since an answer was due; 0 while there is time, or no time was promised."""
    if due_at is None or now <= due_at:
        return 0
    return -int(-(now - due_at).total_seconds() // 86_400)


def _stored_words(words: str, field: str) -> str:
    """Words of a form as they are stored, perhaps none; RuleBroken (``field``) for what cannot be."""
    if len(words) > REASON_LIMIT * 4:
        raise _too_long(len(words), field)
    try:
        stored = canonical(words).text.strip()
    except TextRefused as refusal:
        raise RuleBroken(refusal.message.text, field=field, **refusal.values) from refusal
    if len(stored) > REASON_LIMIT:
        raise _too_long(len(stored), field)
    return stored


def _too_long(size: int, field: str) -> RuleBroken:
    return RuleBroken(
        N_("This is too long: %(size)s characters; at most %(limit)s are possible."),
        field=field,
        size=size,
        limit=REASON_LIMIT,
    )
