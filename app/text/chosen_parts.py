"""The changes inside one clause, numbered, and the wording when only some of them are taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.text.diff import Run, pieces, word_diff

# Long enough that load does not change the numbers of the parts between a page and its answer.
_SECONDS = 2.0
_CONTEXT = 12  # words or Han characters


@dataclass(frozen=True, slots=True)
class Part:
    """One run of changed words: ``number`` from 1, and the unchanged words on its line around it."""

    number: int
    removed: str
    inserted: str
    before: str
    after: str


def parts_of_change(before: str, after: str) -> tuple[Part, ...]:
    """The changed runs that turn one wording of a clause into another, in order.

    Wordings that are too long or too different to compare are one part, all of them.
    """
    found = [*_stretches(before, after)]
    parts: list[Part] = []
    for place, (old, new, is_change) in enumerate(found):
        if is_change:
            above = found[place - 1][0] if place else ""
            below = found[place + 1][0] if place + 1 < len(found) else ""
            opening = "".join(pieces(above.rpartition("\n")[2])[-_CONTEXT:])
            closing = "".join(pieces(below.partition("\n")[0])[:_CONTEXT])
            parts.append(Part(len(parts) + 1, old, new, opening, closing))
    return tuple(parts)


def with_parts(before: str, after: str, chosen: Collection[int]) -> str:
    """The wording with only the parts numbered in ``chosen``; ValueError for a number unknown."""
    number = 0
    words = []
    for old, new, is_change in _stretches(before, after):
        number += is_change
        words.append(new if is_change and number in chosen else old)
    if not set(chosen) <= {*range(1, number + 1)}:
        raise ValueError("a part that this change does not have")
    return "".join(words)


def _stretches(before: str, after: str) -> Iterator[tuple[str, str, bool]]:
    """(old words, new words, whether they differ), unchanged and changed in turn."""
    runs = _joined(word_diff(before, after, _SECONDS).runs)
    for is_change, group in groupby(runs, key=_is_change):
        stretch = [*group]
        yield _said(stretch, "+"), _said(stretch, "-"), is_change


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """The runs, with a single unchanged character between two changes told as changed too: 二十四 and
    十二 share the 十, and a part of such a number is no wording that anybody meant."""
    for place, (sign, text) in enumerate(runs):
        is_inner = 0 < place < len(runs) - 1
        if sign == "=" and is_inner and len(text) == 1 and text.isalnum():
            yield "-", text
            yield "+", text
        else:
            yield sign, text


def _is_change(run: Run) -> bool:
    return run[0] != "="


def _said(runs: list[Run], without: str) -> str:
    return "".join(text for sign, text in runs if sign != without)
