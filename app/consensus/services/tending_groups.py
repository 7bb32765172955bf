"""The worker's duty: when groups are to be found, one child process finds them, never two.

It can take ten seconds and a hundred megabytes with numpy; in a process of its own it holds up
nothing else, and what it took is given back when it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import config
from app.accounts.services import setup
from app.consensus.services.grouping import list_due
from app.database import db

LONGEST = 600.0  # seconds for all that one child finds


class Tending:
    """The child at work, and since when."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    @property
    def is_at_work(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def tend(self) -> None:
        """Start a child when a policy is due and none is at work; end one that takes too long."""
        if self._child is not None and self.is_at_work:
            if time.monotonic() - self._started > LONGEST:
                self._child.kill()
                self._child.wait()
            return
        self._child = None
        if list_due():
            self._start()

    def _start(self) -> None:
        url = db.engine.url.render_as_string(hide_password=False)
        place = {"INSTANCE_DIR": str(setup.settings().instance_dir), "DATABASE_URL": url}
        # With one thread it takes half the time beside a busy server, and equal input gives equal
        # digits.
        self._child = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "consensus", "groups"],
            cwd=config.ROOT,
            env={**os.environ, **place, "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        self._started = time.monotonic()


_tending = Tending()


def find_due() -> None:
    """The duty; called once a minute by the one worker."""
    _tending.tend()
