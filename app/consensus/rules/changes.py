"""How a change of a clause is counted, and of what kind it is (docs/measures.md, measures 1 and 1a)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from app.text.alignment import Block, gaps
from app.text.signals import HAN_NUMERALS
from app.text.variants import simplified

# Which words bind, of MEASURES_VERSION 1; a Han word of two characters is found by the one here.
LISTED = frozenset({"shall", "must", "may", "not", "only", "except", *"应得须可不禁除者"})
_DIGIT = re.compile(r"\d")


class Kind(StrEnum):
    """What a change does to the rule."""

    EDITORIAL = "editorial"
    SUBSTANTIVE = "substantive"
    NORMATIVE = "normative"


class Change(NamedTuple):
    """Tokens put in and taken out. ``is_bulk``: too many to lay side by side, so all are counted."""

    inserted: int
    deleted: int
    kind: Kind
    is_bulk: bool = False


def change_of(
    before: Sequence[str], after: Sequence[str], blocks: Sequence[Block] | None
) -> Change:
    """The change between two lists of tokens whose longest common subsequence is ``blocks``."""
    kept = sum(block.length for block in blocks or ())
    kind = _kind(before, after, blocks or ())
    return Change(len(after) - kept, len(before) - kept, kind, is_bulk=blocks is None)


def _kind(before: Sequence[str], after: Sequence[str], blocks: Sequence[Block]) -> Kind:
    if [simplified(token) for token in before] == [simplified(token) for token in after]:
        return Kind.EDITORIAL
    for gap in gaps(blocks, len(before), len(after)):
        touched = (
            *before[max(gap.start - 1, 0) : gap.end + 1],
            *after[max(gap.new_start - 1, 0) : gap.new_end + 1],
        )
        if any(map(_binds, touched)):
            return Kind.NORMATIVE
    return Kind.SUBSTANTIVE


def _binds(token: str) -> bool:
    """Whether a token is a number or one of the words that oblige, allow, forbid or limit."""
    simple = simplified(token)
    return simple in LISTED or simple in HAN_NUMERALS or _DIGIT.search(token) is not None
