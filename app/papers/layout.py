"""A text in official form: 编章节 as headings, 条 with bold label, 款 and 项 as paragraphs; pure.

No mark of Markdown is left. The words and the numbers stand as they were written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from app.papers.blocks import Block, Mark, Paragraph, Row, Run, Style, Table, cell, words
from app.text.as_read import as_read
from app.text.blocks import shields
from app.text.labels import ITEM_LINE, heading_parts, label_key, own_number_end
from app.text.outline import Clause, ClauseKind, Outline

DEEPEST = 4
_UNITS = (("编", 1), ("編", 1), ("章", 2), ("节", 3), ("節", 3))
_HAN_HEADING = re.compile(r"第[^第章节節编編]{1,12}(?:分?([编編])|([章节節]))")
_MARKS = re.compile(r" {0,3}(#{1,6})")
_HAN_LINE_END = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]$")
_BULLET = re.compile(r"^[-*+>]\s+")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>|<!--.*?-->", re.DOTALL)
_HISTORY = re.compile(
    r"[（(]?\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日.*(?:通过|公布|发布|批准|修正|修订|施行)[^。]{0,20}[）)]?"
)


def laid_out(outline: Outline, title: str) -> Iterator[Block]:
    """The blocks of a text below its title, which the paper itself prints.

    What stands above the first article and says when and by whom the text was passed is set as
    its 题注 (Legislation Law, article 65).
    """
    is_above = True
    for clause in outline:
        if clause.kind is ClauseKind.ARTICLE:
            is_above = False
        for block in _blocks(clause, title):
            if isinstance(block, Paragraph) and is_above and is_history(block.text):
                yield words(block.text, Style.NOTE)
            else:
                yield block


def has_history(outline: Outline) -> bool:
    """Whether the text itself says above its first article when it was passed."""
    for clause in outline:
        if clause.kind is ClauseKind.ARTICLE:
            return False
        if any(is_history(line.strip()) for line in as_read(clause.text).split("\n")):
            return True
    return False


def is_history(line: str) -> bool:
    """Whether a line is a 题注: a day, a body, and that it was passed, published or amended."""
    return bool(_HISTORY.fullmatch(line))


def plain(text: str) -> str:
    """Words of one paragraph without emphasis, links, code marks and tags."""
    text = _LINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _CODE.sub(r"\1", _EMPHASIS.sub(r"\1", text))
    return html.unescape(_TAG.sub("", text)).strip()


def _blocks(clause: Clause, title: str) -> Iterator[Block]:
    if clause.kind is ClauseKind.HEADING:
        yield from _heading(clause, title)
    elif clause.kind is ClauseKind.ARTICLE:
        yield from _article(clause)
    else:
        yield from _body(clause.text)


def _heading(clause: Clause, title: str) -> Iterator[Block]:
    found = heading_parts(clause.text)
    name = plain(found.label)
    if name and label_key(name) != label_key(title):
        yield words(name, Style.HEADING, _level(clause, name))
    yield from _body(found.body)


def _level(clause: Clause, name: str) -> int:
    """编 1, 章 2, 节 3; other headings by their marks, a second one the highest."""
    found = _HAN_HEADING.match(name)
    if found:
        return dict(_UNITS)[found[1] or found[2]]
    marks = _MARKS.match(clause.text.lstrip("\n"))
    return min(DEEPEST, max(1, len(marks[1]) - 1)) if marks else 2


def _article(clause: Clause) -> Iterator[Block]:
    """The label bold; what stands on its line goes on behind it, or is its caption."""
    text = clause.text
    rest = text[own_number_end(text) :]
    first, _, below = rest.partition("\n")
    label = clause.label
    gap = "\u3000" if label.startswith("第") else " "
    if first.strip() and _is_caption(clause, first, below):
        yield Paragraph((Run(f"{label}{gap}{plain(first)}", Mark.BOLD),), Style.BODY)
        yield from _body(below)
        return
    paragraphs = list(_body(rest))
    if paragraphs and isinstance(paragraphs[0], Paragraph):
        opening = paragraphs.pop(0)
        assert isinstance(opening, Paragraph)
        yield Paragraph((Run(label, Mark.BOLD), Run(gap + opening.text)), Style.BODY)
    else:
        yield Paragraph((Run(label, Mark.BOLD),), Style.BODY)
    yield from paragraphs


def _is_caption(clause: Clause, first: str, below: str) -> bool:
    """A heading line in the source (### § 5 Title) is the caption of its article."""
    return bool(below.strip()) and clause.text.lstrip("\n ").startswith("#")


def _body(text: str) -> Iterator[Block]:
    """Paragraphs and tables of a stretch of text."""
    place = 0
    for shield in shields(text):
        yield from _paragraphs(text[place : shield.start])
        inside = text[shield.start : shield.end]
        if shield.kind == "table":
            yield _table(inside)
        else:
            yield from _raw(inside, is_fence=shield.kind == "fence")
        place = shield.end
    yield from _paragraphs(text[place:])


def _raw(text: str, *, is_fence: bool) -> Iterator[Block]:
    lines = text.strip("\n").split("\n")
    for line in lines[1:-1] if is_fence else lines:
        shown = line if is_fence else plain(line)
        if shown.strip():
            yield words(shown.rstrip(), Style.PLAIN)


def _paragraphs(text: str) -> Iterator[Block]:
    for part in re.split(r"\n[ \t]*\n", as_read(text)):
        lines: list[str] = []
        for line in part.split("\n"):
            if not line.strip():
                continue
            if lines and not _is_meant(lines[-1], line):
                lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
            else:
                lines.append(line)
        for line in lines:
            depth = (len(line) - len(line.lstrip(" "))) // 4
            shown = plain(_BULLET.sub("• ", line.strip(" \t\u3000")))
            if shown and set(shown) - set("-*_ "):
                yield words(shown, Style.BODY, min(DEEPEST, depth))


def _is_meant(above: str, below: str) -> bool:
    """A line end is a blank in English; between Han lines, and before an item, it is meant."""
    return bool(_HAN_LINE_END.search(above.rstrip()) or ITEM_LINE.match(below))


def _table(text: str) -> Table:
    lines = [_cells(line) for line in text.strip("\n").split("\n")]
    heads, rows = lines[0], lines[2:]
    columns = max(len(heads), 1)
    full = [tuple((row + [""] * columns)[:columns]) for row in rows]
    return Table(
        tuple(heads),
        (100 // columns,) * columns,
        [Row(tuple(cell(words) for words in row)) for row in full],
    )


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [plain(part.replace("\\|", "|")) for part in re.split(r"(?<!\\)\|", inner)]
