"""Which clauses of a text stand in the list of how a draft stands."""

from __future__ import annotations

from app.text.clauses import parts_of
from app.text.outline import Clause, ClauseKind


def is_listed(clause: Clause) -> bool:
    """Whether there is something to agree with: a bare heading says nothing, one of a plain text
    holds the paragraphs below it."""
    return clause.kind is not ClauseKind.HEADING or bool(parts_of(clause).body)
