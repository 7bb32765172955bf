"""The three texts of a merge, their clauses under keys that the three share."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.text.diff3 import matching
from app.text.outline import Clause, Outline
from app.text.units import parts

Side = dict[str, Clause]  # in the order of the text
Slices = Sequence[tuple[str, str]]  # (key, text) in the order of the text


class Sides(NamedTuple):
    """Base, mine and theirs; a clause of the base is under its id in all that kept it."""

    base: Side
    mine: Side
    theirs: Side

    def id_of(self, key: str) -> str:
        """The permanent id a merged slice has by now: theirs are stored, mine are not."""
        if key in self.theirs:
            return self.theirs[key].id
        return key if key in self.base else ""


def sides_of(base: Outline, mine: Outline, theirs: Outline) -> Sides:
    """Put the clauses of three outlines under shared keys."""
    ground = {clause.id: clause for clause in base}
    return Sides(ground, _keyed(ground, mine), _keyed(ground, theirs))


def _keyed(base: Side, outline: Outline) -> Side:
    """A side by key: the base's id, else the words, so that equal additions are one.

    A clause rewritten beyond recognition has a new id. Where a side put as many new clauses as
    it took away, they stand in for those, so that a colleague's edit meets the rewriting.
    """
    side: Side = {}
    times: Counter[str] = Counter()
    for clause in outline:
        key = clause.id
        if key not in base or key in side:
            words = clause.text.strip()
            times[words] += 1
            key = f"+{times[words]} {words}"
        side[key] = clause
    stands_for = dict(_stand_ins(base, side))
    return {stands_for.get(key, key): clause for key, clause in side.items()}


def _stand_ins(base: Side, side: Side) -> Iterator[tuple[str, str]]:
    """Pairs (key of a new clause, id of the base's clause in whose place it stands)."""
    old, new = list(base), list(side)
    i = j = 0
    for next_i, next_j in [*matching(old, new), (len(old), len(new))]:
        gone = [key for key in old[i:next_i] if key not in side]
        come = [key for key in new[j:next_j] if key not in base]
        if [base[key].kind for key in gone] == [side[key].kind for key in come]:
            yield from zip(come, gone, strict=True)
        i, j = next_i + 1, next_j + 1


def spaced(sides: Sides, slices: Slices) -> list[tuple[str, str]]:
    """The slices with blank lines as their new neighbours need them.

    The last slice of a text ends with one line end, any other with the tail usual in the base.
    """
    ends = {next(reversed(side)) for side in sides if side}
    usual = usual_tail([*sides.base.values()])
    kept_apart = [
        (key, _words(text) + usual if key in ends and not text.endswith("\n\n") else text)
        for key, text in slices[:-1]
    ]
    kept_apart += [(key, _words(text) + "\n") for key, text in slices[-1:]]
    return kept_apart


def usual_tail(clauses: Sequence[Clause]) -> str:
    """The blank lines that mostly stand between the slices of a text."""
    tails = Counter(parts(clause).tail for clause in clauses[:-1])
    return max(tails, key=lambda tail: (tails[tail], tail), default="\n\n")


def _words(text: str) -> str:
    return text.rstrip(" \t\n")


def keyed_clauses(outline: Outline, slices: Slices) -> list[tuple[str, Clause]]:
    """The clauses of a merged text, each under the key of the slice that it begins in."""
    starts = [0]
    for _, text in slices:
        starts.append(starts[-1] + len(text))
    return [(slices[bisect_right(starts, clause.start) - 1][0], clause) for clause in outline]
