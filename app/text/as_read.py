"""Show a text without its formatting marks, and bring them back after the words were edited."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

from app.text.blocks import shielded, shields
from app.text.diff3 import matching
from app.text.labels import BLANK, HEADING_LINE, LABEL_LINE, label_key
from app.text.marks import UNDERLINE, Line, Mark, is_marked, lines_of

_CHAPTER = re.compile(rf"第{BLANK}*([^第章节節编編]{{1,12}}?){BLANK}*(分?[编編]|[章节節])")
_DIVISION = re.compile(
    rf"(?i:(Subchapter|Chapter|Division|Subtitle|Title|Subpart|Part|Annex|Schedule))"
    rf"{BLANK}+([0-9]{{1,9}}[A-Za-z]{{0,2}}|[IVXLC]{{1,9}})(?=[.:–—]|$|{BLANK}+[A-Z–—-])"
)
_SENTENCE_ENDS = tuple("。；：，.;:,")
_LONGEST_HEADING = 120
_MOST_PAIRS = 400


class _Name(NamedTuple):
    """Which line a line is: the sort it shares with its sisters, and its own number."""

    sort: str
    number: str


def as_read(text: str) -> str:
    """``text``, whole or one clause, as its readers see it; ``as_written`` brings it back."""
    return "\n".join(line.shown for line in lines_of(text))


def as_read_pieces(pieces: Sequence[str]) -> list[str]:
    """The pieces of a text, each as its readers see it; joined they are ``as_read`` of the whole."""
    kept = "".join(map(_kept, lines_of("".join(pieces))))
    ends = [0, *accumulate(map(len, pieces))]
    return [
        "".join(sign for sign, keep in zip(piece, kept[start:end], strict=False) if keep == "1")
        for piece, start, end in zip(pieces, ends, ends[1:], strict=False)
    ]


def _kept(line: Line) -> str:
    """For each character of a stored line and its line end, "1" when its readers see it."""
    wanted = iter(line.shown)
    sign = next(wanted, "")
    kept = ""
    for character in line.raw:
        is_seen = character == sign
        kept += "1" if is_seen else "0"
        sign = next(wanted, "") if is_seen else sign
    # Marks are only ever taken away; a line of which that is not true stays as it is.
    return (kept if not sign else "1" * len(line.raw)) + "1"


def as_read_over(text: str, base: str) -> str | None:
    """Words that ``as_written(words, base)`` turns back into ``text``, byte for byte.

    For a text that came of editing ``base``, such as a kept draft: a mark that ``base`` cannot
    give back stays visible. None when no such words were found.
    """
    lines, ground = lines_of(text), lines_of(base)
    written = _written([line.shown for line in lines], ground)
    words = [
        line.shown if line.raw == raw else line.raw
        for line, raw in zip(lines, written, strict=True)
    ]
    shown = "\n".join(words)
    return shown if "\n".join(_written(shown.split("\n"), ground)) == text else None


def as_written(words: str, base: str) -> str:
    """The text that ``words`` stand for: edited from ``as_read(base)``, with the marks of ``base``.

    Lines found again get their own marks, headings whose words were changed keep theirs, new
    articles and chapters take those of their sisters; a line typed with marks stays as typed.
    """
    return "\n".join(_written(words.split("\n"), lines_of(base)))


def _written(words: list[str], base: Sequence[Line]) -> list[str]:
    """Each line of ``words`` as it is to be stored."""
    pairs = matching([line.shown for line in base], words)
    written = {j: base[i].raw for i, j in pairs}
    if len(written) < len(words):
        kept = {i for i, _ in pairs}
        gone = [i for i in range(len(base)) if i not in kept]
        new = _changed(words, written)
        written |= _moved(words, new, [base[i] for i in gone])
        written |= _named(words, [j for j in new if j not in written], base, gone)
        written |= _in_place(words, [j for j in new if j not in written], base, pairs)
    return [written.get(j, row) for j, row in enumerate(words)]


def _changed(words: list[str], written: dict[int, str]) -> list[int]:
    """The lines that are new, hold words without marks, and stand in no fence or table."""
    hidden = shields("\n".join(words))
    found, offset = [], 0
    for j, row in enumerate(words):
        start, offset = offset, offset + len(row) + 1
        if j in written or not row.strip() or (hidden and shielded(start, hidden)):
            continue
        below = words[j + 1] if j + 1 < len(words) else ""
        if not is_marked(row) and not UNDERLINE.fullmatch(below):
            found.append(j)
    return found


def _moved(words: list[str], new: list[int], gone: list[Line]) -> dict[int, str]:
    """Lines that stand elsewhere now, the same words."""
    waiting: dict[str, list[Line]] = defaultdict(list)
    for line in reversed(gone):
        waiting[line.shown].append(line)
    return {j: waiting[words[j]].pop().raw for j in new if waiting.get(words[j])}


def _named(
    words: list[str], new: list[int], base: Sequence[Line], gone: list[int]
) -> dict[int, str]:
    """Articles and chapters: as the one of that number was, else as most of their sisters are."""
    names = {j: name for j in new if (name := _name(words[j]))}
    if not names:
        return {}
    known = [_name(line.shown) for line in base]
    same = {name: base[i] for i in reversed(gone) if (name := known[i])}
    sisters: dict[str, Counter[Mark | None]] = defaultdict(Counter)
    for line, known_name in zip(base, known, strict=True):
        if known_name:
            sisters[known_name.sort][line.mark] += 1
    found = {}
    for j, name in names.items():
        if name in same:
            found[j] = same[name].like(words[j])
        elif name.sort in sisters:
            mark = sisters[name.sort].most_common(1)[0][0]
            found[j] = mark.around(words[j]) if mark else words[j]
    return found


def _name(row: str) -> _Name | None:
    """What an article, a chapter, a part calls itself; None for every other line."""
    label = LABEL_LINE.match(row)
    if label is not None:
        return _Name(
            "article" if label["latin"] else "条", label_key(label["han"] or label["latin"])
        )
    if HEADING_LINE.match(row) and (chapter := _CHAPTER.match(row.strip())):
        return _Name(chapter[2], chapter[1])
    division = _DIVISION.match(row)
    if division is not None and len(row) <= _LONGEST_HEADING:
        return _Name(division[1].casefold(), division[2])
    return None


def _in_place(
    words: list[str], new: list[int], base: Sequence[Line], pairs: list[tuple[int, int]]
) -> dict[int, str]:
    """Lines whose words were changed where they stand."""
    found: dict[int, str] = {}
    waiting = set(new)
    i = j = 0
    for next_i, next_j in [*pairs, (len(base), len(words))]:
        if next_i > i and next_j > j:
            old = [line for line in base[i:next_i] if line.shown.strip()]
            here = [n for n in range(j, next_j) if words[n].strip()]
            for line, n in _partners(old, here, words):
                if n in waiting:
                    found[n] = line.like(words[n])
        i, j = next_i + 1, next_j + 1
    return found


def _partners(old: list[Line], here: list[int], words: list[str]) -> Iterator[tuple[Line, int]]:
    """Each line that had marks, with the line that stands for it now."""
    if len(old) == len(here):
        for line, n in zip(old, here, strict=True):
            if line.raw != line.shown and _may_stand_for(line, words[n]):
                yield line, n
        return
    had = [line for line in old if line.raw != line.shown]
    if len(had) * len(here) > _MOST_PAIRS:
        return
    for line in had:
        alike = {n: _likeness(line.shown, words[n]) for n in here}
        best = max(alike, key=lambda n: alike[n], default=-1)
        if best >= 0 and alike[best] >= 0.5 and _may_stand_for(line, words[best]):
            here = [n for n in here if n > best]
            yield line, best


def _may_stand_for(line: Line, row: str) -> bool:
    """A paragraph put in the place of a heading is no heading."""
    if line.mark is None or len(row) <= len(line.shown):
        return True
    ends = row.endswith(_SENTENCE_ENDS) and not line.shown.endswith(_SENTENCE_ENDS)
    return not ends and len(row) <= max(_LONGEST_HEADING, 2 * len(line.shown))


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a[:200], b[:200], autojunk=False).ratio()
