"""The table of targets: what was wanted, what was measured, whether it was met."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``met`` None has no target, or could not be measured (``note`` says why)."""

    section: str
    name: str
    target: str
    measured: str
    met: bool | None
    value: float | None = None
    note: str = ""


@dataclass(slots=True)
class Report:
    """The rows of one run, printed as they come."""

    generator: str
    is_quick: bool
    rows: list[Row] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def at_least(self, section: str, name: str, value: float, target: float, **more: Any) -> None:
        """A row that is met when ``value`` is not below ``target``."""
        self._compared(section, name, value, target, met=value >= target, sign="≥", **more)

    def at_most(self, section: str, name: str, value: float, target: float, **more: Any) -> None:
        """A row that is met when ``value`` is not above ``target``."""
        self._compared(section, name, value, target, met=value <= target, sign="≤", **more)

    def plain(self, section: str, name: str, value: float, unit: str = "", note: str = "") -> None:
        """A row without a target, for the reader."""
        self._add(Row(section, name, "", _number(value, unit), None, value, note))

    def missing(self, section: str, name: str, target: str, why: str) -> None:
        """A row that could not be measured."""
        self._add(Row(section, name, target, "-", None, None, why))

    def _compared(
        self, section: str, name: str, value: float, target: float, *, met: bool, sign: str,
        unit: str = "", note: str = "",
    ) -> None:  # fmt: skip
        wanted = f"{sign} {_number(target, unit)}"
        self._add(Row(section, name, wanted, _number(value, unit), met, value, note))

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        print(_line(row), flush=True)

    def heading(self) -> None:
        """The machine and the head of the table."""
        kind = "quick run, small data: no figures to quote" if self.is_quick else "full run"
        print(f"{_machine()} · load by {self.generator} · {kind}")
        print(_columns("", "target", "measured", "", ""), flush=True)

    def save(self, folder: Path) -> Path:
        """Write everything as JSON; answers the file."""
        path = folder / f"bench-{datetime.now(UTC):%Y-%m-%d}.json"
        content = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": _machine(),
            "generator": self.generator,
            "quick": self.is_quick,
            "rows": [asdict(row) for row in self.rows],
            "details": self.details,
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        return path

    def summary(self) -> str:
        """How many targets were met."""
        judged = [row for row in self.rows if row.met is not None]
        missing = sum(1 for row in self.rows if row.target and row.met is None)
        met = sum(1 for row in judged if row.met)
        return f"{met} of {len(judged) + missing} targets met, {missing} not measured"


def _number(value: float, unit: str) -> str:
    if value == int(value):
        digits = 0
    else:
        digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:.{digits}f}{' ' + unit if unit else ''}"


def _line(row: Row) -> str:
    verdict = {True: "met", False: "NOT MET", None: ""}[row.met]
    return _columns(f"{row.section}: {row.name}", row.target, row.measured, verdict, row.note)


def _columns(name: str, target: str, measured: str, verdict: str, note: str) -> str:
    return f"{name:<58} {target:>12} {measured:>12}  {verdict:<8}{note}".rstrip()


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
        f", SQLite {sqlite3.sqlite_version}, {sys.platform}"
    )
