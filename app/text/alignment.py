"""Which tokens of one wording stand in another: still there in order, or as runs from elsewhere.

Both are exact and depend on nothing but the tokens: no clock, no chance, so that whoever counts
again finds the same words kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Above this many pairs of tokens (4,000 × 4,000) two wordings are not laid side by side.
MAX_PAIRS = 16_000_000
# Places at which runs may be seen again; only a text that repeats itself without end has more.
MAX_SIGHTINGS = 200_000


class Block(NamedTuple):
    """``length`` tokens that stand at ``old`` in the one list and at ``new`` in the other."""

    old: int
    new: int
    length: int


class Gap(NamedTuple):
    """What lies between two blocks: ``old[start:end]`` went, ``new[new_start:new_end]`` came."""

    start: int
    end: int
    new_start: int
    new_end: int


class Sighting(NamedTuple):
    """A run of ``length`` tokens found in source number ``source``, from its token ``at`` on."""

    length: int
    source: int
    at: int


NOWHERE = Sighting(0, -1, -1)


def align(old: Sequence[str], new: Sequence[str]) -> list[Block] | None:
    """A longest common subsequence as blocks; None above MAX_PAIRS.

    Of all longest ones the one that keeps each token as early as it can, so that the same words
    put in at the same place are always the same run. Bit-parallel (Hyyrö 2004), one row of bits
    kept for each token of ``new``.
    """
    head = common_start(old, new)
    a, b = old[head:], new[head:]
    tail = 0
    if len(a) * len(b) > MAX_PAIRS:
        tail = common_start(a[::-1], b[::-1])
        a, b = a[: len(a) - tail], b[: len(b) - tail]
        if len(a) * len(b) > MAX_PAIRS:
            return None
    pairs = [(head + i, head + j) for i, j in _kept(a, b)]
    ends = [(len(old) - tail + n, len(new) - tail + n) for n in range(tail)]
    return _blocks([*((n, n) for n in range(head)), *pairs, *ends])


def common_start(a: Sequence[str], b: Sequence[str]) -> int:
    """How many tokens two lists begin with alike."""
    shorter = min(len(a), len(b))
    return next((n for n in range(shorter) if a[n] != b[n]), shorter)


def _kept(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of places of a longest common subsequence, the earliest possible first."""
    if not a or not b:
        return
    rows = _rows(a, b)
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            yield i, j
            i, j = i + 1, j + 1
        elif rows[j] >> (len(a) - 1 - i) & 1:
            i += 1
        else:
            j += 1


def _rows(a: Sequence[str], b: Sequence[str]) -> list[int]:
    """For each place in ``b`` a row; its bit for a token of ``a`` is set when what follows has
    as long a common subsequence without that token."""
    places: dict[str, int] = defaultdict(int)
    for place, token in enumerate(reversed(a)):
        places[token] |= 1 << place
    full = (1 << len(a)) - 1
    row, rows = full, [full] * len(b)
    for j in range(len(b) - 1, -1, -1):
        hits = row & places.get(b[j], 0)
        if hits:
            row = ((row + hits) | (row - hits)) & full
        rows[j] = row
    return rows


def _blocks(pairs: Sequence[tuple[int, int]]) -> list[Block]:
    blocks: list[Block] = []
    for i, j in pairs:
        last = blocks[-1] if blocks else Block(-1, -1, 0)
        if (last.old + last.length, last.new + last.length) == (i, j) and last.length:
            blocks[-1] = Block(last.old, last.new, last.length + 1)
        else:
            blocks.append(Block(i, j, 1))
    return blocks


def gaps(blocks: Sequence[Block], old_size: int, new_size: int) -> Iterator[Gap]:
    """What lies before, between and behind the blocks of two lists of these sizes."""
    i = j = 0
    for block in [*blocks, Block(old_size, new_size, 0)]:
        if (i, j) != (block.old, block.new):
            yield Gap(i, block.old, j, block.new)
        i, j = block.old + block.length, block.new + block.length


def sightings(
    runs: Sequence[Sequence[str]], sources: Sequence[Sequence[str]], least: int
) -> list[dict[int, Sighting]]:
    """For each run, by start in it: the longest run of at least ``least`` tokens that a source
    has too, of equally long ones that of the first source."""
    starts: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for number, run in enumerate(runs):
        for start in range(len(run) - least + 1):
            starts[tuple(run[start : start + least])].append((number, start))
    best: list[dict[int, Sighting]] = [{} for _ in runs]
    left = MAX_SIGHTINGS
    for source, tokens in enumerate(sources if starts else ()):
        seen = _seen(starts, tokens, least)
        left -= len(seen)
        if left < 0:
            break
        lengths: dict[tuple[int, int, int], int] = {}
        for number, start, at in reversed(seen):
            length = lengths.get((number, start + 1, at + 1), least - 1) + 1
            lengths[number, start, at] = length
            known = best[number].get(start, NOWHERE)
            if length > known.length or (length, source) == (known.length, known.source):
                best[number][start] = Sighting(length, source, at)
    return best


def _seen(
    starts: dict[tuple[str, ...], list[tuple[int, int]]], tokens: Sequence[str], least: int
) -> list[tuple[int, int, int]]:
    """(run, start in it, place in ``tokens``) where ``least`` tokens are equal."""
    found: list[tuple[int, int, int]] = []
    for at in range(len(tokens) - least + 1):
        there = starts.get(tuple(tokens[at : at + least]))
        if there:
            found += [(number, start, at) for number, start in there]
            if len(found) > MAX_SIGHTINGS:
                break
    return found
