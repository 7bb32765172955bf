"""Tokens, what two wordings have in common, and of what kind a change is (measures 1 and 1a)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

Pair = tuple[int, int]  # the same token: its place in the one list and in the other
MOST = 4_000 * 4_000  # pairs of tokens; above that a change is not laid side by side
BINDING = frozenset(
    {"shall", "must", "may", "not", "only", "except"}
    | set("应得须可不禁除者")
    | set("零〇一二三四五六七八九十百千万亿两兩萬億")
)
HAN = (
    (0x2E80, 0x2FD5), (0x3005, 0x3007), (0x3021, 0x3029), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip


def tokens(text: str) -> list[str]:
    """One per Han character, one per run of letters or digits, one per mark; NFKC, casefold."""
    found: list[str] = []
    in_run = False
    for char in text:
        goes_on = in_run and (_is_letter(char) or "\u0300" <= char <= "\u036f")
        if goes_on:
            found[-1] += char
        elif not char.isspace():
            found.append(char)
            in_run = _is_letter(char)
        else:
            in_run = False
    return [unicodedata.normalize("NFKC", token).casefold() for token in found]


def _is_letter(char: str) -> bool:
    return char.isalnum() and not any(low <= ord(char) <= high for low, high in HAN)


def wording(words: Sequence[str]) -> str:
    """The key of a list of tokens: BLAKE2b of 8 bytes over them, a line each."""
    return hashlib.blake2b("\n".join(words).encode(), digest_size=8).hexdigest()


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of a longest common subsequence, a whole row at a time: bit ``p`` of ``row`` is 0
    where the token at ``p`` makes the subsequence longer (Crochemore and others 2001)."""
    head = _equal_start(one, other)
    one, other = one[head:], other[head:]
    tail = _equal_start(one[::-1], other[::-1])
    one, other = one[: len(one) - tail], other[: len(other) - tail]
    *_, row = _rows(one, other)
    return head + tail + len(one) - row.bit_count()


def _rows(one: Sequence[str], other: Sequence[str]) -> Iterator[int]:
    """The row before the first token of ``other`` and after each of them."""
    places: dict[str, int] = {}
    for place, token in enumerate(one):
        places[token] = places.get(token, 0) | 1 << place
    every = (1 << len(one)) - 1
    row = every
    yield row
    for token in other:
        here = places.get(token, 0)
        row = ((row + (row & here)) | (row & ~here)) & every
        yield row


def _equal_start(one: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    for length, (mine, yours) in enumerate(zip(one, other, strict=False)):
        if mine != yours:
            return length
    return min(len(one), len(other), length + 1)


def is_bulk(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two wordings are too long to be laid side by side, without their equal ends."""
    head = _equal_start(one, other)
    one, other = one[head:], other[head:]
    tail = _equal_start(one[::-1], other[::-1])
    return (len(one) - tail) * (len(other) - tail) > MOST


def earliest(one: Sequence[str], other: Sequence[str]) -> list[Pair]:
    """Of all longest common subsequences the one that keeps each token as early as it can."""
    rows = list(_rows(one[::-1], other[::-1]))
    found: list[Pair] = []
    i = j = 0
    while i < len(one) and j < len(other):
        if one[i] == other[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif rows[len(other) - j] >> (len(one) - 1 - i) & 1:
            i += 1
        else:
            j += 1
    return found


def gaps(pairs: Iterable[Pair], sizes: Pair) -> Iterator[tuple[range, range]]:
    """What lies between the kept tokens: the places that went, the places that came."""
    for (i, j), (next_i, next_j) in pairwise([(-1, -1), *pairs, sizes]):
        if next_i > i + 1 or next_j > j + 1:
            yield range(i + 1, next_i), range(j + 1, next_j)


def kind_of(
    one: Sequence[str], other: Sequence[str], pairs: Sequence[Pair], variants: Mapping[str, str]
) -> str:
    """editorial, substantive or normative."""
    before = [variants.get(token, token) for token in one]
    after = [variants.get(token, token) for token in other]
    if before == after:
        return "editorial"
    for went, came in gaps(pairs, (len(one), len(other))):
        near = [*_near(before, went), *_near(after, came)]
        if any(token in BINDING or re.search(r"\d", token) for token in near):
            return "normative"
    return "substantive"


def _near(words: Sequence[str], places: range) -> Sequence[str]:
    return words[max(places.start - 1, 0) : places.stop + 1]
