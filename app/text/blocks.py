"""Where fences, tables and HTML blocks stand: lines inside them begin no clause.

One pass from top to bottom; an opening that is never closed hides nothing, so a stray
fence cannot swallow the articles below it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_TAGS = (
    "address|article|aside|blockquote|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption"
    "|figure|footer|form|frameset|h[1-6]|header|iframe|li|main|menu|nav|ol|p|pre|script|section"
    "|style|summary|table|tbody|td|textarea|tfoot|th|thead|tr|ul"
)
_OPENER = re.compile(
    rf"^ {{0,3}}(?:(?P<ticks>`{{3,}})[^`\n]*$|(?P<tildes>~{{3,}})[^\n]*$"
    rf"|(?P<comment><!--)|(?P<html><(?:{_TAGS})(?=[\s>/]))"
    rf"|(?P<table>(?=[^\n]*\|)\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$))",
    re.MULTILINE | re.IGNORECASE,
)
_CLOSER = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_TAG = re.compile(rf"<(/?)({_TAGS})(?=[\s>/])", re.IGNORECASE)
_ROW = re.compile(r"[^\n|]*\|[^\n]*(?:\n|\Z)")
_BLANK_LINE = re.compile(r"\n[^\S\n]*(?=\n|\Z)")


class Shield(NamedTuple):
    """A stretch of whole lines, ``text[start:end]``: ``fence``, ``table`` or ``html``."""

    start: int
    end: int
    kind: str


class _Closers:
    """Finds what closes an opening, each kind of search at most once over the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._fences: list[re.Match[str]] | None = None
        self._longest_below: dict[str, list[int]] = {}
        self._tags: dict[int, int] | None = None
        self._no_comment_end = False

    def fence(self, run: str, after: int) -> int | None:
        """End of the line that closes a fence opened by ``run`` at ``after``."""
        if self._fences is None:
            self._fences = list(_CLOSER.finditer(self.text))
            self._longest_below = {mark: _longest_below(self._fences, mark) for mark in "`~"}
        place = bisect_right(self._fences, after, key=lambda found: found.start())
        if self._longest_below[run[0]][place] < len(run):
            return None
        while not self._fences[place][1].startswith(run):
            place += 1
        return self.line_end(self._fences[place].end())

    def comment(self, after: int) -> int | None:
        """End of the line that holds the next ``-->``."""
        end = -1 if self._no_comment_end else self.text.find("-->", after)
        self._no_comment_end = end < 0
        return None if end < 0 else self.line_end(end)

    def html(self, opened: int) -> int:
        """End of the block opened at ``opened``: its closing tag, else the next blank line."""
        if self._tags is None:
            self._tags = _partners(self.text)
        closed = self._tags.get(opened)
        if closed is not None:
            return self.line_end(closed)
        blank = _BLANK_LINE.search(self.text, opened)
        return blank.start() + 1 if blank else len(self.text)

    def rows(self, delimiter: re.Match[str]) -> int:
        """End of the last row below a table's delimiter row."""
        end = self.line_end(delimiter.end())
        while row := _ROW.match(self.text, end):
            end = row.end()
        return end

    def line_end(self, offset: int) -> int:
        """Offset just behind the line that ``offset`` stands in."""
        newline = self.text.find("\n", offset)
        return len(self.text) if newline < 0 else newline + 1


def shields(text: str) -> list[Shield]:
    """The fences, tables and HTML blocks of a text, in order, never overlapping."""
    return list(_shields(text))


def _shields(text: str) -> Iterator[Shield]:
    closers, free_from = _Closers(text), 0
    for opener in _OPENER.finditer(text):
        if opener.start() < free_from:
            continue
        found = _shield(text, opener, closers, free_from)
        if found is not None:
            yield found
            free_from = found.end


def _shield(text: str, opener: re.Match[str], closers: _Closers, free_from: int) -> Shield | None:
    start = opener.start()
    run = opener["ticks"] or opener["tildes"]
    if run:
        end = closers.fence(run, start)
        return None if end is None else Shield(start, end, "fence")
    if opener["comment"]:
        end = closers.comment(start)
        return None if end is None else Shield(start, end, "html")
    if opener["html"]:
        return Shield(start, closers.html(opener.start("html")), "html")
    header = text.rfind("\n", 0, max(start - 1, 0)) + 1
    if start == 0 or header < free_from or "|" not in text[header:start]:
        return None
    return Shield(header, closers.rows(opener), "table")


def _longest_below(fences: list[re.Match[str]], mark: str) -> list[int]:
    """For each closing line the longest run of ``mark`` from there down, and 0 below the last."""
    longest = [0]
    for found in reversed(fences):
        length = len(found[1]) if found[1][0] == mark else 0
        longest.append(max(longest[-1], length))
    return longest[::-1]


def _partners(text: str) -> dict[int, int]:
    """Offset of each opening block tag to the offset of the tag that closes it."""
    waiting: dict[str, list[int]] = {}
    partners: dict[int, int] = {}
    for tag in _TAG.finditer(text):
        opened = waiting.setdefault(tag[2].lower(), [])
        if not tag[1]:
            opened.append(tag.start())
        elif opened:
            partners[opened.pop()] = tag.start()
    return partners


def shielded(offset: int, among: list[Shield]) -> bool:
    """Whether an offset stands inside one of the stretches of ``shields()``."""
    before = bisect_right(among, offset, key=lambda shield: shield.start) - 1
    return before >= 0 and offset < among[before].end
