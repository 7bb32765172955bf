"""What a paper consists of, before anybody knows whether it becomes HTML, DOCX or PDF; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a run of words is set."""

    PLAIN = ""
    BOLD = "bold"
    INSERTED = "inserted"
    DELETED = "deleted"


class Style(StrEnum):
    """What a paragraph is; the writers know how it looks.

    ``title`` stands once. ``note`` is the 题注 and other centred lines under the title. ``body`` is
    a paragraph of a law: in Chinese its first line is indented by two characters. ``plain`` is not.
    """

    TITLE = "title"
    NOTE = "note"
    HEADING = "heading"
    BODY = "body"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words set alike."""

    text: str
    mark: Mark = Mark.PLAIN


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``level`` is the depth of a heading (1 to 4) or the indent of a paragraph (0 to 4).

    ``language`` is given where it is not the paper's own.
    """

    runs: tuple[Run, ...]
    style: Style = Style.PLAIN
    level: int = 0
    language: str = ""

    @property
    def text(self) -> str:
        """Its words without how they are set."""
        return "".join(run.text for run in self.runs)


Cell = tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; a single cell goes across all columns."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` may be a generator over 100,000 of them: it is read once. ``widths`` in percent.

    ``holds_sentences``: on a phone each of its rows becomes a card.
    """

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Iterable[Row]
    holds_sentences: bool = False


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to be written once, because tables are read once.

    ``language`` is that of its own words (zh-Hans, en), ``author`` the office, for the properties
    of the file; ``is_wide`` lays the page on its side.
    """

    title: str
    language: str
    author: str
    blocks: Iterable[Block]
    is_wide: bool = False


def words(text: str, style: Style = Style.PLAIN, level: int = 0, language: str = "") -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph((Run(text),), style, level, language)


def cell(text: str, language: str = "") -> Cell:
    """A cell of plain words, a paragraph for each line; no words, no paragraph."""
    return tuple(words(line, language=language) for line in text.split("\n")) if text else ()
