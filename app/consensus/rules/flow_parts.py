"""The bands of a history flow: clauses, or chapters and stretches where there are too many clauses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from app.text.as_read import as_read
from app.text.outline import Clause, ClauseKind, Outline

MOST_BANDS = 80
EXCERPT = 24  # characters of a clause that has no label
LONGEST = 80  # characters of a label: a paragraph may have been made a heading
STRETCHES = 40  # bands of a text of too many clauses that has no chapters

Key = TypeVar("Key")


def group(outlines: Sequence[Outline], most: int = MOST_BANDS) -> dict[str, tuple[str, str]]:
    """By clause id the band it belongs to: (id of the band's first clause, its name).

    Each clause is its own band; with more than ``most`` the deepest headings of which there are
    few enough; where there are none, stretches of neighbouring clauses.
    """
    latest = {clause.id: clause for outline in outlines for clause in outline}
    if len(latest) <= most:
        return {ident: (ident, name_of(clause)) for ident, clause in latest.items()}
    in_order = [latest[ident] for ident in merged([clause.id for clause in o] for o in outlines)]
    for depth in range(max(len(_path(clause)) for clause in in_order), 0, -1):
        parts = _gathered(in_order, [_path(clause)[:depth] for clause in in_order])
        if 1 < len(parts) <= most:
            return {
                clause.id: (clauses[0].id, path[-1] if path else name_of(clauses[0]))
                for path, clauses in parts.items()
                for clause in clauses
            }
    size = -(-len(in_order) // STRETCHES)
    stretches = _gathered(in_order, [place // size for place in range(len(in_order))])
    return {
        clause.id: (clauses[0].id, f"{name_of(clauses[0])} – {name_of(clauses[-1])}")
        for clauses in stretches.values()
        for clause in clauses
    }


def _gathered(clauses: Sequence[Clause], keys: Sequence[Key]) -> dict[Key, list[Clause]]:
    found: dict[Key, list[Clause]] = {}
    for clause, key in zip(clauses, keys, strict=True):
        found.setdefault(key, []).append(clause)
    return found


def name_of(clause: Clause) -> str:
    """The label, else how the words begin."""
    return clause.label[:LONGEST] or " ".join(as_read(clause.text).split())[:EXCERPT]


def merged(columns: Iterable[Iterable[str]]) -> list[str]:
    """Everything that ever stood in one of ``columns``, a new one behind the one it came behind."""
    order: list[str] = []
    seen: set[str] = set()
    for column in columns:
        previous = ""
        for ident in column:
            if ident not in seen:
                order.insert(order.index(previous) + 1 if previous else 0, ident)
                seen.add(ident)
            previous = ident
    return order


def _path(clause: Clause) -> tuple[str, ...]:
    """The headings above a clause; a heading stands with what is under it."""
    return (*clause.path, clause.label) if clause.kind is ClauseKind.HEADING else clause.path
