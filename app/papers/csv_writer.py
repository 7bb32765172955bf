"""Tables as CSV: UTF-8, comma, CRLF, first row the codes of the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

# A spreadsheet runs what begins so; the apostrophe makes it words (OWASP, CSV injection).
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """Write the table to ``path``, row by row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write_to(file, columns, rows)


def write_to(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    """The same into a file that is open for words, without translation of line ends."""
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(value) for value in row])


def harmless(value: str | int) -> str | int:
    """The cell so that no spreadsheet runs it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
