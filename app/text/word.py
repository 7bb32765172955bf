"""A Word file as law Markdown, with what was found in it and what was not understood.

The only reader of .docx. Words are taken as a reader of the finished paper would see them: tracked
changes as if accepted, automatic numbers written out; all else that Word can hold is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from app.errors import RuleBroken
from app.messages import N_, Message
from app.text.canonical import MAX_TEXT_BYTES
from app.text.clauses import cut
from app.text.labels import label_key, spoken
from app.text.law_lines import Paragraph, from_lines, law_markdown, title_in
from app.text.outline import ClauseKind, Outline
from app.text.word_numbering import Numbering, numbering_of, value
from app.text.word_package import Package, W
from app.text.word_runs import Runs
from app.text.word_styles import Style, styles_of

MOST_CLAUSES = 5_000
MOST_JUMPS = 10
_PLAIN = re.compile(r"(?:第|art\. )([0-9]{1,6})(?:条|$)(?!之)")

_REMARKS = {
    "automatic": N_("Automatic numbers, written out: %(count)s. Please compare them."),
    "numbers": N_("Automatic numbers of a kind that is not understood, left out: %(count)s."),
    "tracked": N_("Tracked changes, read as if all were accepted: %(count)s."),
    "comments": N_("Comments in the margin, left out: %(count)s."),
    "tables": N_("Tables, taken over as tables: %(count)s."),
    "joined": N_("Tables with joined cells, whose cells may stand wrong: %(count)s."),
    "footnotes": N_("Footnotes, left out: %(count)s."),
    "boxes": N_("Text boxes, left out: %(count)s."),
    "images": N_("Pictures and drawings, left out: %(count)s."),
    "formulas": N_("Formulas, left out: %(count)s."),
    "symbols": N_("Signs of a special font, left out: %(count)s."),
    "fields": N_("Fields such as dates and cross-references, taken as plain words: %(count)s."),
    "contents": N_("A table of contents, left out."),
    "margins": N_("Words above or below the pages, left out."),
    "hidden": N_("Hidden words, left out: %(count)s."),
    "struck": N_("Words that are struck through, kept as plain words: %(count)s."),
    "raised": N_("Raised or lowered words, kept as plain words: %(count)s."),
}


@dataclass(frozen=True, slots=True)
class WordText:
    """Law Markdown, the name it gives itself ("" for none), its clauses, and remarks for people."""

    text: str
    title: str
    outline: Outline
    not_understood: tuple[Message, ...] = ()


def read_word(data: bytes) -> WordText:
    """The text of a .docx; raises RuleBroken (``file``) for one that cannot or must not be read."""
    package = Package(data)
    reading = _Reading(package)
    return _word_text(law_markdown(reading.paragraphs()), reading.remarks, "file")


def read_lines(text: str) -> WordText:
    """The same of a text that was pasted; each of its lines is a paragraph."""
    _ensure_size(len(text.encode("utf-8", "surrogatepass")), "text")
    return _word_text(law_markdown(from_lines(text)), Counter(), "text")


def _word_text(text: str, remarks: Counter[str], where: str) -> WordText:
    if not text.strip():
        raise RuleBroken(N_("There are no words in it."), field=where)
    _ensure_size(len(text.encode("utf-8", "surrogatepass")), where)
    outline = cut(text)
    if len(outline) > MOST_CLAUSES:
        raise RuleBroken(
            N_("The text has %(count)s articles and paragraphs; at most %(limit)s are possible."),
            field=where,
            count=len(outline),
            limit=MOST_CLAUSES,
        )
    said = tuple(
        Message(sentence, {"count": remarks[code]} if "%(count)s" in sentence else {})
        for code, sentence in _REMARKS.items()
        if remarks[code]
    )
    return WordText(text, title_in(text), outline, said + tuple(_jumps(outline)))


def _jumps(outline: Outline) -> Iterator[Message]:
    """Where the numbers of the articles do not follow one another; the first few."""
    keys = [(label_key(one.label), one.label) for one in outline if one.kind is ClauseKind.ARTICLE]
    numbered = [(int(found[1]), label) for key, label in keys if (found := _PLAIN.match(key))]
    jumps = [
        Message(
            N_("After %(before)s comes %(after)s."),
            {"before": spoken(before), "after": spoken(after)},
        )
        for (one, before), (two, after) in pairwise(numbered)
        if two != one + 1
    ]
    yield from jumps[:MOST_JUMPS]


def _ensure_size(size: int, where: str) -> None:
    if size > MAX_TEXT_BYTES:
        raise RuleBroken(
            N_("The text is too long: %(size)s bytes; at most %(limit)s are possible."),
            field=where,
            size=size,
            limit=MAX_TEXT_BYTES,
        )


@dataclass(slots=True)
class _Reading:
    """One file at work: its styles and lists, and what was met on the way."""

    package: Package
    remarks: Counter[str] = field(default_factory=Counter)
    _styles: dict[str, Style] = field(default_factory=dict)
    _numbering: Numbering = field(default_factory=Numbering)
    _size: int = 0
    _joined: str = ""  # words whose paragraph mark a tracked change took away

    def paragraphs(self) -> Iterator[Paragraph]:
        """All paragraphs in order."""
        self._styles = styles_of(self.package.root("word/styles.xml"))
        self._numbering = numbering_of(self.package.root("word/numbering.xml"))
        self._look_at_margins()
        runs = Runs(self.remarks)
        for block in self.package.blocks():
            yield from self._block(block, runs)
        if self._joined:
            yield Paragraph(self._joined)

    def _look_at_margins(self) -> None:
        for name in self.package.names:
            if name.startswith(("word/header", "word/footer")) and name.endswith(".xml"):
                root = self.package.root(name)
                if root is not None and any((t.text or "").strip() for t in root.iter(f"{W}t")):
                    self.remarks["margins"] = 1

    def _block(self, block: etree._Element, runs: Runs) -> Iterator[Paragraph]:
        if block.tag == f"{W}p":
            yield from self._paragraph(block, runs)
        elif block.tag == f"{W}tbl":
            yield from self._table(block, runs)
        elif block.tag == f"{W}sdt":
            if block.find(f"{W}sdtPr/{W}docPartObj") is not None:
                self.remarks["contents"] += 1
                return
            for child in block.iterfind(f"{W}sdtContent/*"):
                yield from self._block(child, runs)
        elif block.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml"):
            for child in block:
                yield from self._block(child, runs)

    def _paragraph(self, element: etree._Element, runs: Runs) -> Iterator[Paragraph]:
        properties = element.find(f"{W}pPr")
        style = self._styles.get(value(properties, "pStyle"), Style())
        words = runs.words(element)
        if style.is_contents:
            self.remarks["contents"] = 1
            return
        if properties is not None and properties.find(f"{W}rPr/{W}del") is not None:
            self._joined += words
            return
        words, self._joined = self._joined + words, ""
        self._grow(words)
        if words.strip():
            label = self._label(properties, style)
            yield from _lines(words, label, style, _level(properties, style))

    def _grow(self, words: str) -> None:
        """Stop reading where no text could become short enough any more."""
        self._size += len(words)
        _ensure_size(self._size, "file")

    def _label(self, properties: etree._Element | None, style: Style) -> str | None:
        """The automatic number: "" for a bullet, None for none."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        number = value(own, "numId") or style.number
        if not number or number == "0":
            return None
        depth = value(own, "ilvl") or style.depth or "0"
        label = self._numbering.next_label(number, int(depth) if depth.isdecimal() else 0)
        self.remarks["numbers" if label is None else "automatic"] += label != ""
        return label

    def _table(self, table: etree._Element, runs: Runs) -> Iterator[Paragraph]:
        rows = [row for row in table.iterfind(f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]
        cells = [list(row.iterfind(f"{W}tc")) for row in rows]
        if all(len(row) == 1 for row in cells):
            # A frame around paragraphs, not a table.
            for row in cells:
                for child in row[0]:
                    yield from self._block(child, runs)
            return
        self.remarks["tables"] += 1
        if _is_joined(table):
            self.remarks["joined"] += 1
        lines = [[self._cell(cell, runs) for cell in row] for row in cells]
        yield Paragraph(_markdown_table(lines), is_markdown=True)

    def _cell(self, cell: etree._Element, runs: Runs) -> str:
        said = [one.words for child in cell for one in self._block(child, runs)]
        return " ".join(" ".join(said).split())


def _level(properties: etree._Element | None, style: Style) -> int:
    """1 to 9 for a heading, 0 for plain words."""
    own = value(properties, "outlineLvl")
    if own.isdecimal():
        return int(own) + 1 if int(own) < 9 else 0
    return style.level


def _lines(words: str, label: str | None, style: Style, level: int) -> Iterator[Paragraph]:
    """The paragraph's lines, the number before the first; a soft line end makes a paragraph."""
    for place, line in enumerate(line for line in words.split("\n") if line.strip()):
        if place == 0 and label:
            blank = "" if label[-1] in "）)】〕、．" and not label.isascii() else " "
            line = label + blank + line.strip()
        is_bullet = label == "" and place == 0
        yield Paragraph(line, 0 if is_bullet else level, style.is_title, is_bullet)


def _is_joined(table: etree._Element) -> bool:
    return any(
        next(table.iter(f"{W}{name}"), None) is not None for name in ("gridSpan", "vMerge")
    ) or any(True for _nested in table.iterfind(f"{W}tr/{W}tc/{W}tbl"))


def _markdown_table(rows: list[list[str]]) -> str:
    width = max(map(len, rows))
    lines = [
        "| "
        + " | ".join(cell.replace("|", "\\|") for cell in row + [""] * (width - len(row)))
        + " |"
        for row in rows
    ]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])
