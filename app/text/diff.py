"""The words that differ between two wordings of one clause, within a limit of work and time.

The only importer of diff-match-patch, which shows differences and never decides between two
people: its patches join base 200, mine 300, theirs 250 to 350 and call it a success.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

import regex
from diff_match_patch import diff_match_patch

Run = tuple[str, str]  # ("=" | "-" | "+", text)

MAX_PAIRS = 40_000_000
MAX_CHARACTERS = 200_000  # of both wordings; finding the words of more takes the time of a clause
CLAUSE_SECONDS = 0.2

# Whole grapheme clusters only, so that no mark leaves its letter and no emoji is torn; a run of
# letters or digits is one piece, a Han character another, as in tokens.
_PIECE = regex.compile(r"(?V1)(?:(?=[[\p{L}\p{N}]--\p{Han}])\X)++|[ \t]++(?!\p{M})|\X")
_FIRST_CODE, _SURROGATES, _SURROGATE_COUNT = 0x100, 0xD800, 0x800
_ENDS = diff_match_patch()
_SIGNS = {0: "=", -1: "-", 1: "+"}


class WordDiff(NamedTuple):
    """``=`` and ``-`` runs give the old words, ``=`` and ``+`` the new; limited: not looked at."""

    runs: tuple[Run, ...]
    limited: bool = False


class Middle(NamedTuple):
    """Two wordings between the whole lines that are equal at both ends."""

    head: str
    before: str
    after: str
    tail: str


def middle_of(before: str, after: str) -> Middle:
    """Cut off equal lines at both ends; ``head + before + tail`` is the old wording."""
    head = before.rfind("\n", 0, _ENDS.diff_commonPrefix(before, after)) + 1
    old, new = before[head:], after[head:]
    newline = old.find("\n", len(old) - _ENDS.diff_commonSuffix(old, new))
    tail = len(old) - newline - 1 if newline >= 0 else 0
    return Middle(
        before[:head], old[: len(old) - tail], new[: len(new) - tail], old[len(old) - tail :]
    )


def word_diff(before: str, after: str, seconds: float = CLAUSE_SECONDS) -> WordDiff:
    """Compare two wordings; beyond 4·10⁷ pairs of words or ``seconds`` one replaces the other."""
    if before == after:
        return WordDiff(_runs(("=", before)))
    replaced = WordDiff(_runs(("-", before), ("+", after)), limited=True)
    deadline = monotonic() + seconds
    middle = middle_of(before, after)
    if seconds <= 0 or len(middle.before) + len(middle.after) > MAX_CHARACTERS:
        return replaced
    old, new = pieces(middle.before), pieces(middle.after)
    head, tail = _equal_ends(old, new)
    old_words, new_words = old[head : len(old) - tail], new[head : len(new) - tail]
    left = deadline - monotonic()
    if len(old_words) * len(new_words) > MAX_PAIRS or left <= 0:
        return replaced
    runs = _compare(old_words, new_words, left)
    if monotonic() > deadline:
        return replaced
    opening = middle.head + "".join(old[:head])
    closing = "".join(old[len(old) - tail :]) + middle.tail
    return WordDiff(_runs(("=", opening), *runs, ("=", closing)))


def pieces(text: str) -> list[str]:
    """Words, Han characters, marks and blanks; they concatenate to the text."""
    found: list[str] = _PIECE.findall(text)
    return found


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _compare(old: Sequence[str], new: Sequence[str], seconds: float) -> list[Run]:
    """Diff with one code point per distinct piece."""
    if not old or not new:
        return [("-", "".join(old)), ("+", "".join(new))]
    codes = {piece: _code(n) for n, piece in enumerate(dict.fromkeys((*old, *new)))}
    words = {code: piece for piece, code in codes.items()}
    engine = diff_match_patch()
    engine.Diff_Timeout = seconds
    found = engine.diff_main(
        "".join(map(codes.__getitem__, old)), "".join(map(codes.__getitem__, new)), False
    )
    engine.diff_cleanupSemantic(found)
    return [(_SIGNS[op], "".join(map(words.__getitem__, run))) for op, run in found]


def _code(number: int) -> str:
    code = number + _FIRST_CODE
    return chr(code if code < _SURROGATES else code + _SURROGATE_COUNT)


def _runs(*runs: Run) -> tuple[Run, ...]:
    return tuple(run for run in runs if run[1])
