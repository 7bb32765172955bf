"""Renders policy texts clause by clause, in helper processes with limits, and remembers the result.

Python-Markdown takes minutes over a few kilobytes made for it, so no request renders by itself.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from app.text.definitions import Definitions
from app.text.outline import Outline
from app.text.render import RENDERER_VERSION, escaped_source, trusted
from app.web import render_worker
from app.web.slice_cache import SliceCache

# A clause that was too much is not tried again for a while, else every reader pays for it again.
REFUSAL_SECONDS = 600.0
MAX_REFUSALS = 10_000


@dataclass(frozen=True, slots=True)
class RenderedSlice:
    """One clause for the page; ``failed`` means that ``html`` is its escaped source."""

    clause_id: str
    html: Markup
    failed: bool


@dataclass(frozen=True, slots=True)
class RenderedText:
    """All clauses of a text in order."""

    slices: tuple[RenderedSlice, ...]

    @property
    def failed(self) -> bool:
        """Whether any clause is shown as source; such a page must not be cached."""
        return any(one.failed for one in self.slices)


class Renderer:
    """Renders texts within ``seconds`` a page; safe to call from many threads, also after a fork.

    A clause that is hostile (``clause_seconds`` of CPU, 512 MB, nesting) fails alone. When a page
    is out of time, what is left fails too, and is rendered on the next call. The background worker,
    which renders after a save, may give a page minutes.
    """

    def __init__(
        self, cache_dir: Path, seconds: float = 2.0, *, clause_seconds: float = 1.0
    ) -> None:
        self._seconds = seconds
        self._clause_seconds = clause_seconds
        self._cache = SliceCache(cache_dir / f"render-{RENDERER_VERSION}")
        self._refused: dict[str, float] = {}
        self._start_over()
        _renderers.add(self)

    def render_outline(self, outline: Outline, text: str, *, preview: bool = False) -> RenderedText:
        """Render the clauses of ``outline``, whose whole is ``text``.

        A preview has a helper process of its own and leaves nothing on the disk.
        """
        deadline = time.monotonic() + self._seconds
        definitions = Definitions.of(text)
        slices = []
        for position, clause in enumerate(outline):
            # A slice without an id still needs its own prefix for the notes in it.
            prefix = clause.id or f"n{position}"
            job = _Job(clause.text, definitions.used_by(clause.text), prefix)
            rendered = self._render(job, deadline, preview=preview)
            html = escaped_source(clause.text) if rendered is None else trusted(rendered)
            slices.append(RenderedSlice(clause.id, html, failed=rendered is None))
        return RenderedText(tuple(slices))

    def close(self) -> None:
        """End the helper processes; the next call starts new ones."""
        for helper in self._helpers.values():
            helper.close()

    def _render(self, job: _Job, deadline: float, *, preview: bool) -> str | None:
        key = job.key()
        found = self._cache.find(key)
        if found is not None or self._refused.get(key, 0.0) > time.monotonic():
            return found
        helper = self._helpers["preview" if preview else "page"]
        try:
            with helper.turn(deadline):
                # Another thread may have rendered it while this one waited.
                rendered = self._cache.find(key)
                if rendered is None:
                    rendered = helper.render(job, deadline)
        except _OutOfTime:
            return self._cache.find(key)
        except _TooMuch:
            self._refuse(key)
            return None
        self._cache.store(key, rendered, on_disk=not preview)
        return rendered

    def _refuse(self, key: str) -> None:
        if len(self._refused) >= MAX_REFUSALS:
            self._refused = {}
        self._refused[key] = time.monotonic() + REFUSAL_SECONDS

    def _start_over(self) -> None:
        self._helpers = {name: _Helper(self._clause_seconds) for name in ("page", "preview")}

    def _forget_parent(self) -> None:
        """In a forked process: leave the helpers to the parent and begin with new locks."""
        for helper in self._helpers.values():
            helper.abandon()
        self._cache.renew_lock()
        self._start_over()


@dataclass(frozen=True, slots=True)
class _Job:
    text: str
    definitions: str
    clause_id: str

    def key(self) -> str:
        # The id is part of it because the ids inside the HTML carry it as a prefix.
        parts = "\0".join((RENDERER_VERSION, self.clause_id, self.definitions, self.text))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


class _OutOfTime(Exception):
    """The page has no time left, or its helper cannot start; the clause may be fine."""


class _TooMuch(Exception):
    """The clause used up its time or memory, or broke the renderer."""


class _Helper:
    """One helper process, one clause at a time."""

    def __init__(self, cpu_seconds: float) -> None:
        self._cpu_seconds = cpu_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stream: socket.socket | None = None

    @contextmanager
    def turn(self, deadline: float) -> Iterator[None]:
        """Wait for the helper until ``deadline`` (monotonic seconds), then hold it."""
        if not self._lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise _OutOfTime
        try:
            yield
        finally:
            self._lock.release()

    def render(self, job: _Job, deadline: float) -> str:
        """Return the HTML of one clause; the caller holds the turn."""
        stream = self._started(deadline)
        begun = time.monotonic()
        try:
            stream.settimeout(_left(deadline))
            render_worker.send(stream, [job.text, job.definitions, job.clause_id])
            answer = render_worker.receive(stream)
        except TimeoutError:
            self._stop()
            # On a busy machine the clock runs out before the CPU time of a hostile clause does.
            if time.monotonic() - begun >= self._cpu_seconds:
                raise _TooMuch from None
            raise _OutOfTime from None
        except (EOFError, OSError):
            self._stop()
            raise _TooMuch from None
        if not isinstance(answer, str):
            raise _TooMuch
        return answer

    def close(self) -> None:
        with self._lock:
            self._stop()

    def abandon(self) -> None:
        """Drop a parent's process without ending it."""
        if self._stream and self._process:
            self._stream.close()
            self._process.poll()

    def _started(self, deadline: float) -> socket.socket:
        """Return the open socket to a living helper, starting one when there is none."""
        left = _left(deadline)
        if self._stream is not None and self._process is not None:
            if self._process.poll() is None:
                return self._stream
            self._stop()  # it died idle, which is no fault of the next clause
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own script)
                [sys.executable, "-P", render_worker.__file__, str(self._cpu_seconds)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_bare_environment(),
                start_new_session=True,  # Ctrl-C is for the server, which then closes the socket
            )
        self._stream = ours
        try:
            ours.settimeout(left)
            render_worker.receive(ours)
        except (EOFError, OSError):
            self._stop()
            raise _OutOfTime from None
        return ours

    def _stop(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _OutOfTime
    return left


def _bare_environment() -> dict[str, str]:
    """The helper parses hostile text, so it is not handed the secrets of the server."""
    return {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}


_renderers: weakref.WeakSet[Renderer] = weakref.WeakSet()


def _after_fork() -> None:
    for renderer in _renderers:
        renderer._forget_parent()


def _at_exit() -> None:
    for renderer in _renderers:
        with suppress(OSError):
            renderer.close()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
