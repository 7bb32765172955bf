"""Tokens: one per Han character, one per run of letters or digits, one per mark; and how alike two lists of them are.

Words of a dictionary are for search: with them most one-character edits change more than
that character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_HAN = "\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}](?:[^\W_{_HAN}]|[\u0300-\u036f])*|[^\w\s]|_")
# Full-width forms stand one for one, so the whole text can be folded before it is cut.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# Above this many pairs of tokens the common subsequence is not searched between the equal ends.
MAX_PAIRS = 2_000_000_000


def tokens(text: str) -> list[str]:
    """The tokens of a text, NFKC and casefolded; blanks are none."""
    folded = _folded(text)
    if folded is not None:
        return _TOKEN.findall(folded)
    return [_fold(raw) for raw in _TOKEN.findall(text)]


def token_spans(text: str) -> list[tuple[str, int, int]]:
    """``(token, start, end)`` with code-point offsets into ``text`` as it is given."""
    folded = _folded(text)
    if folded is not None:
        return [(found[0], *found.span()) for found in _TOKEN.finditer(folded)]
    return [(_fold(found[0]), *found.span()) for found in _TOKEN.finditer(text)]


def _folded(text: str) -> str | None:
    """The text folded, when each of its characters folds to exactly one; else None."""
    narrow = text.translate(_NARROW)
    if not unicodedata.is_normalized("NFKC", narrow):
        return None
    folded = narrow.casefold()
    return folded if len(folded) == len(text) else None


def _fold(token: str) -> str:
    return unicodedata.normalize("NFKC", token).casefold()


def lcs_length(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common subsequence of two token lists.

    Bit-parallel (Hyyrö 2004): one addition on a whole row per token. Between the equal ends
    at most ``MAX_PAIRS`` pairs are looked at; beyond that the equal ends alone are counted,
    which is never too many.
    """
    same, a, b = _unequal_middle(a, b)
    if len(a) > len(b):
        a, b = b, a
    if not a or len(a) * len(b) > MAX_PAIRS:
        return same
    rows: dict[str, int] = {}
    for place, token in enumerate(a):
        rows[token] = rows.get(token, 0) | (1 << place)
    full = (1 << len(a)) - 1
    row = full
    for token in b:
        hits = row & rows.get(token, 0)
        if hits:
            row = ((row + hits) | (row - hits)) & full
    return same + len(a) - row.bit_count()


def similarity(a: Sequence[str], b: Sequence[str]) -> float:
    """2·LCS/(n+m): 1.0 for equal lists, 0.0 for nothing in common; two empty lists are equal."""
    return 2 * lcs_length(a, b) / (len(a) + len(b)) if a or b else 1.0


def _unequal_middle(a: Sequence[str], b: Sequence[str]) -> tuple[int, Sequence[str], Sequence[str]]:
    """How many tokens are equal at both ends, and what is left between them."""
    shorter = min(len(a), len(b))
    head = 0
    while head < shorter and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < shorter - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    return head + tail, a[head : len(a) - tail], b[head : len(b) - tail]
