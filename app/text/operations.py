"""A suggested change as operations on a revision: other words, without a clause, a new one.

Each names its clause and the words the person saw; ``rebase`` brings them onto later revisions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from app.text.diff3 import longest_rising
from app.text.identity import carry
from app.text.outline import Clause, Outline
from app.text.sides import sides_of

_BLANK_LINES_ABOVE = re.compile(r"(?:[^\S\n]*\n)*")
_BLANKS = " \t\n"


class OperationKind(StrEnum):
    """Other words for a clause · the clause taken out · new clauses behind one."""

    REWORD = "reword"
    REMOVE = "remove"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a suggestion; ``kind`` is a value of OperationKind.

    ``clause`` is the id of the target, None for an insert. ``after`` is the id behind which an
    insert stands, None at the very beginning. ``base_hash`` is ``Clause.hash`` of the target as
    the person saw it, "" for an insert. ``text`` is the new slice without blank lines around it,
    "" for a removal.
    """

    kind: str
    clause: str | None
    after: str | None
    base_hash: str
    text: str


def operations_of(base: Outline, text: str) -> tuple[Operation, ...]:
    """What turns ``base`` into the canonical ``text``, in the order of the text.

    Blank lines alone are no operation. A clause rewritten in its place is a reword even when
    little of it is left; a moved one is a removal and an insert of its words.
    """
    new = sides_of(base, carry(base, text, next_id=1).outline, ()).mine
    stays = in_order(base, new)
    added: dict[str | None, list[str]] = defaultdict(list)
    above: str | None = None
    for key, clause in new.items():
        if key in stays:
            above = key
        else:
            added[above].append(clause.text)
    found = [insertion(None, "".join(added[None]))]
    for clause in base:
        found.append(clause_operation(clause, new[clause.id].text if clause.id in stays else ""))
        found.append(insertion(clause.id, "".join(added[clause.id])))
    return tuple(operation for operation in found if operation is not None)


def clause_operation(clause: Clause, words: str) -> Operation | None:
    """What a person did who edited one clause alone; None when its words are as they were."""
    words = _bare(words)
    if words == _bare(clause.text):
        return None
    kind = OperationKind.REWORD if words else OperationKind.REMOVE
    return Operation(kind, clause.id, None, clause.hash, words)


def insertion(after: str | None, words: str) -> Operation | None:
    """New clauses behind clause ``after``, None at the very beginning; None for no words."""
    words = _bare(words)
    return Operation(OperationKind.INSERT, None, after, "", words) if words else None


def in_order(base: Outline, kept: Collection[str]) -> set[str]:
    """Ids of the base in ``kept``, without the fewest that its order shows to be moved."""
    place = {clause.id: index for index, clause in enumerate(base)}
    both = [key for key in kept if key in place]
    return {both[index] for index in longest_rising([place[key] for key in both])}


def dressed(old: str, words: str) -> str:
    """New words between the blank lines that the old slice had."""
    above = _BLANK_LINES_ABOVE.match(old)
    return (above[0] if above else "") + words + old[len(old.rstrip(_BLANKS)) :]


def _bare(text: str) -> str:
    """A slice without the blank lines around it."""
    found = _BLANK_LINES_ABOVE.match(text)
    return text[found.end() if found else 0 :].rstrip(_BLANKS)
