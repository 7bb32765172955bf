"""The answers as a spreadsheet: written row by row, read back with every guard a stranger's file needs.

The one file that knows openpyxl. A hidden first row names the columns by codes that never change;
the second names them for people.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.errors import RuleBroken
from app.messages import N_

# openpyxl loads numpy where it finds it and needs none of it: 40 ms and 20 MB for every process of
# the web server. So it does not find it.
_hidden = sys.modules.setdefault("numpy", None) is None  # type: ignore[arg-type]
try:
    from openpyxl import Workbook, load_workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
finally:
    if _hidden:
        del sys.modules["numpy"]

CODES = (
    "number",
    "part",
    "kind",
    "article",
    "words",
    "change",
    "same",
    "state",
    "outcome",
    "reason",
    "reference",
    "revision",
    "clauses",
    "seen",
)
READ = ("number", "part", "outcome", "reason", "reference", "revision", "clauses", "seen")
MOST_ROWS = 200_000
MOST_UNPACKED = 400 * 1024 * 1024
MOST_STRINGS = 120 * 1024 * 1024  # the shared strings are the one part that is read as a whole
MOST_PARTS = 500
# A spreadsheet takes words that begin so for a formula or an error; the apostrophe makes them words.
_RUN = ("=", "+", "-", "@", "#", "\t", "\r")
_MOST_CELL = 32_000  # characters; the format takes 32,767
_WIDTHS = {"words": 50, "change": 50, "reason": 50, "outcome": 18, "reference": 28, "clauses": 20}
_LONG = frozenset({"words", "change", "reason"})
_ROWS_SEARCHED = 10  # for the codes, where somebody put rows above them
_MOST_COLUMNS = 60

Cell = str | int | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of an uploaded table: its ``line`` as the program shows it, the columns in ``READ`` as
    words, and the codes of those that hold ``formulas``."""

    line: int
    values: dict[str, str]
    formulas: tuple[str, ...] = ()


def write_sheet(
    file: IO[bytes],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str,
    heads: Sequence[str],
    outcomes: Sequence[str],
) -> None:
    """Write ``rows`` (cells in the order of ``CODES``) below ``heads``, each with the drop-down list
    of ``outcomes``; holds one row at a time in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B3"
    sheet.row_dimensions[1].hidden = True
    for place, code in enumerate(CODES, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _WIDTHS.get(code, 11)
        sheet.column_dimensions[letter].hidden = code == "seen"
    sheet.append(CODES)
    sheet.append([_styled(sheet, head, font=Font(bold=True)) for head in heads])
    wrapped = _styled(sheet, "", alignment=Alignment(wrap_text=True, vertical="top"))
    for row in rows:
        sheet.append(
            [
                _wrapped(sheet, wrapped, value) if code in _LONG else _plain(value)
                for code, value in zip(CODES, row, strict=True)
            ]
        )
    sheet.data_validations.append(_choices(outcomes))
    book.save(file)


def read_sheet(path: Path) -> Iterator[SheetRow]:
    """The rows below the codes that hold anything; RuleBroken (file) for what is no such table."""
    _ensure_harmless(path)
    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # whatever a damaged file makes the library raise
        raise _unreadable() from error
    try:
        yield from _rows(book.worksheets[0])
    except RuleBroken:
        raise
    except Exception as error:
        raise _unreadable() from error
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[SheetRow]:
    sheet.reset_dimensions()  # what a file claims of its size is its own affair
    columns: dict[str, int] = {}
    heads = 0
    rows = sheet.iter_rows(max_col=_MOST_COLUMNS)
    for line, cells in enumerate(rows, start=1):
        if not columns:
            columns, heads = _columns(cells), line + 1
            if not columns and line >= _ROWS_SEARCHED:
                break
            continue
        if line > MOST_ROWS:
            raise RuleBroken(
                N_("The table has more than %(limit)s rows."), field="file", limit=MOST_ROWS
            )
        row = _row(line, cells, columns)
        if line == heads and not row.values["number"].isdecimal():
            continue
        if row.values["number"] or row.values["outcome"] or row.values["reason"]:
            yield row
    if not columns:
        raise RuleBroken(
            N_("This is not the table from this page: the hidden row with its columns is missing."),
            field="file",
        )


def _columns(cells: Sequence[Any]) -> dict[str, int]:
    """Where each code stands, if these are the codes; columns may have been moved."""
    places = {_words(cell.value): place for place, cell in enumerate(cells)}
    found = {code: places[code] for code in READ if code in places}
    return found if {"number", "outcome", "reason"} <= found.keys() else {}


def _row(line: int, cells: Sequence[Any], columns: dict[str, int]) -> SheetRow:
    values = dict.fromkeys(READ, "")
    formulas = []
    for code, place in columns.items():
        cell = cells[place] if place < len(cells) else None
        if cell is None or cell.value is None:
            continue
        if cell.data_type == "f":
            formulas.append(code)
        else:
            values[code] = _words(cell.value)
    return SheetRow(line, values, tuple(formulas))


def _words(value: object) -> str:
    """A cell as words: 14.0 is 14, and the apostrophe that kept words from running is gone."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = "" if value is None else str(value).replace("\r\n", "\n").strip()
    return words[1:] if words[:1] == "'" and words[1:2] in _RUN else words


def _plain(value: Cell) -> Cell:
    if not isinstance(value, str):
        return value
    words = f"'{value}" if value.startswith(_RUN) else value
    return words if len(words) <= _MOST_CELL else words[: _MOST_CELL - 1] + "…"


def _styled(sheet: Any, value: Cell, **style: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    for name, setting in style.items():
        setattr(cell, name, setting)
    return cell


def _wrapped(sheet: Any, like: Any, value: Cell) -> Any:
    """A cell of long words; making a style anew for each costs more than all the rest."""
    cell = WriteOnlyCell(sheet, value=_plain(value))
    cell._style = like._style
    return cell


def _choices(outcomes: Sequence[str]) -> DataValidation:
    listed = DataValidation(type="list", formula1=f'"{",".join(outcomes)}"', allow_blank=True)
    letter = get_column_letter(CODES.index("outcome") + 1)
    listed.add(f"{letter}3:{letter}{MOST_ROWS}")
    return listed


def _ensure_harmless(path: Path) -> None:
    """Refuse what would unpack into more than a table can be, and XML that defines entities."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            is_large = (
                len(parts) > MOST_PARTS
                or sum(part.file_size for part in parts) > MOST_UNPACKED
                or any(
                    part.file_size > MOST_STRINGS
                    for part in parts
                    if part.filename.endswith("sharedStrings.xml")
                )
            )
            if is_large:
                raise RuleBroken(
                    N_("The table is too large. Please upload it in parts."), field="file"
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _ensure_plain(package, part)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _unreadable() from error


def _ensure_plain(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with package.open(part) as file:
        beginning = file.read(2000)
    # Entities are declared before the first element; UTF-16 could hide the declaration.
    if b"<!" in beginning.split(b"<worksheet")[0].replace(b"<!--", b"") or b"\x00" in beginning:
        raise _unreadable()


def _unreadable() -> RuleBroken:
    return RuleBroken(
        N_("This file cannot be read. Please save the table as .xlsx and choose it again."),
        field="file",
    )
