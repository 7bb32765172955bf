"""The worker's duty: when papers are wanted, one child process makes them, never two.

A paper can take minutes and hundreds of megabytes; in a process of its own it holds up nothing
else, and what it took is given back when it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import config
from app.database import db
from app.messages import N_
from app.papers.shelf import shelf

LONGEST = 600.0  # seconds for all that one child makes
TIDY_EVERY = 3600.0
TOOK_TOO_LONG = N_("This file could not be made: it took too long. The other formats may work.")
BROKE_OFF = N_("This file could not be made: the work on it broke off. The other formats may work.")


class Tending:
    """The child at work, since when, and when the shelf was last tidied."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._tidied: float | None = None

    @property
    def is_at_work(self) -> bool:
        return self._child is not None

    def tend(self) -> None:
        """Look after the child; start one when something is wanted and none is at work."""
        if self._child is not None:
            self._look_after(self._child)
            return
        if self._tidied is None:
            shelf.return_begun(BROKE_OFF)  # of a worker before this one
        if self._tidied is None or time.monotonic() - self._tidied > TIDY_EVERY:
            shelf.tidy()
            self._tidied = time.monotonic()
        if shelf.has_wanted():
            self._start()

    def _look_after(self, child: subprocess.Popen[bytes]) -> None:
        code = child.poll()
        if code is None and time.monotonic() - self._started > LONGEST:
            child.kill()
            child.wait()
            shelf.fail_begun(TOOK_TOO_LONG)
            self._child = None
        elif code is not None:
            if code:
                shelf.fail_begun(BROKE_OFF)
            self._child = None

    def _start(self) -> None:
        url = db.engine.url.render_as_string(hide_password=False)
        place = {"INSTANCE_DIR": str(shelf.folder.parent), "DATABASE_URL": url}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "papers", "make"],
            cwd=config.ROOT,
            env={**os.environ, **place},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        self._started = time.monotonic()


_tending = Tending()


def make_wanted() -> None:
    """The duty; called once a second by the one worker."""
    _tending.tend()
