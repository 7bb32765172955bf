"""Cut a policy text into clauses: the smallest units that are merged, discussed and counted.

The slices concatenate to the text byte for byte. A text with label lines is cut at them and at
its headings, a text without at its headings, a text with neither at its blocks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from app.text.blocks import Shield, shielded, shields
from app.text.labels import (
    HEADING_LINE,
    ITEM_LINE,
    LABEL_LINE,
    Parts,
    article_number,
    article_parts,
    heading_parts,
    heading_words,
    own_number_end,
)
from app.text.outline import Clause, ClauseKind, Outline

_UNDERLINE = re.compile(r"^ {0,3}(?:(=+)|-{2,})[ \t]*$", re.MULTILINE)
_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)*(?:[^\S\n]*\Z)?")
_BULLET = re.compile(r" {0,3}[-*+] ")
_UNIT_LEVELS = {"编": 11, "編": 11, "分编": 12, "分編": 12, "章": 13, "节": 14, "節": 14}
_PLAIN = 20
_SHORT = 2_000  # characters of a slice whose hash is kept: an article, not a law


class _Mark(NamedTuple):
    """Where a slice begins, and what its first line says."""

    start: int
    line_end: int
    kind: ClauseKind
    level: int
    label: str
    words: str


class _Slice(NamedTuple):
    start: int
    kind: ClauseKind
    label: str
    path: tuple[str, ...]


def cut(text: str) -> Outline:
    """The clauses of a text in order, without ids; their texts concatenate to ``text``."""
    if not text:
        return ()
    hidden = shields(text)
    labels = [_label_mark(m) for m in LABEL_LINE.finditer(text) if not _in(m, hidden)]
    headings = _headings(text, hidden, {mark.start for mark in labels})
    if labels:
        slices = _by_labels(text, sorted(labels + headings))
    elif headings:
        slices = _by_headings(text, headings)
    else:
        slices = _by_blocks(text, hidden)
    return _outline(text, list(slices))


def outline(text: str) -> Outline:
    """``cut(text)`` with fresh ids ``c1``, ``c2`` …, for a text that has no history."""
    return tuple(replace(clause, id=f"c{n}") for n, clause in enumerate(cut(text), start=1))


def parts_of(clause: Clause) -> Parts:
    """The label, the caption (or the heading's words without number) and the words below."""
    if clause.kind is ClauseKind.ARTICLE:
        return article_parts(clause.text)
    if clause.kind is ClauseKind.HEADING:
        return heading_parts(clause.text)
    return Parts("", "", clause.text.strip())


def title_of(clause: Clause) -> str:
    """停放时限 of 第五条（停放时限）, or the words behind the label of a heading; "" when none."""
    return parts_of(clause).title


def body_of(clause: Clause) -> str:
    """The words of a clause without its own number and outer blanks, captions included."""
    return _without_number(clause.kind, clause.text)


def words_hash(kind: ClauseKind, text: str) -> str:
    """SHA-256 (hex) of a slice without its own number: equal for equal words, renumbered or not."""
    return (_kept_hash if len(text) <= _SHORT else _hash)(kind, text)


def _hash(kind: ClauseKind, text: str) -> str:
    words = _without_number(kind, text)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


# From one version of a text to the next nearly all clauses are the same.
_kept_hash = lru_cache(maxsize=2_000)(_hash)


def _without_number(kind: ClauseKind, text: str) -> str:
    if kind is ClauseKind.ARTICLE:
        return text[own_number_end(text) :].strip()
    if kind is ClauseKind.HEADING:
        parts = heading_parts(text)
        return f"{parts.title}\n{parts.body}".strip()
    return text.strip()


def _in(found: re.Match[str], hidden: list[Shield]) -> bool:
    return bool(hidden) and shielded(found.start(), hidden)


def _label_mark(found: re.Match[str]) -> _Mark:
    marks = (found["marks"] or found["han_marks"] or "").strip()
    label = article_number(found)
    newline = found.string.find("\n", found.end())
    line_end = len(found.string) if newline < 0 else newline
    words = f"{label} {heading_words(found.string[found.end() : line_end])}" if marks else label
    return _Mark(
        found.start(), line_end, ClauseKind.ARTICLE, len(marks) or _PLAIN, label, words.strip()
    )


def _headings(text: str, hidden: list[Shield], taken: set[int]) -> list[_Mark]:
    """Heading lines of all three forms that are no label lines, in order."""
    found = []
    for line in HEADING_LINE.finditer(text):
        if line.start() not in taken and not _in(line, hidden):
            level = len(line["marks"] or "") or _UNIT_LEVELS[line["unit"]]
            found.append(_heading_mark(line.start(), line.end(), level, line["words"]))
    lines = taken | {mark.start for mark in found}
    for rule in _UNDERLINE.finditer(text):
        above = setext_line(text, rule.start())
        if above is None or above in lines or _in(rule, hidden) or shielded(above, hidden):
            continue
        words = text[above : rule.start() - 1]
        found.append(_heading_mark(above, rule.end(), 1 if rule[1] else 2, words))
    return sorted(found)


def _heading_mark(start: int, line_end: int, level: int, words: str) -> _Mark:
    label = heading_words(words)
    return _Mark(start, line_end, ClauseKind.HEADING, level, label, label)


def setext_line(text: str, underline: int) -> int | None:
    """Start of the one line that an underline makes a heading, if it is a paragraph of its own."""
    if underline == 0:
        return None
    start = text.rfind("\n", 0, underline - 1) + 1
    words = text[start : underline - 1]
    if not words.strip() or ITEM_LINE.match(words) or _UNDERLINE.match(words):
        return None
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start] if start else ""
    opens = not above.strip() or HEADING_LINE.match(above) or _UNDERLINE.match(above)
    return start if opens else None


