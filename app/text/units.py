"""What a slice is made of when people change it: its label, its sentences, the blank lines below.

A sentence ends at 。！？；, at . ! ? ; before a blank, and at the line's end; in tables, fences
and HTML blocks the unit is the line. Line ends are units of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.text.blocks import shielded, shields
from app.text.diff3 import Change, regions
from app.text.labels import first_word_line, heading_parts, own_number_end
from app.text.outline import Clause, ClauseKind

LINE_END = "\n"

_CLOSING = r"\"'”’」』）》\)\]*_"
_SENTENCE_END = re.compile(
    rf"(?:[。！？；]|[.!?;](?=[{_CLOSING}]*(?:[ \t]|$)))+[{_CLOSING}]*[ \t\u3000]*"
)


class Parts(NamedTuple):
    """One slice: ``label + body + tail`` is its text byte for byte."""

    label: str
    body: str
    tail: str


def parts(clause: Clause) -> Parts:
    """The number with its marks, the words, and the blank lines that keep the next slice apart."""
    text = clause.text
    words_end = len(text.rstrip(" \t\n"))
    label_end = min(_label_end(clause), words_end)
    return Parts(text[:label_end], text[label_end:words_end], text[words_end:])


def _label_end(clause: Clause) -> int:
    if clause.kind is ClauseKind.ARTICLE:
        return own_number_end(clause.text)
    if clause.kind is ClauseKind.HEADING:
        title = heading_parts(clause.text).title
        start = first_word_line(clause.text)
        line = clause.text[start:].partition("\n")[0]
        return start + line.rfind(title) if title in line else 0
    return 0


def sentences(body: str) -> list[str]:
    """The units of a body; they concatenate to it."""
    hidden = shields(body)
    units: list[str] = []
    start = 0
    for line in body.split(LINE_END):
        if line and shielded(start, hidden):
            units.append(line)
        else:
            units.extend(_cut(line))
        units.append(LINE_END)
        start += len(line) + 1
    return units[:-1]


def _cut(line: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(line):
        yield line[start : end.end()]
        start = end.end()
    if start < len(line):
        yield line[start:]


def keeps_apart(unchanged: tuple[str, ...]) -> bool:
    """Whether unchanged units between two changes are more than one line end.

    Sentences on neighbouring lines touch, as they do for ``git merge-file``; a blank line or
    a whole sentence between them is enough.
    """
    return unchanged != (LINE_END,)


def merge_slice(base: Clause, mine: Clause, theirs: Clause) -> str | None:
    """The text of a slice that both sides kept; None when they changed the same or touching units.

    The label is decided apart from the words, so that renumbering never meets an edit; so is
    the tail, where two different counts of blank lines are no conflict.
    """
    if theirs.text == base.text or mine.text == theirs.text:
        return mine.text
    if mine.text == base.text:
        return theirs.text
    old, here, there = parts(base), parts(mine), parts(theirs)
    label = _one_of(old.label, here.label, there.label)
    body = _merge_body(old.body, here.body, there.body)
    if label is None or body is None:
        return None
    tail = _one_of(old.tail, here.tail, there.tail)
    return label + body + (longer(here.tail, there.tail) if tail is None else tail)


def same_words(one: Clause, other: Clause) -> bool:
    """Equal label and body, whatever blank lines follow."""
    return parts(one)[:2] == parts(other)[:2]


def longer(one: str, other: str) -> str:
    """The longer of two texts that differ in blanks only, whichever comes first."""
    return max(one, other, key=_length)


def _length(text: str) -> tuple[int, str]:
    return len(text), text


def _one_of(base: str, mine: str, theirs: str) -> str | None:
    if mine == theirs or theirs == base:
        return mine
    return theirs if mine == base else None


def _merge_body(base: str, mine: str, theirs: str) -> str | None:
    decided = _one_of(base, mine, theirs)
    if decided is not None:
        return decided
    found = regions(sentences(base), sentences(mine), sentences(theirs), keeps_apart)
    if any(region.change is Change.CLASH for region in found):
        return None
    return "".join(unit for region in found for unit in region.merged)
