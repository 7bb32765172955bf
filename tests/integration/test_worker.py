"""The worker: alone, steady, quick to stop, and nothing acknowledged is lost when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

import app.worker as worker_module
import config
from app.access.actor import VISITOR
from app.database import db, writing
from app.ledger import heartbeat, queries, sealing
from app.ledger.delivery import Reaction, SealedEvent
from app.ledger.models import EventRecord
from app.ledger.services import record
from app.reactions import DUTIES, REACTIONS, Duty
from app.worker import Worker, WorkerRunning, only_worker
from tests.builders.ledger import Noted, event_ids, note, sealed_ids

ROOT = Path(config.ROOT)
FLASK = [sys.executable, "-m", "flask"]
WRITER = """
from app import create_app
from app.access.actor import VISITOR
from app.database import committing
from app.ledger.services import record
from tests.builders.ledger import Noted

with create_app().app_context():
    number = 0
    while True:
        number += 1
        with committing():
            record(Noted(number=number), actor=VISITOR)
        print(number, flush=True)
"""


@pytest.fixture
def environment(app: Flask, settings: config.Settings) -> dict[str, str]:
    """For processes of their own on the database of this test."""
    return {
        **os.environ,
        "APP_ENV": "test",
        "DATABASE_URL": settings.database_url,
        "INSTANCE_DIR": str(settings.instance_dir),
        "SECRET_KEY": settings.secret_key,
    }


@contextmanager
def process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def finished(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30
    )


def wait_until(claim: Callable[[], object], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@contextmanager
def running(app: Flask, worker: Worker) -> Iterator[None]:
    """The worker's loop in a thread; stopped at the end of the block."""

    def run() -> None:
        with app.app_context():
            worker.run()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(5)
        assert not thread.is_alive()


def test_once_seals_everything_and_exits(environment: dict[str, str]) -> None:
    note(1, 2, 3)
    done = finished([*FLASK, "worker", "--once"], environment)
    assert done.returncode == 0, done.stderr
    assert sealed_ids() == list(enumerate(event_ids(), start=1))


def test_a_second_worker_is_refused_with_one_sentence(environment: dict[str, str]) -> None:
    beat = Path(environment["INSTANCE_DIR"]) / heartbeat.NAME
    with process([*FLASK, "worker"], environment) as first:
        wait_until(beat.exists)
        second = finished([*FLASK, "worker"], environment)
        assert second.returncode == 1
        assert second.stderr == f"A worker is already running here (process {first.pid}).\n"
        assert first.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_stops_within_a_second(
    environment: dict[str, str], number: signal.Signals
) -> None:
    beat = Path(environment["INSTANCE_DIR"]) / heartbeat.NAME
    with process([*FLASK, "worker"], environment) as worker:
        wait_until(beat.exists)
        asked = time.monotonic()
        worker.send_signal(number)
        assert worker.wait(10) == 0
        assert time.monotonic() - asked < 3  # a second of its own, the rest for a busy machine
        assert worker.stderr is not None
        assert worker.stderr.read() == ""


def test_killed_in_the_middle_nothing_acknowledged_is_lost(
    environment: dict[str, str],
) -> None:
    with (
        process([sys.executable, "-c", WRITER], environment) as writer,
        process([*FLASK, "worker"], environment) as worker,
    ):
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(200)]
        wait_until(sealed_ids)
        worker.kill()
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    assert finished([*FLASK, "worker", "--once"], environment).returncode == 0
    verified = finished([*FLASK, "ledger", "verify"], environment)
    assert verified.returncode == 0, verified.stdout
    payloads = set(db.session.scalars(select(EventRecord.payload)))
    assert {f'{{"number":{number}}}' for number in acknowledged} <= payloads
    assert len(sealed_ids()) == len(payloads)


def test_the_lock_of_a_worker_that_left_is_free(tmp_path: Path) -> None:
    with only_worker(tmp_path), pytest.raises(WorkerRunning), only_worker(tmp_path):
        pytest.fail("two workers at once")
    with only_worker(tmp_path):
        assert (tmp_path / "worker.lock").read_text() == str(os.getpid())


