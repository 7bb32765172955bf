"""What the wiki asks of a search index, whoever keeps it.

An index knows keys, words and facets; it never hands out a text. Titles and texts for a page of
hits come from the database, through its own visibility rules, and are marked there.
"""

import errno
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from app.search.grammar import Mark

DocumentType = Literal["policy", "revision", "comment", "suggestion"]

FACETS = ("phase", "kind", "language", "department", "in")


class IndexDamaged(Exception):
    """The index is missing or cannot be read: answer from the database and rebuild it."""


class IndexBusy(Exception):
    """Another process is writing the index: try again later."""


@contextmanager
def any_failure_is_damage() -> Iterator[None]:
    """Raise `IndexDamaged` for whatever goes wrong inside, but for a full disk.

    whoosh answers a broken file with at least four kinds of exception, and none of them tells.
    """
    try:
        yield
    except IndexDamaged:
        raise
    except Exception as reason:
        if isinstance(reason, OSError) and reason.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise IndexDamaged(f"the search index cannot be read: {reason!r}") from reason


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    The title is searched only for a policy: else each of its thousand revisions would answer to
    it. Phase, kind, language, department and privacy are those of the policy.
    """

    key: str  # "policy:12", "revision:12:7", "comment:99", "suggestion:12:14"
    type: DocumentType
    policy_id: int
    slug: str
    title: str
    language: str
    kind: str
    department: str
    phase: str
    private: bool
    body: str
    dated_on: date
    labels: tuple[str, ...] = ()
    clause_id: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it came from the address bar; an empty facet means any value.

    `may_see` holds the ids of the private policies this person may read.
    """

    q: str
    phase: str = ""
    kind: str = ""
    language: str = ""
    department: str = ""
    in_: str = ""
    page: int = 1
    size: int = 10
    may_see: frozenset[int] = frozenset()

    def chosen(self) -> dict[str, str]:
        """The facets that were narrowed: name in `FACETS` to value."""
        values = (self.phase, self.kind, self.language, self.department, self.in_)
        return {name: value for name, value in zip(FACETS, values, strict=True) if value}


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document and how well it fits (comparable within one answer only)."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of hits with the count of all.

    `facets[name][value]` counts what would be found if that facet alone were changed to the
    value. `corrected` is the question with misspelt English words replaced, if that finds more.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    corrected: str | None = None
    marks: tuple[Mark, ...] = field(default=())


class SearchIndex(Protocol):
    """An index of documents: one writer (the worker), any number of readers."""

    def write(self, documents: Iterable[Document], deleted: Iterable[str], watermark: int) -> None:
        """Replace or add documents and drop keys, together with the ledger position reached.

        Raises `IndexBusy` when another process writes, `IndexDamaged` when it cannot be read.
        """

    def purge(self, keys: Iterable[str]) -> None:
        """Drop keys, and every byte of whatever was dropped before; raises as ``write`` does."""

    def rebuild(self, documents: Iterable[Document], watermark: int) -> None:
        """Write all documents beside the living index, then swap; readers go on meanwhile."""

    def watermark(self) -> int:
        """The ledger position (`seq`) up to which events are in the index; raises `IndexDamaged`."""

    def search(self, query: Query) -> Answer:
        """Answer a question; never raises for what a person typed, only `IndexDamaged`."""

    def is_damaged(self) -> bool:
        """Whether the index is missing or unreadable, so that it must be rebuilt."""

    def refresh(self) -> None:
        """See what was written since; cheap (under 0.2 ms) when nothing was."""
