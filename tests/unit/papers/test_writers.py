"""The writers: tables as CSV and DOCX, and how a long document is cut for the PDF."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx

from app.papers import csv_writer, docx_writer
from app.papers.blocks import Document, Mark, Paragraph, Row, Run, Style, Table, cell, words
from app.papers.pdf_writer import portions


def _document(*blocks: Paragraph | Table) -> Document:
    return Document("Title", "en", "Office", blocks)


def test_a_cell_that_a_spreadsheet_would_run_becomes_words(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    csv_writer.write(path, ("a", "b"), [("=1+1", "two\nlines"), ("@x", 5), ("plain", "-3")])
    assert path.read_bytes() == b"a,b\r\n'=1+1,\"two\nlines\"\r\n'@x,5\r\nplain,'-3\r\n"


def test_a_docx_takes_every_character(tmp_path: Path) -> None:
    path = tmp_path / "odd.docx"
    odd = 'a < b & "c" \x0b \ud800 \u202e end'
    docx_writer.write(_document(words(odd), words("two\nlines")), path)
    paragraphs = docx.Document(str(path)).paragraphs
    assert paragraphs[0].text == 'a < b & "c" \ufffd \ufffd \u202e end'
    assert paragraphs[1].text == "two\nlines"


def test_marks_are_set_as_underline_and_strike(tmp_path: Path) -> None:
    path = tmp_path / "marks.docx"
    runs = (Run("old", Mark.DELETED), Run("new", Mark.INSERTED), Run("stays"))
    table = Table(("a", "b"), (50, 50), [Row((cell("x"), (Paragraph(runs),)))])
    docx_writer.write(_document(table), path)
    found = docx.Document(str(path)).tables[0].rows[1].cells[1].paragraphs[0].runs
    assert [(run.text, run.font.strike, run.font.underline) for run in found] == [
        ("old", True, None),
        ("new", None, True),
        ("stays", None, None),
    ]


def test_a_cell_goes_across_and_the_head_is_repeated(tmp_path: Path) -> None:
    path = tmp_path / "across.docx"
    table = Table(("a", "b"), (50, 50), [Row((cell("all of it"),)), Row((cell("1"), cell("2")))])
    docx_writer.write(_document(table), path)
    rows = docx.Document(str(path)).tables[0].rows
    assert [[one.text for one in row.cells] for row in rows] == [
        ["a", "b"],
        ["all of it", "all of it"],
        ["1", "2"],
    ]
    assert "<w:tblHeader/>" in zipfile.ZipFile(path).read("word/document.xml").decode()


def test_a_table_is_read_once_and_in_turn(tmp_path: Path) -> None:
    taken = []

    def rows() -> object:
        for number in range(1200):
            taken.append(number)
            yield Row((cell(str(number)),))

    path = tmp_path / "long.docx"
    docx_writer.write(_document(Table(("n",), (100,), rows())), path)  # type: ignore[arg-type]
    body = zipfile.ZipFile(io.BytesIO(path.read_bytes())).read("word/document.xml").decode()
    assert taken == list(range(1200))
    assert body.count("<w:tr>") == 1201


def test_a_short_document_is_one_portion() -> None:
    (one,) = portions(_document(words("a"), words("b")), most=100)
    assert list(one.blocks) == [words("a"), words("b")]


def test_a_long_table_is_cut_between_rows_and_loses_none() -> None:
    rows = [Row((cell(f"row {number:03d}"),)) for number in range(50)]
    cut = list(portions(_document(words("head"), Table(("n",), (100,), rows)), most=500))
    assert len(cut) > 3
    tables = [block for part in cut for block in part.blocks if isinstance(block, Table)]
    assert [row for table in tables for row in table.rows] == rows
    assert {table.heads for table in tables} == {("n",)}


def test_a_chapter_near_the_end_begins_the_next_portion() -> None:
    blocks = (words("x" * 85), words("Chapter 2", Style.HEADING, 2), words("y"))
    first, second = portions(_document(*blocks), most=100)
    assert [block.text for block in first.blocks] == ["x" * 85]  # type: ignore[union-attr]
    assert [block.text for block in second.blocks] == ["Chapter 2", "y"]  # type: ignore[union-attr]


def test_two_tables_of_one_kind_stay_two() -> None:
    first = Table(("n",), (100,), [Row((cell("1"),))])
    second = Table(("n",), (100,), [Row((cell("2"),))])
    (one,) = portions(_document(first, second), most=1000)
    assert len([block for block in one.blocks if isinstance(block, Table)]) == 2
