"""Phases, editing modes and names: the rules of a policy as tables; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.access.acts import Act
from app.errors import Conflict, RuleBroken
from app.messages import N_
from app.text.merge import Conflict as ClauseConflict
from app.text.outline import Outline


class Phase(StrEnum):
    """Where a policy stands; the table below says what is open in each."""

    DRAFTING = "drafting"
    CONSULTATION = "consultation"
    RESPONSE = "response"
    DECISION = "decision"
    IN_FORCE = "in_force"
    ARCHIVED = "archived"


class Mode(StrEnum):
    """Who edits at once: the named group (others comment), the same group while others' changes
    become suggestions, everybody signed in, or nobody."""

    GROUP = "group"
    REVIEWED = "reviewed"
    OPEN = "open"
    CLOSED = "closed"


KINDS = ("policy", "work_plan", "rules", "practice")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")

_ALWAYS = frozenset(
    {
        Act.READ_POLICY,
        Act.CHANGE_SETTINGS,
        Act.NAME_PEOPLE,
        Act.MAKE_PUBLIC,
        Act.MOVE_PHASE,
        Act.KEEP_DRAFT,
        Act.RENAME_POLICY,
        Act.MODERATE,
        Act.EDIT_OWN_COMMENT,
        Act.CLOSE_OWN_OBJECTION,
        Act.CHANGE_OWN_CONTRIBUTION,
    }
)
OPEN_ACTS: dict[Phase, frozenset[Act]] = {
    Phase.DRAFTING: _ALWAYS | {Act.EDIT_POLICY, Act.POST_COMMENT, Act.SUGGEST, Act.ANSWER},
    Phase.CONSULTATION: _ALWAYS | {Act.POST_COMMENT, Act.SUGGEST},
    Phase.RESPONSE: _ALWAYS | {Act.EDIT_POLICY, Act.POST_COMMENT, Act.ANSWER},
    Phase.DECISION: _ALWAYS,
    Phase.IN_FORCE: _ALWAYS | {Act.POST_COMMENT},
    Phase.ARCHIVED: _ALWAYS - {Act.EDIT_OWN_COMMENT, Act.CLOSE_OWN_OBJECTION, Act.KEEP_DRAFT},
}
NEXT_PHASES: dict[Phase, tuple[Phase, ...]] = {
    Phase.DRAFTING: (Phase.CONSULTATION, Phase.ARCHIVED),
    Phase.CONSULTATION: (Phase.RESPONSE, Phase.DRAFTING),
    Phase.RESPONSE: (Phase.DECISION, Phase.CONSULTATION, Phase.DRAFTING),
    Phase.DECISION: (Phase.IN_FORCE, Phase.DRAFTING),
    Phase.IN_FORCE: (Phase.ARCHIVED,),
    Phase.ARCHIVED: (),
}
# Where the text itself can be suggested upon; elsewhere the same form takes comments only.
SUGGESTING_MODES = frozenset({Mode.REVIEWED, Mode.OPEN})
CLOSED_SENTENCES: dict[Act, str] = {
    Act.EDIT_POLICY: N_(
        "The text is not being edited in this phase. You can still read everything."
    ),
    Act.POST_COMMENT: N_("This page is closed for comment. You can still read everything."),
    Act.SUGGEST: N_("This page is closed for comment. You can still read everything."),
    Act.ANSWER: N_("Answers are given while the draft is written or after comments have closed."),
}
READY_REASONS = (
    N_("Clearer wording"),
    N_("Corrected a mistake"),
    N_("Answers a comment"),
    N_("Agrees with another article"),
    N_("New rule"),
)

MAX_CLAUSES = 5_000  # a law of 1,300 articles has 1,500; more would make every merge slow


def ensure_not_too_many(outline: Outline) -> None:
    """Raise RuleBroken for a text of more clauses than can be merged and compared in time."""
    if len(outline) > MAX_CLAUSES:
        raise RuleBroken(
            N_("The text has %(count)s articles and paragraphs; at most %(limit)s are possible."),
            field="text",
            count=len(outline),
            limit=MAX_CLAUSES,
        )


# Words that are addresses of the site itself: /policies/new must never be a policy.
RESERVED_SLUGS = frozenset(
    {
        "new",
        "edit",
        "history",
        "compare",
        "revisions",
        "suggest",
        "suggestions",
        "discussion",
        "consensus",
        "attribution",
        "consultation",
        "answers",
        "intake",
        "feed",
        "recent",
        "import",
        "export",
        "search",
        "clauses",
        "draft",
        "settings",
        "visibility",
        "phase",
    }
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 80


class EditConflict(Conflict):
    """Two people changed one clause; both wordings travel with it and neither is lost.

    ``draft`` is all that could be joined, with the person's own words where it could not: to go
    on from there takes nothing back that a colleague saved elsewhere.
    """

    def __init__(self, conflicts: tuple[ClauseConflict, ...], draft: str, head: int) -> None:
        super().__init__(N_("Two people changed this article"))
        self.conflicts, self.draft, self.head = conflicts, draft, head


class MergeNeedsLook(Conflict):
    """The edits fit together word by word, but the result may be a wrong law; please look."""

    def __init__(self, text: str, warnings: tuple[object, ...], head: int) -> None:
        super().__init__(
            N_("Your change and a colleague's fit together, but please look once more")
        )
        self.text, self.warnings, self.head = text, warnings, head


def effective_phase(phase: str, closes_at: datetime | None, now: datetime) -> Phase:
    """Where a policy stands at ``now``: comments close at their second, whether or not the worker
    has written it down yet."""
    if phase == Phase.CONSULTATION and closes_at is not None and closes_at <= now:
        return Phase.RESPONSE
    return Phase(phase)


def takes_suggestions(phase: str, mode: str) -> bool:
    """Whether other words for the text may be sent now, besides comments on it."""
    if phase == Phase.DRAFTING:
        return mode in SUGGESTING_MODES
    return phase == Phase.CONSULTATION


def allows(phase: str, act: Act) -> bool:
    """Whether ``act`` is open in ``phase`` at all, whoever asks."""
    return act in OPEN_ACTS[Phase(phase)]


def ensure_open(phase: str, act: Act) -> None:
    """Raise RuleBroken with the sentence for people when ``act`` is closed in ``phase``."""
    if not allows(phase, act):
        closed = N_("This is not open in this phase.")
        raise RuleBroken(CLOSED_SENTENCES.get(act, closed))


def ensure_next(phase: str, wanted: str) -> Phase:
    """The phase ``wanted`` when it may follow ``phase``; raises RuleBroken otherwise."""
    if wanted not in set(Phase) or Phase(wanted) not in NEXT_PHASES[Phase(phase)]:
        raise RuleBroken(N_("The draft cannot move there from where it stands."), field="phase")
    return Phase(wanted)


def slug_of(words: str) -> str:
    """An address made of the ASCII words of ``words``; "" when there are none."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG_LENGTH].strip("-")


def ensure_slug(slug: str) -> str:
    """``slug`` when it can be an address of a policy; raises RuleBroken."""
    if not _SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        raise RuleBroken(
            N_("An address holds small letters, figures and hyphens, at most 80."), field="slug"
        )
    if slug in RESERVED_SLUGS:
        raise RuleBroken(N_("This address is needed by the site itself."), field="slug")
    return slug


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save led to. ``is_merged``: joined with a colleague's change on the way."""

    slug: str
    number: int
    is_merged: bool = False
    is_unchanged: bool = False
