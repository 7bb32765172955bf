"""The lines of a text with and without their formatting marks.

Heading marks, underlines, emphasis around whole labels and backslashes before signs are taken
away line by line; tables, lists, links and fences stay as they are.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from app.text.blocks import shielded, shields
from app.text.clauses import setext_line
from app.text.labels import HEADING_LINE, LABEL_LINE

UNDERLINE = re.compile(r"^ {0,3}(?:=+|-{2,})[ \t]*$", re.MULTILINE)
_WHOLE = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+)(?<=\S)\1")
_ESCAPED = re.compile(r"\\([*_{}\[\]()>#+\-.!])")
_BARE = re.compile(r"(?<!\\)[*_{}\[\]()>#+\-.!]")
# In code, links and tags a backslash is no escape, or its loss would make another link.
_KEEPS_BACKSLASHES = re.compile(r"[`<]|\]\(|\\\\")
_ESCAPED_NUMBER = re.compile(r"([ \t]*[0-9]{1,9})\\([.)])")
_NUMBER = re.compile(r"([ \t]*[0-9]{1,9})([.)])(?=[ \t])")


class Mark(NamedTuple):
    """What stands before the words, right behind the label, and behind the words."""

    before: str
    inner: str
    after: str

    def around(self, words: str) -> str:
        """``words`` (one line) with these marks."""
        label = LABEL_LINE.match(words) if self.inner else None
        if label is None:
            return self.before.removesuffix(self.inner) + words + self.after
        end = label.end("han" if label["han"] else "latin")
        return self.before + words[:end] + self.inner + words[end:] + self.after


class Line(NamedTuple):
    """One line as stored (two with an underline), as shown, and how to get back."""

    raw: str
    shown: str
    mark: Mark | None = None

    def like(self, words: str) -> str:
        """Other ``words`` in the place of this line, with its marks and backslashes."""
        words = _with_backslashes(words, self.raw)
        return self.mark.around(words) if self.mark else words


def lines_of(text: str) -> list[Line]:
    """The lines of a text; their ``raw`` joined by line ends are the text, byte for byte."""
    headings, hidden = _headings(text), shields(text)
    rows = text.split("\n")
    lines: list[Line] = []
    offset, underline = 0, False
    for number, row in enumerate(rows):
        start, offset = offset, offset + len(row) + 1
        if underline:
            underline = False
        elif hidden and shielded(start, hidden):
            lines.append(Line(row, row))
        else:
            below = rows[number + 1] if number + 1 < len(rows) else ""
            line = _read(row, below) if start in headings else None
            lines.append(line or _without_backslashes(row))
            underline = "\n" in lines[-1].raw
    return lines


def _headings(text: str) -> set[int]:
    """Where lines begin that may be label lines or headings, the line above an underline too."""
    starts = {found.start() for form in (LABEL_LINE, HEADING_LINE) for found in form.finditer(text)}
    rules = (setext_line(text, rule.start()) for rule in UNDERLINE.finditer(text))
    return starts.union(start for start in rules if start is not None)


def _read(row: str, below: str) -> Line | None:
    """A label line or heading without its marks; None when nothing is to be taken away."""
    mark, words = _taken_apart(row)
    raw = row
    if not mark.before.strip().startswith("#") and UNDERLINE.fullmatch(below):
        raw, mark = f"{row}\n{below}", mark._replace(after=mark.after + "\n" + below)
    shown = _plain(words)
    line = Line(raw, shown, mark)
    is_sound = shown.strip() and not shown.startswith("#") and line.like(shown) == raw
    return line if is_sound and shown != raw else None


def _taken_apart(row: str) -> tuple[Mark, str]:
    label = LABEL_LINE.match(row)
    if label is None:
        return _heading_apart(row)
    name = "han" if label["han"] else "latin"
    inner = label["bold"] or label["strong"] or ""
    marks = label["marks"] or label["han_marks"] or ""
    end = _words_end(row) if marks else len(row)
    words = row[label.start(name) : label.end(name)] + row[label.end(name) + len(inner) : end]
    before = row[: label.start(name)] if marks or inner else ""
    return Mark(before, inner, row[end:]), words if before else row[:end]


def _heading_apart(row: str) -> tuple[Mark, str]:
    heading = HEADING_LINE.match(row)
    start = heading.start("words") if heading and heading["marks"] else 0
    end = max(start, _words_end(row)) if start else len(row)
    if whole := _WHOLE.fullmatch(row, start, end):
        start, end = whole.span(2)
    return Mark(row[:start], "", row[end:]), row[start:end]


def _words_end(row: str) -> int:
    """Where closing marks and the blanks before them begin; a search would be quadratic."""
    line = row.rstrip(" \t")
    words = line.rstrip("#")
    closes = words != line and words.endswith((" ", "\t"))
    return len(words.rstrip(" \t")) if closes else len(row)


def _plain(words: str) -> str:
    return words if _KEEPS_BACKSLASHES.search(words) else _ESCAPED.sub(r"\1", words)


def _without_backslashes(row: str) -> Line:
    return Line(row, _plain(row) if "\\" in row else row)


def _with_backslashes(words: str, raw: str) -> str:
    """``words`` with a backslash before each sign that ``raw`` has only so."""
    if "\\" not in raw or _KEEPS_BACKSLASHES.search(raw):
        return words
    number = _ESCAPED_NUMBER.match(raw)
    if number is not None:
        words, raw = _NUMBER.sub(r"\1\\\2", words, count=1), raw[number.end() :]
    signs = set(_ESCAPED.findall(raw)) - set(_BARE.findall(raw))
    return _BARE.sub(lambda sign: "\\" * (sign[0] in signs) + sign[0], words)


def is_marked(row: str) -> bool:
    """Whether a line has heading marks or emphasis that ``lines_of`` would take away."""
    mark, _ = _taken_apart(row)
    return bool(mark.before.strip())
