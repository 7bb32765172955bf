"""Which clauses one revision altered, read from what is stored without hashing what stayed.

A law of 1,300 articles may have hundreds of revisions; most of its clauses are the same string in
two neighbours, and only the others are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from app.text.clauses import words_hash
from app.text.diff3 import longest_rising
from app.text.outline import ClauseKind, Outline


class Piece(NamedTuple):
    """A clause as it stands in one revision."""

    kind: ClauseKind
    label: str
    text: str


class Alteration(NamedTuple):
    """A clause before and after a revision; None where it was not there. ``is_moved``: it stands
    elsewhere among the clauses that both have."""

    clause: str
    before: Piece | None
    after: Piece | None
    is_moved: bool


Pieces = Mapping[str, Piece]  # by clause id, in the order of the text


def pieces(outline: Outline) -> Pieces:
    """The clauses of a revision that is unpacked already."""
    return {clause.id: Piece(clause.kind, clause.label, clause.text) for clause in outline}


def stored_pieces(text: str, stored: str) -> Pieces:
    """The clauses of ``text`` from its outline as ``text.archive`` stores it."""
    found, start = {}, 0
    for line in stored.split("\n") if stored else ():
        ident, kind, label, length = _row(line)
        found[ident] = Piece(kind, label, text[start : start + length])
        start += length
    return found


@lru_cache(maxsize=8192)  # neighbours share nearly all of their lines
def _row(line: str) -> tuple[str, ClauseKind, str, int]:
    ident, kind, label, _path, length = json.loads(line)[:5]
    return ident, ClauseKind(kind), label, length


def altered(before: Pieces, after: Pieces) -> tuple[Alteration, ...]:
    """What came, went, reads otherwise or stands elsewhere; a new number alone is nothing.

    In the order of ``after``; what went comes last.
    """
    moved = _moved(before, after)
    found = []
    for ident, new in after.items():
        old = before.get(ident)
        if old is None or ident in moved or not _same_words(old, new):
            found.append(Alteration(ident, old, new, ident in moved))
    gone = (Alteration(i, old, None, False) for i, old in before.items() if i not in after)
    return (*found, *gone)


def _same_words(old: Piece, new: Piece) -> bool:
    if old.text == new.text:
        return True
    return words_hash(old.kind, old.text) == words_hash(new.kind, new.text)


def _moved(before: Pieces, after: Pieces) -> set[str]:
    """Ids that both have and that left the longest run that kept its order."""
    both = [ident for ident in after if ident in before]
    if both == [ident for ident in before if ident in after]:
        return set()
    place = {ident: nth for nth, ident in enumerate(before)}
    kept = longest_rising([place[ident] for ident in both])
    return set(both) - {both[nth] for nth in kept}
