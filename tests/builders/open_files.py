"""An export read into memory, to change one thing in it and write it with a manifest that agrees."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from app.opendata.services.exporting import FILES

Rows = dict[str, list[dict[str, Any]]]
Path_ = tuple[Any, ...]  # of keys and places, from a row down to one value


def read_rows(folder: Path) -> Rows:
    """By file its rows."""
    found: Rows = {}
    for name in FILES:
        text = (folder / name).read_text("utf-8")
        if name.endswith(".csv"):
            found[name] = list(csv.DictReader(io.StringIO(text)))
        else:
            found[name] = [json.loads(line) for line in text.splitlines()]
    return found


def of_policy(files: Rows, slug: str) -> Rows:
    """Only the rows of one policy, to be changed at will."""
    return {
        name: [deepcopy(row) for row in rows if row["policy"] == slug]
        for name, rows in files.items()
    }


def write_rows(source: Path, folder: Path, files: Rows) -> None:
    """The same export with these rows, as somebody writes it who wants nobody to notice."""
    manifest = json.loads((source / "manifest.json").read_text("utf-8"))
    variants = (source / "variants.json").read_bytes()
    (folder / "variants.json").write_bytes(variants)
    for name, rows in files.items():
        data = _csv(rows) if name.endswith(".csv") else _lines(rows)
        (folder / name).write_bytes(data)
        manifest["files"][name] = {"rows": len(rows), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _csv(rows: list[dict[str, Any]]) -> bytes:
    if not rows:
        return b""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every single value in ``value`` with the way to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, place))
    else:
        yield path, value


def alter(row: dict[str, Any], path: Path_) -> None:
    """Make the value there another one of its kind."""
    *way, last = path
    holder: Any = row
    for step in way:
        holder = holder[step]
    holder[last] = _other(holder[last])


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + 0.001
    if value is None:
        return 1
    others = {
        "agree": "disagree", "disagree": "agree", "pass": "agree", "resident": "officer",
        "settled": "contested", "unseen": "contested", "contested": "settled", "moving": "settled",
    }  # fmt: skip
    return others.get(value, f"{value}x" if not value.isdigit() else str(int(value) + 1))