def _by_labels(text: str, marks: list[_Mark]) -> Iterator[_Slice]:
    """Rule (a): a heading is only itself; what follows it before the next mark is a lead."""
    above: list[tuple[int, str]] = []
    yield from _lead(text, 0, marks[0].start, above)
    for mark, following in zip(marks, [*(m.start for m in marks[1:]), len(text)], strict=True):
        yield _marked(mark, above)
        if mark.kind is ClauseKind.HEADING:
            yield from _lead(text, mark.line_end, following, above)


def _by_headings(text: str, marks: list[_Mark]) -> Iterator[_Slice]:
    """Rule (b): a heading carries its text up to the next one."""
    above: list[tuple[int, str]] = []
    yield from _lead(text, 0, marks[0].start, above)
    for mark in marks:
        yield _marked(mark, above)


def _marked(mark: _Mark, above: list[tuple[int, str]]) -> _Slice:
    """The slice that a mark begins; ``above`` becomes the headings over what follows it."""
    while above and above[-1][0] >= mark.level:
        above.pop()
    path = tuple(words for _, words in above)
    if mark.level < _PLAIN:
        above.append((mark.level, mark.words))
    return _Slice(mark.start, mark.kind, mark.label, path)


def _lead(text: str, start: int, end: int, above: list[tuple[int, str]]) -> Iterator[_Slice]:
    """One lead for what stands between two offsets, if it is more than blank lines."""
    words = start
    if start:
        newline = text.find("\n", start)
        blank = _BLANK_LINES.match(text, newline + 1) if 0 <= newline < end else None
        words = blank.end() if blank else end
    if words < end and text[words:end].strip():
        yield _Slice(words, ClauseKind.LEAD, "", tuple(heading for _, heading in above))


def _by_blocks(text: str, hidden: list[Shield]) -> Iterator[_Slice]:
    """Rule (c): each paragraph, list, table, fence is a block; items never begin one."""
    if not text.strip():
        yield _Slice(0, ClauseKind.LEAD, "", ())
        return
    ends = {shield.start: shield.end for shield in hidden}
    first, after_blank, in_list, open_until, offset = True, True, False, 0, 0
    for line in text.split("\n"):
        start, offset = offset, offset + len(line) + 1
        if start < open_until:
            continue
        if not line.strip():
            after_blank = True
            continue
        bullet = _BULLET.match(line) is not None
        begins = first or (after_blank and not _continues(line, bullet, in_list))
        if begins:
            yield _Slice(start, ClauseKind.BLOCK, "", ())
        in_list = bullet or (in_list and not begins)
        first = after_blank = False
        open_until = ends.get(start, 0)


def _continues(line: str, bullet: bool, in_list: bool) -> bool:
    """Whether a line behind a blank one belongs to the block before it."""
    if bullet:
        return in_list
    return ITEM_LINE.match(line) is not None or (in_list and line[:2].isspace())


def _outline(text: str, slices: list[_Slice]) -> Outline:
    """Clauses from their starts; blank lines above the first belong to it."""
    starts = [0, *(piece.start for piece in slices[1:]), len(text)]
    clauses = []
    for piece, start, end in zip(slices, starts, starts[1:], strict=False):
        words = text[start:end]
        digest = words_hash(piece.kind, words)
        clauses.append(Clause(piece.kind, piece.label, piece.path, start, end, words, digest))
    return tuple(clauses)
