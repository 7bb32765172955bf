"""Threads and comments as a reader may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.discussions.rules import language_of


@dataclass(frozen=True, slots=True)
class Marker:
    """What stands in the place of hidden words: rule, reason, in which role, when; on which
    ``ground`` and when they were removed for good, where they were."""

    action_id: int
    rule: str
    reason: str
    by_role: str
    at: datetime
    ground: str = ""
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment as a reader may see it; ``body`` is "" when there is a ``marker`` or its author
    took it back (``withdrawn_at``). Without ``author_name``: a front-line officer in the district
    ``speaks_for``.

    ``is_waiting``: only its author sees it, until the address is confirmed. ``held_until``: only
    its author and those who keep order see it, until then or until it is let out. ``prompt``,
    ``about``, ``moved_from`` and ``moved_at`` as in Comment.
    """

    id: int
    thread_id: int
    author_id: int
    author_name: str
    author_public_id: str
    author_role: str
    speaks_for: str
    body: str
    posted_at: datetime
    edited_at: datetime | None
    is_waiting: bool
    marker: Marker | None
    withdrawn_at: datetime | None = None
    held_until: datetime | None = None
    prompt: str = ""
    about: int | None = None
    moved_from: int | None = None
    moved_at: datetime | None = None

    @property
    def is_readable(self) -> bool:
        """Whether there are words: neither hidden nor taken back."""
        return self.marker is None and self.withdrawn_at is None

    @property
    def language(self) -> str:
        """The language the words seem to be in."""
        return language_of(self.body)


Comments = Sequence[CommentView]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """One thread with its first comment; ``title`` is "" when that cannot be read.

    ``label`` is what the clause is called now ("" when it is gone or has no label), ``has_changed``
    says that the clause reads differently now. ``replies`` counts those the reader can read.
    ``subject_id`` is what the thread replies to when its kind is REPLIES. ``is_locked``: replies
    were stopped; ``is_subject_hidden``: what it replies to is hidden; the rest as in Thread.
    """

    id: int
    policy_id: int
    clause: str | None
    label: str
    kind: str
    title: str
    quote: str
    opened_on: int
    is_on_earlier_wording: bool
    has_changed: bool
    is_closed: bool
    replies: int
    subject_id: int | None
    first: CommentView
    is_locked: bool = False
    joined_into: int | None = None
    moved_from: str | None = None
    moved_at: datetime | None = None
    is_answered: bool = False
    is_subject_hidden: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether what the others reply to can be read: what opened the thread, or its subject."""
        return not self.is_subject_hidden if self.subject_id is not None else self.first.is_readable


@dataclass(frozen=True, slots=True)
class SummaryView:
    """What a volunteer wrote a thread comes down to, for readers of the thread."""

    words: str
    author_name: str
    author_public_id: str
    author_role: str
    written_at: datetime

    @property
    def language(self) -> str:
        """The language the words seem to be in."""
        return language_of(self.words)


@dataclass(frozen=True, slots=True)
class Trace:
    """What stands in a thread where a comment was before a volunteer moved it."""

    id: int
    moved_at: datetime
