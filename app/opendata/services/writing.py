"""Rows to files: JSON lines and CSV, each with its count and its hash for the manifest."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from app.papers.csv_writer import harmless

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the package: how many rows, and the SHA-256 of its bytes (hex)."""

    name: str
    rows: int
    sha256: str


def write_rows(folder: Path, name: str, rows: Iterable[Row]) -> Written:
    """Write ``rows`` to ``folder/name``, as CSV or JSON lines by the name's ending.

    All rows of a CSV have the fields of the first; an empty one is an empty file. The file appears
    under its name when it is whole.
    """
    write = _csv if name.endswith(".csv") else _jsonl
    unfinished = folder / f".{name}.part"
    with unfinished.open("wb") as file:
        hashed = _Hashed(file)
        count = write(hashed, rows)
    unfinished.replace(folder / name)
    return Written(name, count, hashed.hexdigest())


def write_object(folder: Path, name: str, content: Mapping[str, Any]) -> Written:
    """Write one JSON object to ``folder/name`` in the same way; its rows are its members."""
    unfinished = folder / f".{name}.part"
    with unfinished.open("wb") as file:
        hashed = _Hashed(file)
        hashed.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    unfinished.replace(folder / name)
    return Written(name, len(content), hashed.hexdigest())


class _Hashed:
    """Writes text and remembers the hash of all that was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def write(self, words: str) -> None:
        data = words.encode()
        self._file.write(data)
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _jsonl(file: _Hashed, rows: Iterable[Row]) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


def _csv(file: _Hashed, rows: Iterable[Row]) -> int:
    count = 0
    for row in rows:
        if not count:
            file.write(_line(row.keys()))
        file.write(_line(harmless(value) for value in row.values()))
        count += 1
    return count


def _line(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
