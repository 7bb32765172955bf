"""Read the files of the export: hashes first, then policy by policy, so that memory holds one."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from .report import Report

Row = dict[str, Any]
FILES = (
    "policies.jsonl", "revisions.jsonl", "clause_versions.jsonl", "suggestions.jsonl",
    "threads.jsonl", "positions.csv", "reads.csv", "thresholds.csv", "statuses.csv",
    "tokens.jsonl", "alignments.jsonl", "attribution.jsonl", "changes.jsonl", "measures.jsonl",
    "agreement.jsonl", "figures.jsonl",
)  # fmt: skip


def check_manifest(folder: Path, report: Report) -> Row:
    """The manifest, once the hash and the number of rows of each file were compared with it."""
    manifest: Row = json.loads((folder / "manifest.json").read_text("utf-8"))
    for name in (*FILES, "variants.json"):
        told = manifest["files"].get(name)
        path = folder / name
        if told is None or not path.exists():
            report.fail("missing files", name)
            continue
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while data := file.read(1 << 20):
                digest.update(data)
        report.same("manifest", f"{name} sha256", told["sha256"], digest.hexdigest())
        if name in FILES:
            counted = sum(1 for _ in rows(path))
            report.same("manifest", f"{name} rows", told["rows"], counted)
    return manifest


def rows(path: Path) -> Iterator[Row]:
    """The rows of one file in order."""
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            yield from csv.DictReader(file)
        else:
            yield from map(json.loads, file)


class Policy:
    """The rows of one policy, by file; ``slug`` is its address."""

    def __init__(self, slug: str, by_file: dict[str, list[Row]]) -> None:
        self.slug = slug
        self._by_file = by_file
        self.about: Row = by_file["policies.jsonl"][0]

    def rows(self, name: str) -> list[Row]:
        return self._by_file.get(name, [])


def policies(folder: Path, report: Report) -> Iterator[Policy]:
    """Every policy in the order of policies.jsonl, in which all files are sorted."""
    groups = {name: groupby(rows(folder / name), lambda row: row["policy"]) for name in FILES}
    waiting: dict[str, tuple[str, list[Row]] | None] = dict.fromkeys(FILES)

    def advance(name: str) -> None:
        found = next(groups[name], None)
        waiting[name] = (found[0], list(found[1])) if found else None

    for name in FILES:
        advance(name)
    while (first := waiting["policies.jsonl"]) is not None:
        slug = first[0]
        mine: dict[str, list[Row]] = {}
        for name in FILES:
            group = waiting[name]
            if group is not None and group[0] == slug:
                mine[name] = group[1]
                advance(name)
        yield Policy(slug, mine)
    for name, group in waiting.items():
        if group is not None:
            report.fail(
                "rows", f"{name}: {group[0]} is no policy of policies.jsonl, or out of order"
            )


def time(words: str) -> datetime:
    """A moment of the files."""
    return datetime.fromisoformat(words)
