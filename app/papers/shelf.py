"""The folder INSTANCE_DIR/papers: finished files, and markers of what is wanted, begun and failed.

``<key>.<ending>`` is a finished paper, ``<key>.wanted`` an order nobody has begun, ``<key>.begun``
one that the child process is at, ``<key>.failed`` one that could not be made. Each appears whole
or not at all, because it is written beside and renamed.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from app.errors import TooMany
from app.messages import N_
from app.papers.rules import MOST_WAITING, Format, Order, order_from_json

KEPT_FOR = 7 * 24 * 3600  # seconds
FAILED_FOR = 600  # seconds until it is tried anew when somebody asks
MOST_BYTES = 500 * 1024 * 1024
MOST_TRIES = 2  # a worker that was stopped at it is not the paper's fault once
_MARKERS = (".wanted", ".begun", ".failed")
_ENDINGS = tuple(f".{ending}" for ending in Format)


class Shelf:
    """The papers of one instance. ``keep_in`` says where; the folder is made when it is needed."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def keep_in(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        if self._folder is None:
            raise RuntimeError("papers were asked for before anybody said where they lie")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder

    def find(self, order: Order) -> Path | None:
        """The finished file, or None."""
        path = self.folder / order.file_name
        return path if path.exists() else None

    def find_failure(self, order: Order) -> str | None:
        """Why it could not be made a while ago, as a message id; None when nobody tried."""
        path = self._marker(order, ".failed")
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime < FAILED_FOR:
                return str(json.loads(path.read_text())["reason"])
            path.unlink()
        return None

    def want(self, order: Order) -> None:
        """Leave a marker, if there is none; TooMany when too much waits."""
        if self._marker(order, ".wanted").exists() or self._marker(order, ".begun").exists():
            return
        if len(self._list(".wanted")) >= MOST_WAITING:
            raise TooMany(
                N_("Many papers are being made right now. Please come back in a minute."),
                retry_after=60,
            )
        self._put(self._marker(order, ".wanted"), {"order": asdict(order), "tries": 0})

    def has_wanted(self) -> bool:
        return bool(self._list(".wanted"))

    def begin(self) -> Order | None:
        """Take up the order that has waited longest; None when nothing waits."""
        for path in self._list(".wanted"):
            order = _read(path)
            if order is not None:
                path.rename(path.with_suffix(".begun"))
                return order
            path.unlink(missing_ok=True)
        return None

    @contextmanager
    def writing(self, order: Order) -> Iterator[Path]:
        """A path to write to; the file takes its place when that went well."""
        path = self.folder / order.file_name
        beside = path.with_name(f"{secrets.token_hex(6)}.part")
        try:
            yield beside
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def finish(self, order: Order) -> None:
        """Take the marker of an order that was begun away, made or no longer wanted."""
        self._marker(order, ".begun").unlink(missing_ok=True)

    def fail(self, order: Order, reason: str) -> None:
        """Remember why it could not be made; ``reason`` is a message id."""
        self._put(self._marker(order, ".failed"), {"reason": reason})
        self.finish(order)

    def fail_begun(self, reason: str) -> None:
        """The child process has died: what it was at could not be made."""
        for path in self._list(".begun"):
            order = _read(path)
            if order is not None:
                self.fail(order, reason)
            path.unlink(missing_ok=True)

    def return_begun(self, reason: str) -> None:
        """The worker was stopped meanwhile: what was begun waits again, or fails at last."""
        for path in self._list(".begun"):
            order, tries = _read(path), _tries(path) + 1
            if order is not None and tries >= MOST_TRIES:
                self.fail(order, reason)
            elif order is not None:
                told = {"order": asdict(order), "tries": tries}
                self._put(path.with_suffix(".wanted"), told)
            path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Drop what is older than KEPT_FOR, and the oldest beyond MOST_BYTES."""
        now, kept = time.time(), 0
        for path in reversed(self._oldest_first()):
            with suppress(FileNotFoundError):
                told = path.stat()
                age = now - told.st_mtime
                is_old = age > (FAILED_FOR if path.suffix == ".part" else KEPT_FOR)
                kept += told.st_size
                if is_old or (kept > MOST_BYTES and path.suffix in _ENDINGS):
                    path.unlink()

    def clear(self) -> bool:
        """Drop every finished paper, to be made anew; False while one is being made, which may
        hold what the others hold."""
        self.tidy()
        for path in self._oldest_first():
            if path.suffix in _ENDINGS:
                path.unlink(missing_ok=True)
        return not any(self._list(suffix) for suffix in (".begun", ".part"))

    def _marker(self, order: Order, suffix: str) -> Path:
        return self.folder / f"{order.key}{suffix}"

    def _list(self, suffix: str) -> list[Path]:
        """The markers of one sort, the one that has lain longest first."""
        return [path for path in self._oldest_first() if path.suffix == suffix]

    def _oldest_first(self) -> list[Path]:
        found: list[tuple[float, str, Path]] = []
        known = (*_MARKERS, *_ENDINGS, ".part")
        for entry in os.scandir(self.folder):
            path = Path(entry.path)
            with suppress(FileNotFoundError):
                if path.suffix in known:
                    found.append((entry.stat().st_mtime, entry.name, path))
        return [path for _at, _name, path in sorted(found)]

    def _put(self, path: Path, told: dict[str, object]) -> None:
        beside = path.with_name(f"{secrets.token_hex(6)}.part")
        beside.write_text(json.dumps(told))
        beside.replace(path)


def _read(path: Path) -> Order | None:
    """The order of a marker; None for a damaged one, or one of an earlier release."""
    try:
        return order_from_json(json.dumps(json.loads(path.read_text())["order"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _tries(path: Path) -> int:
    try:
        return int(json.loads(path.read_text())["tries"])
    except (OSError, ValueError, KeyError, TypeError):
        return MOST_TRIES


shelf = Shelf()
