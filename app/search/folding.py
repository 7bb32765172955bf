"""One shape for what reads the same: full and half width, case, composed and decomposed letters,
traditional and simplified characters; with the way back to the original places.
"""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from app.text.variants import simplified

_SHORT = 2_000  # characters of a text that is kept folded: an article, not a law
_MET_AT_MOST = 60_000  # more than any language writes, less than an attacker could send

# Characters seen to fold one for one: a set difference is the quickest test of a whole text.
_EVEN: set[str] = set()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `starts[i]` is the original place of its i-th character, None if equal."""

    text: str
    starts: tuple[int, ...] | None
    original_length: int

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that folded into `start:end` (never empty unless it is)."""
        if self.starts is None or end <= start:
            return start, end
        last = self.starts[end - 1]
        after = bisect_left(self.starts, last + 1)
        until = self.starts[after] if after < len(self.starts) else self.original_length
        return self.starts[start], until


def fold(text: str) -> Folded:
    """Fold a text, keeping the way back."""
    return _kept(text) if len(text) <= _SHORT else _fold(text)


@lru_cache(maxsize=2000)
def _kept(text: str) -> Folded:
    """The articles that readers are shown most are folded once, not for every question."""
    return _fold(text)


def _fold(text: str) -> Folded:
    odd = sorted(char for char in set(text) - _EVEN if _is_odd(char))
    if not odd:
        return Folded(text.translate(_table()), None, len(text))
    return _fold_odd(text, odd)


def _fold_odd(text: str, odd: list[str]) -> Folded:
    """Fold a text in which some characters do not answer one for one."""
    table = _table()
    parts: list[str] = []
    starts: list[int] = []
    reached = 0
    for cluster in re.finditer(_cluster_pattern(odd), text):
        begin = cluster.start()
        parts.append(text[reached:begin].translate(table))
        starts.extend(range(reached, begin))
        folded = unicodedata.normalize("NFKC", cluster.group()).translate(table)
        parts.append(folded)
        starts.extend([begin] * len(folded))
        reached = cluster.end()
    parts.append(text[reached:].translate(table))
    starts.extend(range(reached, len(text)))
    return Folded("".join(parts), tuple(starts), len(text))


def _cluster_pattern(odd: list[str]) -> str:
    """A letter with its joiners, or one character that folds into none or several."""
    joiners = "".join(re.escape(char) for char in odd if _joins(char))
    alone = "".join(re.escape(char) for char in odd if not _joins(char))
    if not joiners:
        return f"[{alone}]"
    with_base = f"[^{alone}{joiners}]?[{joiners}]+"
    return f"[{alone}][{joiners}]*|{with_base}" if alone else with_base


def _joins(char: str) -> bool:
    is_jamo = "\u1160" <= char <= "\u11ff"
    is_half_width_sound = char in "\uff9e\uff9f"
    return is_jamo or is_half_width_sound or unicodedata.category(char).startswith("M")


def _is_odd(char: str) -> bool:
    if _joins(char) or len(_table()[ord(char)]) != 1:
        return True
    if len(_EVEN) < _MET_AT_MOST:
        _EVEN.add(char)
    return False


class _FoldingTable(dict[int, str]):
    """For `str.translate`: what each character folds into, worked out when first met.

    Character by character, never by phrase: a word must fold alike in a query and in a sentence.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = ""
        if unicodedata.category(char) != "Cf":  # zero-width characters are not read
            compatible = unicodedata.normalize("NFKC", char).casefold()
            compatible = unicodedata.normalize("NFKC", compatible)
            folded = "".join(map(_simplify, compatible))
        if len(self) < _MET_AT_MOST:
            self[code] = folded
        return folded


def _simplify(char: str) -> str:
    return simplified(char) if unicodedata.category(char) == "Lo" else char


@lru_cache(maxsize=1)
def _table() -> _FoldingTable:
    return _FoldingTable()
