"""Small diff3: which parts of a sequence did one side change, which did both.

Works on any hashable units (sentences, lines, clause ids). Matching is an exact longest common
subsequence on integer bit rows, not ``difflib``: with line ends as units of their own, difflib's
longest-block search turns cubic on a text whose every line changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
Pairs = list[tuple[int, int]]

CELLS = 10**8  # bits of one exact matching: 12.5 MB and well under 0.1 s


class Change(StrEnum):
    """Who changed a region."""

    NONE = "none"
    MINE = "mine"
    THEIRS = "theirs"
    SAME = "same"
    CLASH = "clash"


@dataclass(frozen=True)
class Region(Generic[T]):
    """One stretch of the three sequences; ``base``, ``mine``, ``theirs`` hold its units."""

    base: tuple[T, ...]
    mine: tuple[T, ...]
    theirs: tuple[T, ...]

    @property
    def change(self) -> Change:
        """Who changed this stretch; CLASH when both did, differently."""
        if self.mine == self.theirs:
            return Change.NONE if self.mine == self.base else Change.SAME
        if self.theirs == self.base:
            return Change.MINE
        return Change.THEIRS if self.mine == self.base else Change.CLASH

    @property
    def merged(self) -> tuple[T, ...]:
        """The units after the merge; a CLASH has none and must be asked about first."""
        assert self.change is not Change.CLASH
        return self.theirs if self.change is Change.THEIRS else self.mine

    def joined(self, other: Region[T]) -> Region[T]:
        """This region and the next one as one."""
        return Region(self.base + other.base, self.mine + other.mine, self.theirs + other.theirs)


def regions(
    base: Sequence[T],
    mine: Sequence[T],
    theirs: Sequence[T],
    separates: Callable[[tuple[T, ...]], bool] = bool,
) -> list[Region[T]]:
    """Cut three sequences into regions that concatenate to each of them.

    Regions between two unchanged stretches touch and are one. ``separates(units)`` says whether
    an unchanged stretch is enough to keep a change of mine and a change of theirs apart.
    """
    in_mine, in_theirs = dict(matching(base, mine)), dict(matching(base, theirs))
    found: list[Region[T]] = []
    b = m = t = 0
    still: list[T] = []

    def close(b_end: int, m_end: int, t_end: int) -> None:
        region = Region(tuple(base[b:b_end]), tuple(mine[m:m_end]), tuple(theirs[t:t_end]))
        if region.base or region.mine or region.theirs:
            if still:
                found.append(Region(tuple(still), tuple(still), tuple(still)))
                still.clear()
            found.append(region)

    for index, unit in enumerate(base):
        if index in in_mine and index in in_theirs:
            close(index, in_mine[index], in_theirs[index])
            still.append(unit)
            b, m, t = index + 1, in_mine[index] + 1, in_theirs[index] + 1
    close(len(base), len(mine), len(theirs))
    if still:
        found.append(Region(tuple(still), tuple(still), tuple(still)))
    return _join_touching(found, separates)


def _join_touching(
    found: list[Region[T]], separates: Callable[[tuple[T, ...]], bool]
) -> list[Region[T]]:
    """Make one region of two changes by different sides that too little keeps apart."""
    joined: list[Region[T]] = []
    for region in found:
        if (
            len(joined) >= 2
            and joined[-1].change is Change.NONE
            and not separates(joined[-1].base)
            and _rival(joined[-2].change, region.change)
        ):
            between = joined.pop()
            joined[-1] = joined[-1].joined(between).joined(region)
        else:
            joined.append(region)
    return joined


def _rival(first: Change, second: Change) -> bool:
    sides = {first, second}
    if Change.NONE in sides or Change.SAME in sides:
        return False
    return Change.CLASH in sides or len(sides) == 2


def matching(a: Sequence[T], b: Sequence[T]) -> Pairs:
    """Index pairs (i, j), both rising, of equal units of ``a`` and ``b``.

    The longest such list while len(a)·len(b) ≤ CELLS after equal ends are cut off; beyond that
    units that stand once in each text are matched first and the gaps between them after.
    """
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    pairs = [(i, i) for i in range(head)]
    if len(middle_a) * len(middle_b) <= CELLS:
        found = _longest(middle_a, middle_b)
    else:
        found = _around_anchors(middle_a, middle_b)
    pairs += [(head + i, head + j) for i, j in found]
    pairs += [(len(a) - k, len(b) - k) for k in range(tail, 0, -1)]
    return pairs


def _longest(a: Sequence[T], b: Sequence[T]) -> Pairs:
    """Longest common subsequence by Hyyrö's bit rows: bit j of a row is 0 where the length grows."""
    if not a or not b:
        return []
    where: dict[T, bytearray] = {unit: bytearray(len(b) // 8 + 1) for unit in set(a) & set(b)}
    for j, unit in enumerate(b):
        if unit in where:
            where[unit][j >> 3] |= 1 << (j & 7)
    masks = {unit: int.from_bytes(bits, "little") for unit, bits in where.items()}
    full = (1 << len(b)) - 1
    rows = [full]
    for unit in a:
        row = rows[-1]
        hit = row & masks.get(unit, 0)
        rows.append((row + hit | row - hit) & full)
    pairs: Pairs = []
    i, j = len(a), len(b)
    while i and j:
        if rows[i] >> j - 1 & 1:
            j -= 1
        elif rows[i - 1] >> j - 1 & 1:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        else:
            i -= 1
    return pairs[::-1]


def _around_anchors(a: Sequence[T], b: Sequence[T]) -> Pairs:
    count_a, count_b = Counter(a), Counter(b)
    place = {unit: j for j, unit in enumerate(b) if count_b[unit] == 1}
    once = [(i, place[unit]) for i, unit in enumerate(a) if count_a[unit] == 1 and unit in place]
    anchors = [once[k] for k in longest_rising([j for _, j in once])]
    pairs: Pairs = []
    i = j = 0
    for next_i, next_j in [*anchors, (len(a), len(b))]:
        if (next_i - i) * (next_j - j) <= CELLS:
            gap = _longest(a[i:next_i], b[j:next_j])
            pairs += [(i + x, j + y) for x, y in gap]
        pairs.append((next_i, next_j))
        i, j = next_i + 1, next_j + 1
    return pairs[:-1]


def longest_rising(values: Sequence[int]) -> list[int]:
    """Indices of a longest strictly rising subsequence, in O(n log n)."""
    ends: list[int] = []
    end_values: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        length = bisect_left(end_values, value)
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [index]
        end_values[length : length + 1] = [value]
    chain: list[int] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]
