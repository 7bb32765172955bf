"""The shape of a text: its clauses in order, each with a permanent id and a displayed label.

Id and label are different things (Akoma Ntoso's ``wId`` and ``eId``): the label changes when a
law is renumbered, the id never does, so comments and answers stay with their clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClauseKind(StrEnum):
    """What a slice of the text is."""

    ARTICLE = "article"
    HEADING = "heading"
    LEAD = "lead"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Clause:
    """One slice of a text.

    ``start`` and ``end`` are code-point offsets, ``text`` is ``whole[start:end]`` byte for byte.
    ``label`` is what readers see (第五条, § 50-2601, a heading's words, or ""). ``path`` holds the
    headings above it. ``hash`` is the SHA-256 (hex) of the text without its own number and without
    outer blanks: it says "the same words", whatever the article is numbered. ``id`` is "" for a
    slice that no policy has taken in yet. ``split_from`` and ``merged_from`` name other ids.
    """

    kind: ClauseKind
    label: str
    path: tuple[str, ...]
    start: int
    end: int
    text: str
    hash: str
    id: str = ""
    split_from: str | None = None
    merged_from: tuple[str, ...] = ()


Outline = tuple[Clause, ...]
