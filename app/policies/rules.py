"""What a policy and its text may be called and hold, and what a save can lead to; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.errors import Conflict, RuleBroken
from app.messages import N_
from app.text.merge import Conflict as ClauseConflict
from app.text.outline import Outline

KINDS = ("policy", "work_plan", "rules", "practice")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")

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
        "from-word",
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
    """What a save led to. ``is_merged``: joined with a colleague's change on the way.
    ``is_more``: it was called spelling only, and is not."""

    slug: str
    number: int
    is_merged: bool = False
    is_unchanged: bool = False
    is_more: bool = False
