"""From a text to what is indexed: words for ranking, neighbouring atoms for finding substrings.

Pure, and shared by every index and by the query, so that both sides always cut alike.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import rjieba

from app.search.folding import fold
from app.search.stemmer import stem

# Han with 々 and 〇, and kana: scripts written without spaces between words.
_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_RUN = re.compile(f"(?P<han>[{_HAN}]+)|[^\\W_{_HAN}]+")

_NUMERALS = "零〇一二三四五六七八九十百千两"
_NUMBER = f"(?:[0-9]{{1,5}}|[{_NUMERALS}]{{1,9}})"
LABEL = re.compile(
    f"第[ \t]*({_NUMBER})[ \t]*([条章节款项编])(?:[ \t]*之[ \t]*({_NUMBER})(?![{_NUMERALS}年月日]))?"
)
_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_TENS = {"十": 10, "百": 100, "千": 1000}

TITLE_WEIGHT = 4
_LONGEST_TERM = 40


class Atom(NamedTuple):
    """The smallest piece: one Han character, or a run of other letters and digits."""

    text: str
    is_han: bool
    start: int
    end: int
    follows: bool  # nothing but blank or a hyphen stands between the atom before and this one


@dataclass(frozen=True, slots=True)
class Terms:
    """What one document contributes: counted words, and grams that only say "occurs"."""

    words: Counter[str]
    grams: frozenset[str]

    @property
    def length(self) -> int:
        return sum(self.words.values())


def terms_of(title: str, body: str, labelled: Iterable[str] = ()) -> Terms:
    """Analyse one document; a word of the title counts as much as four in the body."""
    words: Counter[str] = Counter()
    grams: set[str] = set()
    for text, weight in ((title, TITLE_WEIGHT), (body, 1), ("\n\n".join(labelled), 1)):
        folded = fold(text).text
        pieces = list(_runs(folded))
        for word in _words(folded, pieces):
            words[word] += weight
        for run in pieces:
            if run.is_han:
                grams.update(run.text)
                grams.update(map(str.__add__, run.text, run.text[1:]))
        grams.update(pair(one, next_) for one, next_ in pairwise(pieces) if next_.follows)
    return Terms(words, frozenset(grams))


def atoms(folded: str) -> Iterator[Atom]:
    """The atoms of a folded text in order."""
    for run in _runs(folded):
        if not run.is_han:
            yield run
            continue
        for place, char in enumerate(run.text):
            start = run.start + place
            yield Atom(char, True, start, start + 1, run.follows or place > 0)


def pair(first: Atom, second: Atom) -> str:
    """The gram of two neighbours: 停, 车 → 停车; public, hearing → "public hear"."""
    if first.is_han and second.is_han:
        return first.text[-1] + second.text[0]
    head = first.text[-1] if first.is_han else stem(first.text)
    tail = second.text[0] if second.is_han else stem(second.text)
    return f"{head} {tail}"


def labels(folded: str) -> Iterator[tuple[str, int, int]]:
    """Article labels as one term with their span: 第五条, 第 5 條 → ("第5条", start, end)."""
    for match in LABEL.finditer(folded):
        number, unit, sub = match.groups()
        label = f"第{number_value(number)}{unit}"
        if sub:
            label += f"之{number_value(sub)}"
        yield label, *match.span()


def cut(run: str) -> list[str]:
    """The words of a run of Han characters, without guessing new ones (that depends on context)."""
    return list(rjieba.cut(run, False))


def searched_words(run: str) -> Iterator[str]:
    """The words of a run and the words inside them, each of at least two characters."""
    return (word for word in rjieba.cut_for_search(run, False) if len(word) > 1)


def number_value(numeral: str) -> int:
    """一百零二 → 102, 〇五 → 5, 12 → 12."""
    if numeral.isdecimal():
        return int(numeral)
    if not _TENS.keys() & set(numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total = digit = 0
    for char in numeral:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def _runs(folded: str) -> Iterator[Atom]:
    """Atoms, but with Han characters that stand together kept in one."""
    reached = 0
    for match in _RUN.finditer(folded):
        start, end = match.span()
        is_han = match.lastgroup == "han"
        text = match.group() if is_han else match.group()[:_LONGEST_TERM]
        follows = reached > 0 and (start == reached or _is_thin(folded[reached:start]))
        yield Atom(text, is_han, start, end, follows)
        reached = end


def _words(folded: str, pieces: list[Atom]) -> Iterator[str]:
    yield from (label for label, _, _ in labels(folded))
    for run in pieces:
        if not run.is_han:
            yield stem(run.text)
        elif len(run.text) > 1:
            yield from searched_words(run.text)


def _is_thin(gap: str) -> bool:
    """Whether words on both sides belong together: blank, one line end, hyphen or apostrophe."""
    return len(gap) <= 3 and not gap.strip(" \t\n-'’‐‑") and gap.count("\n") < 2
