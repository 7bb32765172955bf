"""Facts about threads and comments. What people wrote enters as a salted hash only."""

from __future__ import annotations

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadOpened(Event):
    """``clause`` is None for the whole policy, ``revision`` the number it was opened on; the first
    comment follows as an event of its own. ``quote`` is the clause's hash, not people's words."""

    policy: int
    thread: int
    clause: str | None
    kind: str
    revision: int
    title: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPosted(Event):
    policy: int
    thread: int
    comment: int
    role: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEdited(Event):
    policy: int
    thread: int
    comment: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentWithdrawn(Event):
    """``withdrawn`` False when the author brought it back."""

    policy: int
    thread: int
    comment: int
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadClosed(Event):
    policy: int
    thread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMoved(Event):
    """The clause of the thread left the text (``is_on_earlier_wording``) or came back."""

    policy: int
    thread: int
    is_on_earlier_wording: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadAnswered(Event):
    """The person who asked says whether the question is answered."""

    policy: int
    thread: int
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadSummarised(Event):
    """``words`` "" when the summary was taken away."""

    policy: int
    thread: int
    summary: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadReplaced(Event):
    """A volunteer moved the thread to the clause that it is about ("" the whole policy)."""

    policy: int
    thread: int
    came_from: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentMoved(Event):
    """A volunteer moved a reply into another thread."""

    policy: int
    comment: int
    came_from: int
    thread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadsJoined(Event):
    """``thread`` goes on in ``into``; ``joined`` False when that was taken back."""

    policy: int
    thread: int
    into: int
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsReleased(Event):
    """Words that had waited are shown: comments by id, contributions by number."""

    policy: int
    comments: list[int]
    contributions: list[int]
