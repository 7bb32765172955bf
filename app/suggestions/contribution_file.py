"""Read a table of contributions that came elsewhere: one row one contribution, every mistake named.

The columns are those of ``interface.md`` §6. Sentences are for operators and stay English.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from app.access.actor import Role
from app.suggestions.channels import Channel, channel_of
from app.text.canonical import TextRefused, check_line

COLUMNS = ("number", "date", "channel", "author", "role", "clause", "kind", "text", "reason")
NEEDED = ("date", "channel", "text")
OPTIONAL = ("policy", "show_name")
KINDS = {
    "": "comment",
    "comment": "comment",
    "意见": "comment",
    "question": "question",
    "提问": "question",
    "objection": "objection",
    "反对意见": "objection",
    "suggestion": "suggestion",
    "修改建议": "suggestion",
    "removal": "removal",
    "删去": "removal",
}
LINES = {"number": 60, "author": 120, "role": 120, "clause": 200}  # one line each, characters
LONGEST_FIELD = 200_000  # characters; more is a quotation mark that was never closed
_ROLES = {"": Role.RESIDENT, "居民": Role.RESIDENT, "志愿者": Role.VOLUNTEER}
_OFFICE = {Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, "工作人员", "监察人员", "系统管理员"}
_YES, _NO = {"yes", "true", "1", "是"}, {"", "no", "false", "0", "否"}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")


class FileRefused(ValueError):
    """The file as a whole cannot be read; the sentence says why."""


class RowRefused(ValueError):
    """One row cannot be taken in: its ``line`` in the file, the column and a sentence."""

    def __init__(self, line: int, column: str, sentence: str) -> None:
        super().__init__(f"row {line}, {column}: {sentence}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file, its codes read and its words as they stand there.

    ``line`` counts from 1 with the head of the table. ``kind`` is a kind of contribution or
    removal; ``speaks_for`` what the column role says beyond our roles. ``sender`` and ``said``
    are digests: of who sent it under which number, and of the words.
    """

    line: int
    number: str
    received_on: date
    channel: Channel
    author: str
    role: Role
    speaks_for: str
    clause: str
    kind: str
    text: str
    reason: str
    policy: str
    shows_name: bool
    sender: str
    said: str


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, io.TextIOWrapper]]:
    """The file's bytes (for progress) and its text, whichever encoding it is in; FileRefused."""
    try:
        with path.open("rb") as raw:
            encoding = _encoding_of(raw)
            raw.seek(0)
            yield raw, io.TextIOWrapper(raw, encoding, newline="")
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}.") from error


def _encoding_of(raw: BinaryIO) -> str:
    head = raw.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        raw.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while portion := raw.read(1 << 20):
                decoder.decode(portion)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise FileRefused("The file is neither UTF-8 nor GB18030; please save it as UTF-8.")


def read_rows(file: io.TextIOWrapper, today: date) -> Iterator[Row | RowRefused]:
    """Every row that holds anything, in order, or why it cannot be taken in; raises FileRefused."""
    csv.field_size_limit(LONGEST_FIELD)
    first = file.readline()
    names = next(csv.reader([first], delimiter=_delimiter(first)), [])
    columns = [name.strip().casefold() for name in names]
    _ensure_columns(columns)
    seen: Counter[str] = Counter()
    reader = csv.reader(file, delimiter=_delimiter(first))
    while True:
        line = reader.line_num + 2  # where the row begins, behind the head
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RowRefused(line, "row", f"it cannot be read ({error}).")
            continue
        if any(value.strip() for value in values):
            yield _row(line, columns, values, today, seen)


def list_unused(path: Path) -> list[str]:
    """The columns of the file that mean nothing here."""
    with opened(path) as (_, file):
        first = file.readline()
        names = next(csv.reader([first], delimiter=_delimiter(first)), [])
    return [name for name in names if name.strip().casefold() not in {*COLUMNS, *OPTIONAL, ""}]


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)


def _ensure_columns(columns: list[str]) -> None:
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise FileRefused(
            f"The first row must name the columns; missing: {', '.join(missing)}."
            f" A table has {', '.join(COLUMNS)}."
        )
    twice = [name for name, count in Counter(columns).items() if name and count > 1]
    if twice:
        raise FileRefused(f"The column {twice[0]} stands twice in the first row.")


def _row(
    line: int, columns: list[str], values: list[str], today: date, seen: Counter[str]
) -> Row | RowRefused:
    if len(values) > len(columns) and any(value.strip() for value in values[len(columns) :]):
        return RowRefused(line, "row", f"it has {len(values)} fields, the head {len(columns)}.")
    field = {name: value.strip() for name, value in zip(columns, values, strict=False)}
    try:
        for name, most in LINES.items():
            field[name] = _one_line(line, name, field.get(name, ""), most)
        return _read(
            line, {name: field.get(name, "") for name in (*COLUMNS, *OPTIONAL)}, today, seen
        )
    except RowRefused as refusal:
        return refusal


def _read(line: int, field: dict[str, str], today: date, seen: Counter[str]) -> Row:
    role, speaks_for = _role(line, field["role"])
    received_on = _date(line, field["date"], today)
    channel = channel_of(field["channel"])
    if channel is None:
        raise RowRefused(line, "channel", f"please use one of {', '.join(Channel)}.")
    kind = KINDS.get(field["kind"].casefold())
    if kind is None:
        kinds = ", ".join(name for name in KINDS if name.isascii() and name)
        raise RowRefused(line, "kind", f"please use one of {kinds}.")
    if not field["text"] and kind != "removal":
        raise RowRefused(line, "text", "there are no words.")
    shows_name = field["show_name"].casefold()
    if shows_name not in _YES | _NO:
        raise RowRefused(line, "show_name", "please write yes or no.")
    said = _digest(field["clause"], kind, field["text"], field["reason"])
    sender = [received_on.isoformat(), channel, field["author"], field["number"]]
    if not field["number"]:
        seen[said] += 1
        sender += [said, str(seen[said])]
    return Row(
        line=line,
        number=field["number"],
        received_on=received_on,
        channel=channel,
        author=field["author"],
        role=role,
        speaks_for=speaks_for,
        clause=field["clause"],
        kind=kind,
        text=field["text"],
        reason=field["reason"],
        policy=field["policy"],
        shows_name=shows_name in _YES and bool(field["author"]),
        sender=_digest(*sender),
        said=said,
    )


def _one_line(line: int, column: str, words: str, most: int) -> str:
    try:
        return check_line(" ".join(words.split()), most)
    except TextRefused as refusal:
        raise RowRefused(line, column, str(refusal.message)) from refusal


def _role(line: int, word: str) -> tuple[Role, str]:
    """Our role, and the words of the column where they say something else."""
    plain = word.casefold()
    if plain in _OFFICE:
        raise RowRefused(line, "role", "a file gives nobody an office; use resident or volunteer.")
    if plain in (Role.RESIDENT, Role.VOLUNTEER):
        return Role(plain), ""
    return _ROLES.get(word, Role.RESIDENT), "" if word in _ROLES else word


def _date(line: int, word: str, today: date) -> date:
    found = _DATE.fullmatch(word)
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        raise RowRefused(line, "date", f'"{word}" is no day; please write 2026-03-01.')
    if day > today:
        raise RowRefused(line, "date", f"{day.isoformat()} has not come yet.")
    return day


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:28]
