"""Which clauses of two texts are most alike, in bounded time.

A multiset of tokens is kept as one integer, so that ``(a & b).bit_count()`` is the size of what
two clauses share: never below their longest common subsequence, and a thousand times cheaper.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.text.tokens import lcs_length

ALIKE = 0.5
CONTAINED = 0.8
# Shorter clauses ("Repealed.") recur by chance: too few words to tell where they come from.
TELLING = 12
MAX_PAIRS = 20_000
NEAR = 20
# Work for all common subsequences of one comparison; about a second.
_BUDGET = 3_000_000_000
_ROW_COST = 2_500


class Side(NamedTuple):
    """One clause to be matched: where it stands (or would stand) in the new text, and its words."""

    place: int
    label: str
    tokens: list[str]
    bag: int


NOTHING = Side(-1, "", [], 0)


def bags(lists: Sequence[list[str]]) -> list[int]:
    """One integer for each token list; the k-th occurrence of a token is always the same bit."""
    vocabulary: dict[str, list[int]] = defaultdict(list)
    size = 0
    rows: list[list[int]] = []
    for tokens in lists:
        seen: dict[str, int] = {}
        row = []
        for token in tokens:
            nth = seen.get(token, 0)
            seen[token] = nth + 1
            places = vocabulary[token]
            if nth == len(places):
                places.append(size)
                size += 1
            row.append(places[nth])
        rows.append(row)
    return [_integer(row) for row in rows]


def _integer(bits: list[int]) -> int:
    held = bytearray((max(bits, default=0) >> 3) + 1)
    for bit in bits:
        held[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(held, "little")


class Matcher:
    """Compares clauses of an old and a new text, within one budget of work."""

    def __init__(self) -> None:
        self._left = _BUDGET

    def best_pairs(self, old: Sequence[Side], new: Sequence[Side]) -> list[tuple[int, int]]:
        """Pairs ``(old, new)`` with 2·LCS/(n+m) ≥ 0.5, greedy, most alike first.

        Ties go to the pair that stands nearest, then to the earlier. A common subsequence is
        searched only when its upper bound is the best left, so most are never needed.
        """
        heap = [
            (-score, False, abs(old[i].place - new[j].place), i, j)
            for i, j in _pairs(old, new, lowest_ratio=1 / 3)
            if (score := _bound(old[i], new[j])) >= ALIKE
        ]
        heapq.heapify(heap)
        paired: list[tuple[int, int]] = []
        old_done, new_done = set[int](), set[int]()
        while heap:
            score, exact, apart, i, j = heapq.heappop(heap)
            if i in old_done or j in new_done:
                continue
            if exact:
                paired.append((i, j))
                old_done.add(i)
                new_done.add(j)
            elif (alike := self._similarity(old[i], new[j], -score)) >= ALIKE:
                heapq.heappush(heap, (-alike, True, apart, i, j))
        return paired

    def containing(
        self, parts: Sequence[Side], wholes: Sequence[Side]
    ) -> Iterator[tuple[int, int]]:
        """Pairs ``(part, whole)`` where nearly all words of the part stand in the whole, in order."""
        for p, w in _pairs(parts, wholes, lowest_ratio=0.0):
            part, whole = parts[p], wholes[w]
            enough = CONTAINED * len(part.tokens)
            if len(part.tokens) < TELLING or len(whole.tokens) < enough:
                continue
            if (part.bag & whole.bag).bit_count() >= enough and self._common(part, whole) >= enough:
                yield p, w

    def _similarity(self, a: Side, b: Side, bound: float) -> float:
        common = self._common(a, b)
        if common < 0:
            return bound if a.label and a.label == b.label else 0.0
        return 2 * common / (len(a.tokens) + len(b.tokens))

    def _common(self, a: Side, b: Side) -> int:
        """LCS of two clauses; -1 once the budget is spent."""
        longer, shorter = sorted((len(a.tokens), len(b.tokens)), reverse=True)
        self._left -= longer * (shorter + _ROW_COST)
        return lcs_length(a.tokens, b.tokens) if self._left >= 0 else -1


def leftover_holds(whole: list[str], kept: list[str], part: list[str]) -> bool:
    """Whether what ``whole`` has beyond ``kept`` would make up nearly all of ``part``."""
    spare = Counter(whole) - Counter(kept)
    return (spare & Counter(part)).total() >= CONTAINED * len(part)


def _bound(a: Side, b: Side) -> float:
    """The most that 2·LCS/(n+m) of two clauses can be."""
    both = len(a.tokens) + len(b.tokens)
    return 2 * (a.bag & b.bag).bit_count() / both if both else 0.0


def _pairs(
    old: Sequence[Side], new: Sequence[Side], *, lowest_ratio: float
) -> Iterator[tuple[int, int]]:
    """Index pairs worth comparing: all of them, or with too many only equal labels and near ones."""
    by_size = sorted((len(side.tokens), j) for j, side in enumerate(new))
    sizes = [size for size, _ in by_size]
    windows = []
    for side in old:
        size = len(side.tokens)
        largest = size / lowest_ratio if lowest_ratio else float("inf")
        windows.append((bisect_left(sizes, size * lowest_ratio), bisect_right(sizes, largest)))
    if sum(high - low for low, high in windows) <= MAX_PAIRS:
        for i, (low, high) in enumerate(windows):
            for _, j in by_size[low:high]:
                yield i, j
        return
    yield from _near_pairs(old, new, lowest_ratio)


def _near_pairs(
    old: Sequence[Side], new: Sequence[Side], lowest_ratio: float
) -> Iterator[tuple[int, int]]:
    by_label: dict[str, list[int]] = defaultdict(list)
    for j, side in enumerate(new):
        by_label[side.label].append(j)
    places = [side.place for side in new]
    for i, side in enumerate(old):
        near = range(
            bisect_left(places, side.place - NEAR), bisect_right(places, side.place + NEAR)
        )
        # A label that stands many times over says nothing, and would bring all pairs back.
        named = by_label[side.label][:NEAR] if side.label else []
        for j in {*near, *named}:
            small, large = sorted((len(side.tokens), len(new[j].tokens)))
            if small >= large * lowest_ratio:
                yield i, j
