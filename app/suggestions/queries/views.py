"""Contributions, their changes and answers as a reader may see them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.discussions.queries import Marker
from app.discussions.rules import language_of
from app.suggestions.channels import RECEIVED
from app.suggestions.rules import Kind, State
from app.text.as_read import as_read
from app.text.diff import Run, word_diff
from app.text.excerpt import Stretch, shortened, stretches

_BLANK = re.compile(r"\n\s*\n")
_SECONDS = 0.05  # of comparing one change; a page shows thirteen
_ON_A_CARD = 300  # characters


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One operation: ``before`` are the clause's words in the base, ``after`` the new ones.

    ``clause`` is the target, None for a new article, which stands behind ``place``. ``label`` is
    what the target (or the place) is called in the base.
    """

    kind: str
    clause: str | None
    place: str | None
    label: str
    before: str
    after: str

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """What changes, with some words around it; see ``text.excerpt``."""
        return stretches(runs_of(self))

    @property
    def shortened(self) -> tuple[Stretch, ...]:
        """As much of that as a card in a list holds."""
        return shortened(self.stretches, _ON_A_CARD)


def runs_of(change: ChangeView) -> tuple[Run, ...]:
    """The change word by word as ("=" | "-" | "+", text), in the words as they are read.

    Where only formatting marks or blank lines differ, they are shown.
    """
    before, after = (_BLANK.sub("\n", as_read(words)) for words in (change.before, change.after))
    if before == after:
        before, after = change.before, change.after
    return word_diff(before, after, _SECONDS).runs


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One published answer."""

    id: int
    outcome: str
    reason: str
    reference: str
    clauses: tuple[str, ...]
    revision: int | None
    by_role: str
    department: str
    answered_at: datetime
    part: int = 0


@dataclass(frozen=True, slots=True)
class PaperView:
    """How words came that staff entered: on which day, by which way, and which office entered them.

    ``place`` is where in the text, as the sender says it; ``shows_name`` that the sender agreed.
    """

    channel: str
    received_on: date
    office: str
    place: str
    shows_name: bool

    def beside(self, marker: Marker | None) -> PaperView:
        """The same beside hidden words: the place was said in their words, too."""
        return self if marker is None else replace(self, place="")

    @property
    def sentence(self) -> str:
        """The message id of a line that names ``date`` and ``office``."""
        return RECEIVED.get(self.channel, RECEIVED["letter"])


@dataclass(frozen=True, slots=True)
class ContributionView:
    """One contribution as a reader may see it.

    ``words`` are the reason of a suggestion or the body of a comment; "" and no ``changes`` when
    there is a ``marker`` (hidden) or it ``is_withdrawn``. ``label`` is what the clause is called
    now, "" when it is gone or has none. ``is_waiting``: only its author sees it; ``held_until``: only
    its author, the office and those who keep order do, until then. ``is_own``: the
    reader wrote it, signed in or by look-up code. ``head`` is the number of the text as it is now.
    ``channel``, ``round``, ``is_owed`` and ``parts`` are those of the row; ``paper`` says more of
    what staff entered, whose author has no page.
    """

    id: int
    policy_id: int
    slug: str
    title: str
    language: str
    number: int
    kind: str
    clause: str | None
    after: str | None
    base: int
    label: str
    author_id: int
    author_name: str
    author_public_id: str
    author_role: str
    speaks_for: str
    words: str
    begun_at: datetime
    sent_at: datetime
    changed_at: datetime | None
    is_late: bool
    state: str
    withdrawn_at: datetime | None
    fit: str
    superseded_by: int | None
    thread_id: int | None
    group_id: int | None
    channel: str
    round: int
    is_owed: bool
    parts: int
    head: int
    news_at: datetime | None
    seen_at: datetime | None
    is_own: bool
    is_waiting: bool
    marker: Marker | None
    held_until: datetime | None = None
    changes: tuple[ChangeView, ...] = ()
    answers: tuple[AnswerView, ...] = ()
    paper: PaperView | None = None

    @property
    def is_suggestion(self) -> bool:
        return self.kind == Kind.SUGGESTION

    @property
    def words_language(self) -> str:
        """The language the words seem to be in."""
        return language_of(self.words)

    @property
    def is_withdrawn(self) -> bool:
        return self.state == State.WITHDRAWN

    @property
    def became(self) -> str:
        """The outcome of the last answer, "in_points" where each point has its own, "" for none."""
        if not self.answers:
            return ""
        return "in_points" if self.answers[-1].part else self.answers[-1].outcome

    @property
    def has_news(self) -> bool:
        """Whether something happened since its author last looked."""
        return self.news_at is not None and (self.seen_at is None or self.seen_at < self.news_at)
