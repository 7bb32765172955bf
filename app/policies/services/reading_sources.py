"""Read policy files from disk into what an import needs: checked, canonical, one Source a policy.

A history ends before its first damaged file: the versions after it would stand under wrong
numbers, and once the file is mended the same import goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import clock
from app.errors import RuleBroken
from app.messages import Message
from app.policies.services.reading_headers import (
    Header,
    RevisionWords,
    header_of,
    notes_of,
    words_of,
)
from app.text.archive import text_hash
from app.text.canonical import Place, TextRefused, canonical
from app.text.history import (
    HistoryFile,
    Origins,
    manifest_rows,
    read_file,
    read_history,
    revision_files,
)
from app.text.policyfile import Note, PolicyFile, PolicyFileError, with_defaults

_REFUSALS = (PolicyFileError, TextRefused, RuleBroken)
_SHOWN_PLACES = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision to be: its file's name, text and words, and what its row keeps as ``front``."""

    name: str
    text: str
    sha256: bytes
    saved_at: datetime
    words: RevisionWords
    ids: Mapping[int, str]
    origins: Mapping[str, Origins]
    front: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was not taken in, and why."""

    path: Path
    message: Message


class Unreadable(Exception):
    """Nothing of a file or history can be taken in; ``problem`` names the file and the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.path}: {problem.message}")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Source:
    """One policy as files: its header and notes (of the last file) and its revisions in order.

    ``remarks`` are sentences for the report: what was taken in but not as written.
    """

    path: Path
    header: Header
    notes: Mapping[str, Note]
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...]
    problems: tuple[Problem, ...]


def find_sources(path: Path) -> list[Path]:
    """The Markdown files and folders of histories that ``path`` is or holds, in order of names.

    A folder with ``NN_*.md`` is one history and nothing else in it is looked at.
    """
    if not path.is_dir():
        return [path]
    if revision_files(path):
        return [path]
    found: list[Path] = []
    for inside in sorted(path.iterdir()):
        if inside.name.startswith(".") or inside.name == "README.md":
            continue
        if inside.is_dir() and not inside.is_symlink():
            found += find_sources(inside)
        elif inside.suffix == ".md":
            found.append(inside)
    return found


def read_source(path: Path) -> Source:
    """The policy that a file or a folder of a history holds; raises Unreadable."""
    try:
        reader = _Reader(path, manifest_rows(path if path.is_dir() else path.parent))
        if path.is_dir():
            reader.read_folder()
        else:
            reader.read_single()
        return reader.source()
    except _REFUSALS as refused:
        raise Unreadable(Problem(path, refused.message)) from None


class _Reader:
    """Collects the entries of one policy."""

    def __init__(self, path: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
        self._path, self._rows = path, rows
        self._entries: list[Entry] = []
        self._remarks: list[str] = []
        self._problems: list[Problem] = []
        self._last: tuple[str, PolicyFile] | None = None

    def read_single(self) -> None:
        path = self._path
        if path.suffix != ".md":
            raise RuleBroken("This is not a Markdown file (*.md).")
        row = self._rows.get(path.name, {})
        file = with_defaults(
            read_file(path),
            author=row.get("author", ""),
            date=row.get("date", ""),
            summary=row.get("summary", ""),
        )
        if not file.text.strip():
            raise RuleBroken("The file holds no text.")
        self._take(HistoryFile(path.name, file, {}, {}))

    def read_folder(self) -> None:
        history = read_history(self._path)
        readable = {file.name: file for file in history.files}
        for path in revision_files(self._path):
            try:
                if path.name in history.problems:
                    raise history.problems[path.name]
                self._take(readable[path.name])
            except _REFUSALS as refused:
                self._problems.append(Problem(path, refused.message))
                return

    def source(self) -> Source:
        if self._last is None:
            raise Unreadable(self._problems[0])
        name, file = self._last
        stem = self._path.name if self._path.is_dir() else self._path.stem
        header, remarks = header_of(file, name=stem, row=self._rows.get(name, {}))
        return Source(
            self._path, header, notes_of(file), tuple(self._entries), (*self._remarks, *remarks),
            tuple(self._problems),
        )  # fmt: skip

    def _take(self, taken: HistoryFile) -> None:
        name, file = taken.name, taken.policy
        text, places = _text_of(file)
        words = words_of(file)
        if places:
            self._remarks.append(_kept_unseen(name, places))
        self._entries.append(
            Entry(
                name=name,
                text=text,
                sha256=text_hash(text),
                saved_at=self._saved_at(file.date),
                words=words,
                ids=taken.ids,
                origins=taken.origins,
                front=_kept_front(file),
            )
        )
        self._last = name, file

    def _saved_at(self, date: str) -> datetime:
        """The moment of a date; a bare day is noon plus the place in the order of files."""
        place = len(self._entries) + 1
        if not date:
            return self._entries[-1].saved_at + timedelta(seconds=1) if place > 1 else clock.now()
        moment = datetime.fromisoformat(date)
        if len(date) <= len("2026-01-31"):
            moment += timedelta(hours=12, seconds=place)
        try:
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except OverflowError:
            raise RuleBroken("The date %(date)s is out of reach.", date=date) from None


def _text_of(file: PolicyFile) -> tuple[str, tuple[Place, ...]]:
    """The canonical text and its unseen characters; lines are counted in the whole file."""
    above = file.front.count("\n")
    # A hidden character above the text would come back with the file at its next export.
    canonical(file.front, trusted=True)
    try:
        taken = canonical(file.text, trusted=True)
    except TextRefused as refused:
        values = dict(refused.values)
        if isinstance(line := values.get("line"), int):
            values["line"] = line + above
        raise TextRefused(refused.code, **values) from None
    moved = (Place(p.code, p.character, p.line + above, p.column) for p in taken.notes)
    return taken.text, tuple(moved)


def _kept_unseen(name: str, places: tuple[Place, ...]) -> str:
    shown = "; ".join(
        f"{p.character} in line {p.line}, character {p.column}" for p in places[:_SHOWN_PLACES]
    )
    more = f"; and {len(places) - _SHOWN_PLACES} more" if len(places) > _SHOWN_PLACES else ""
    return f"{name}: characters that cannot be seen were kept: {shown}{more}"


def _kept_front(file: PolicyFile) -> str:
    kept = {"date": file.date, "front": file.front}
    kept = {key: value for key, value in kept.items() if value}
    return json.dumps(kept, ensure_ascii=False) if kept else ""
