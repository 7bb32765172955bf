"""Rendered clauses, remembered in memory and as files; losing any of it costs only time."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path


class SliceCache:
    """HTML by key (hex). Safe for threads and for several processes on one folder.

    A file holds the SHA-256 of its HTML in hex, a line end, and the HTML; one that does not fit
    its hash counts as absent. A full or read-only disk leaves the memory, which holds at most
    ``characters`` of HTML, least recently used out first.
    """

    def __init__(self, folder: Path, characters: int = 2_000_000) -> None:
        self.folder = folder
        self._room = characters
        self._memory: OrderedDict[str, str] = OrderedDict()
        self.renew_lock()

    def renew_lock(self) -> None:
        """Forget a lock that a thread of the parent held when this process was forked."""
        self._lock = threading.Lock()

    def find(self, key: str) -> str | None:
        """Return the HTML, or None."""
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return self._memory[key]
        found = self._read(key)
        if found is not None:
            self._remember(key, found)
        return found

    def store(self, key: str, rendered: str, *, on_disk: bool) -> None:
        """Keep ``rendered``; ``on_disk`` also for other processes and the next start."""
        self._remember(key, rendered)
        if on_disk:
            with suppress(OSError):
                self._write(key, rendered.encode())

    def _remember(self, key: str, rendered: str) -> None:
        with self._lock:
            self._room += len(self._memory.pop(key, "")) - len(rendered)
            self._memory[key] = rendered
            while self._room < 0:
                _, dropped = self._memory.popitem(last=False)
                self._room += len(dropped)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.html"

    def _read(self, key: str) -> str | None:
        try:
            digest, _, body = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        if digest != hashlib.sha256(body).hexdigest().encode():
            return None
        return body.decode()

    def _write(self, key: str, body: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{key}.{secrets.token_hex(4)}")
        try:
            unfinished.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