def test_a_change_reaches_its_reaction_without_being_asked(
    app: Flask, settings: config.Settings
) -> None:
    arrived = threading.Event()
    reaction = Reaction("a.read", ("Noted",), lambda _events: arrived.set())
    with running(app, Worker(settings.instance_dir, (reaction,), ())):
        time.sleep(0.3)
        note(1)
        assert arrived.wait(3)


def test_a_failed_reaction_is_tried_again_without_a_new_event(
    app: Flask, settings: config.Settings
) -> None:
    errors: list[Exception] = [ValueError("once")]
    arrived = threading.Event()

    def handler(_events: list[SealedEvent]) -> None:
        if errors:
            raise errors.pop()
        arrived.set()

    with running(app, Worker(settings.instance_dir, (Reaction("a.b", ("Noted",), handler),), ())):
        note(1)
        assert arrived.wait(5)


def test_a_backlog_of_several_batches_is_read_without_new_events(
    app: Flask, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ledger.delivery.BATCH", 2)
    note(1, 2, 3, 4, 5)
    seen: list[int] = []
    reaction = Reaction("a.read", ("Noted",), lambda events: seen.extend(e.seq for e in events))
    with running(app, Worker(settings.instance_dir, (reaction,), ())):
        wait_until(lambda: len(seen) == 5, 3)
    assert seen == [1, 2, 3, 4, 5]


def test_the_worker_outlives_a_database_that_is_away(
    app: Flask, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    outages = [OperationalError("SELECT", None, Exception("away")) for _ in range(2)]
    seal = sealing.seal

    def seal_when_it_is_there() -> int:
        if outages:
            raise outages.pop()
        return seal()

    monkeypatch.setattr(worker_module.sealing, "seal", seal_when_it_is_there)
    with running(app, Worker(settings.instance_dir, (), ())):
        note(1)
        wait_until(sealed_ids, 5)
    assert outages == []


def test_duties_are_done_at_their_time_and_a_failing_one_stops_no_other(
    app: Flask, settings: config.Settings
) -> None:
    done: list[str] = []

    def fail() -> None:
        done.append("failing")
        raise ValueError("not today")

    duties = (
        Duty("a.failing", 0.05, fail),
        Duty("b.rare", 3600, lambda: done.append("rare")),
        Duty("c.often", 0.01, lambda: done.append("often")),
    )
    with running(app, Worker(settings.instance_dir, (), duties)):
        wait_until(lambda: done.count("often") >= 4, 5)
    assert done[:3] == ["failing", "rare", "often"]
    assert done.count("rare") == 1
    assert 1 <= done.count("failing") < done.count("often")


def test_what_a_duty_left_uncommitted_is_committed(app: Flask, settings: config.Settings) -> None:
    def remember() -> None:
        writing()
        record(Noted(number=1), actor=VISITOR)

    Worker(settings.instance_dir, (), (Duty("a.note", 60, remember),)).drain()
    assert len(sealed_ids()) == 1


def test_draining_reports_the_reaction_that_stands_still(
    app: Flask, settings: config.Settings
) -> None:
    def fail(_events: list[SealedEvent]) -> None:
        raise ValueError("no room")

    note(1)
    (trouble,) = Worker(settings.instance_dir, (Reaction("a.b", ("Noted",), fail),), ()).drain()
    assert (trouble.reaction, trouble.error) == ("a.b", "ValueError: no room")
    assert queries.get_head().seq == 1


def test_a_heartbeat_says_when_the_worker_last_did_its_round(tmp_path: Path) -> None:
    assert heartbeat.find_last_beat(tmp_path) is None
    heartbeat.beat(tmp_path)
    last = heartbeat.find_last_beat(tmp_path)
    assert last is not None
    assert abs((datetime.now(UTC) - last).total_seconds()) < 5


def test_names_of_reactions_and_duties_are_their_own() -> None:
    names = [reaction.name for reaction in REACTIONS] + [duty.name for duty in DUTIES]
    assert len(names) == len(set(names))
    assert all(len(name) <= 80 for name in names)
