"""The one background process: seals what was committed, does its duties, delivers to reactions.

It looks for changes every 200 ms, takes small steps through the same write gate as everybody, and
may die at any moment: whatever was not committed is done again by the next one.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app import clock
from app.database import db
from app.ledger import delivery, heartbeat, sealing
from app.ledger.changes import Changes
from app.ledger.delivery import Reaction, Trouble
from app.reactions import DUTIES, REACTIONS, Duty

PAUSE = 0.2  # seconds between two looks
LONGEST_PAUSE = 10.0  # seconds between two tries while the database is away
LONGEST_DELAY = 300.0  # seconds between two tries of a failing duty

log = logging.getLogger(__name__)


class WorkerRunning(RuntimeError):
    """Another worker holds the lock of this instance."""


@contextmanager
def only_worker(instance_dir: Path) -> Iterator[None]:
    """Be the one worker of this instance, or raise WorkerRunning; a dead worker holds nothing."""
    descriptor = os.open(instance_dir / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = os.read(descriptor, 20).decode("ascii", "replace").strip()
            raise WorkerRunning(number) from None
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


class Agenda:
    """Which duties are due. Counts by a clock that nobody can put back."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._due_at = dict.fromkeys(duties, 0.0)
        self._failures = dict.fromkeys(duties, 0)

    def due(self) -> list[Duty]:
        """The duties whose time has come, in the order of the table."""
        now = time.monotonic()
        return [duty for duty, at in self._due_at.items() if at <= now]

    def do(self, duty: Duty) -> None:
        """Do it once; a duty that fails is put off, longer each time, and stops nothing else."""
        try:
            duty.function()
            db.session.commit()
            self._failures[duty] = 0
        except Exception:
            db.session.rollback()
            log.exception("the duty %s failed", duty.name)
            self._failures[duty] += 1
        delay = duty.every_seconds * 2 ** min(self._failures[duty], 20)
        if self._failures[duty]:
            delay = min(delay, max(LONGEST_DELAY, duty.every_seconds))
        self._due_at[duty] = time.monotonic() + delay


class Worker:
    """Needs an application context for as long as it works."""

    def __init__(
        self,
        instance_dir: Path,
        reactions: Sequence[Reaction] = REACTIONS,
        duties: Sequence[Duty] = DUTIES,
    ) -> None:
        self._instance_dir = instance_dir
        self._reactions = reactions
        self._agenda = Agenda(duties)
        self._changes = Changes()
        self._has_more = False
        self._look_again_at = time.monotonic()
        self._is_stopping = False

    def stop(self) -> None:
        """Stop after the current step; safe to call from a signal handler."""
        self._is_stopping = True

    def run(self) -> None:
        """Work until stopped, through every failure of the database."""
        pause = PAUSE
        while not self._is_stopping:
            try:
                self._look()
                heartbeat.beat(self._instance_dir)
                pause = PAUSE
            except Exception:
                log.exception("the worker could not do its round")
                self._forget_connections()
                pause = min(2 * pause, LONGEST_PAUSE)
            if not self._has_more:
                self._pause(pause)
        self._forget_connections()

    def drain(self) -> list[Trouble]:
        """Do every duty once and all that follows from it; the reactions that stand still."""
        for duty in self._agenda.due():
            self._agenda.do(duty)
        while not self._is_stopping and self.step():
            pass
        troubles = delivery.list_troubles(self._reactions)
        self._forget_connections()
        return troubles

    def step(self) -> int:
        """Seal all that waits, then one batch for each reaction; how many events that moved."""
        moved = sealed = sealing.seal()
        while sealed == sealing.BATCH and not self._is_stopping:
            sealed = sealing.seal()
            moved += sealed
        for duty in self._agenda.due():
            if not self._is_stopping:
                self._agenda.do(duty)
        for reaction in self._reactions:
            if not self._is_stopping:
                moved += delivery.deliver((reaction,))
                heartbeat.beat(self._instance_dir)
        return moved

    def _look(self) -> None:
        is_time = self._look_again_at <= time.monotonic()
        if not (self._changes.seen() or is_time or self._has_more or self._agenda.due()):
            return
        self._has_more = False
        self._has_more = self.step() >= delivery.BATCH  # a full batch: more is waiting behind it
        troubles = delivery.list_troubles(self._reactions)
        db.session.remove()
        wait = delivery.LONGEST_WAIT
        if troubles:
            wait = min(wait, troubles[0].retry_at - clock.now())
        self._look_again_at = time.monotonic() + wait.total_seconds()

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._is_stopping and time.monotonic() < end:
            time.sleep(min(PAUSE, seconds))

    def _forget_connections(self) -> None:
        self._changes.close()
        db.session.remove()
