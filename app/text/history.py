"""Read policy files and folders of them: ``NN_*.md`` in order, with what a manifest says of each.

Nothing else in such a folder is read.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.text.outline import Outline
from app.text.policyfile import PolicyFile, PolicyFileError, parse, with_defaults

MAX_FILE_BYTES = 4_194_304
_REVISION = re.compile(r"([0-9]{1,6})_.*\.md", re.DOTALL)
_ID = re.compile(r"c[1-9][0-9]{0,8}")
Origins = tuple[str | None, tuple[str, ...]]
_MANIFEST = "manifest.csv"
_PARENTS = 3


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """One revision of a history: its file name, the file, and the clause ids beside it.

    ``ids`` maps the offset where a clause begins to its id, as ``identity.carry(keep=…)`` takes
    it; empty when no outline stands beside the file. ``origins`` maps an id to what the clause was
    split from and what was joined into it.
    """

    name: str
    policy: PolicyFile
    ids: Mapping[int, str]
    origins: Mapping[str, Origins]


@dataclass(frozen=True, slots=True)
class History:
    """The revisions of a folder in order, and the files that could not be read, with the reason."""

    files: tuple[HistoryFile, ...]
    problems: Mapping[str, PolicyFileError]


def read_file(path: Path) -> PolicyFile:
    """One policy file. Raises ``PolicyFileError`` with the reason when it cannot be taken in."""
    return parse(_read(path))


def read_history(folder: Path) -> History:
    """The revisions in a folder; author, date and summary from front matter, else the manifest.

    Damaged files are named in ``problems``; a manifest that cannot be read raises.
    """
    rows = manifest_rows(folder)
    files: list[HistoryFile] = []
    problems: dict[str, PolicyFileError] = {}
    for path in revision_files(folder):
        row = rows.get(path.name, {})
        try:
            policy = with_defaults(
                read_file(path),
                author=row.get("author", ""),
                date=row.get("date", ""),
                summary=row.get("summary", ""),
            )
            files.append(HistoryFile(path.name, policy, *_outline_beside(path)))
        except PolicyFileError as error:
            problems[path.name] = error
    return History(tuple(files), problems)


def manifest_rows(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of the nearest ``manifest.csv`` that speak of files in ``folder``, by file name.

    It is looked for in the folder and up to three parents; its column ``path`` counts from there.
    """
    folder = folder.resolve()
    for place in (folder, *folder.parents[:_PARENTS]):
        if (place / _MANIFEST).is_file():
            inside = folder.relative_to(place)
            rows = _rows(place / _MANIFEST)
            return {Path(path).name: row for path, row in rows if Path(path).parent == inside}
    return {}


def revision_files(folder: Path) -> list[Path]:
    """The ``NN_*.md`` of a folder in order; none when it is not the folder of a history."""
    found = []
    for path in folder.iterdir():
        numbered = _REVISION.fullmatch(path.name)
        if numbered and path.is_file():
            found.append((int(numbered[1]), path.name, path))
    return [path for _, _, path in sorted(found)]


def outline_json(outline: Outline) -> str:
    """What stands in ``NN_*.outline.json``: the ids of the clauses and where each begins."""
    entries = [
        {
            "id": clause.id,
            "label": clause.label,
            "kind": clause.kind.value,
            "start": clause.start,
            "hash": clause.hash,
            "split_from": clause.split_from,
            "merged_from": list(clause.merged_from),
        }
        for clause in outline
    ]
    return json.dumps(entries, ensure_ascii=False, indent=0) + "\n"


def ids_from_json(content: str) -> dict[int, str]:
    """Start to id, of an outline as ``outline_json`` writes it. Raises ``PolicyFileError``."""
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PolicyFileError("outline", detail=str(error)[:200]) from error
    ids: dict[int, str] = {}
    for entry in entries if isinstance(entries, list) else [None]:
        start, clause_id = _start_and_id(entry)
        ids[start] = clause_id
    if len(set(ids.values())) < len(entries):
        raise PolicyFileError("outline", detail="an id or a start stands twice")
    return ids


def _start_and_id(entry: Any) -> tuple[int, str]:
    known = entry if isinstance(entry, dict) else {}
    start, clause_id = known.get("start"), known.get("id")
    if not isinstance(start, int) or not isinstance(clause_id, str) or not _ID.fullmatch(clause_id):
        raise PolicyFileError("outline", detail="each entry needs “start” and “id”")
    return start, clause_id


def _outline_beside(path: Path) -> tuple[dict[int, str], dict[str, Origins]]:
    beside = path.with_suffix(".outline.json")
    content = _read(beside) if beside.is_file() else "[]"
    return ids_from_json(content), _origins_from_json(content)


def _origins_from_json(content: str) -> dict[str, Origins]:
    """Of an outline that ``ids_from_json`` has accepted."""
    return {
        entry["id"]: (_id(entry.get("split_from")), tuple(filter(None, map(_id, joined))))
        for entry in json.loads(content)
        if isinstance(joined := entry.get("merged_from", []), list)
    }


def _id(value: Any) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise PolicyFileError("unreadable", detail=detail) from error
    if len(content) > MAX_FILE_BYTES:
        raise PolicyFileError("too_large", limit=MAX_FILE_BYTES)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyFileError("encoding", position=error.start) from error


def _rows(manifest: Path) -> list[tuple[str, dict[str, str]]]:
    lines = _read(manifest).removeprefix("\ufeff").split("\n")
    try:
        rows = list(csv.DictReader((f"{line}\n" for line in lines), restkey="", restval=""))
    except csv.Error as error:
        raise PolicyFileError("manifest", detail=str(error)) from error
    return [(row["path"], row) for row in rows if row.get("path")]
