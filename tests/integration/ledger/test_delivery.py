"""Delivery: every reaction at its own pace, each batch whole or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event as listening
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor
from app.accounts.models import Department
from app.database import GATE, committing, db, writing
from app.ledger import delivery, sealing
from app.ledger.delivery import Reaction, SealedEvent, deliver, list_troubles
from app.ledger.models import Cursor
from app.ledger.services import record
from tests.builders.ledger import Noted, note, note_at_once, whisper


class Reader:
    """A handler that remembers what it was given and fails as long as it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[SealedEvent]] = []
        self.error: Exception | None = None

    def __call__(self, events: list[SealedEvent]) -> None:
        if self.error:
            raise self.error
        self.batches.append(events)

    @property
    def numbers(self) -> list[int]:
        return [event.data["number"] for batch in self.batches for event in batch]


def found(department: str) -> None:
    """A service: enters the gate, changes, does not commit."""
    writing()
    db.session.add(Department(name=department))
    db.session.flush()


def departments() -> list[str]:
    names = list(db.session.scalars(select(Department.name)))
    db.session.rollback()
    return names


def position(name: str) -> int | None:
    seq = db.session.scalar(select(Cursor.seq).where(Cursor.reaction == name))
    db.session.rollback()
    return seq


def noted(*numbers: int) -> None:
    note(*numbers)
    sealing.seal()


def test_a_handler_gets_the_kinds_it_asked_for_in_order(app: Flask, noon: datetime) -> None:
    with committing():
        record(Noted(number=1), actor=Actor(id=1, public_id="p1"))
    whisper(2)
    note(3)
    sealing.seal()
    reader, listener = Reader(), Reader()
    reactions = (
        Reaction("a.read", ("Noted",), reader),
        Reaction("b.listen", ("Whispered", "Noted"), listener),
    )
    assert deliver(reactions) == 5
    assert reader.batches == [
        [
            SealedEvent(1, "Noted", noon, "p1", {"number": 1}, True),
            SealedEvent(3, "Noted", noon, "", {"number": 3}, True),
        ]
    ]
    assert listener.numbers == [1, 2, 3]
    assert [event.is_public for event in listener.batches[0]] == [True, False, True]


def test_what_was_read_is_not_given_again(app: Flask) -> None:
    reader = Reader()
    reactions = (Reaction("a.read", ("Noted",), reader),)
    noted(1)
    deliver(reactions)
    noted(2)
    assert deliver(reactions) == 1
    assert deliver(reactions) == 0
    assert reader.numbers == [1, 2]


def test_events_that_are_not_sealed_are_not_delivered(app: Flask) -> None:
    reader = Reader()
    note(1)
    assert deliver((Reaction("a.read", ("Noted",), reader),)) == 0


def test_a_new_reaction_reads_from_the_beginning(app: Flask) -> None:
    noted(1, 2)
    deliver((Reaction("a.read", ("Noted",), Reader()),))
    late = Reader()
    deliver((Reaction("b.read", ("Noted",), late),))
    assert late.numbers == [1, 2]


def test_a_long_backlog_comes_in_batches(app: Flask) -> None:
    note_at_once(delivery.BATCH + 3)
    while sealing.seal():
        pass
    reader = Reader()
    reactions = (Reaction("a.read", ("Noted",), reader),)
    assert [deliver(reactions) for _ in range(3)] == [delivery.BATCH, 3, 0]
    assert reader.numbers == list(range(1, delivery.BATCH + 4))


def test_a_handler_works_outside_the_gate_until_it_calls_a_service(app: Flask) -> None:
    gates: list[bool] = []

    def handler(_events: list[SealedEvent]) -> None:
        gates.append(GATE in db.session().info)
        found("Parks")
        gates.append(GATE in db.session().info)

    noted(1)
    deliver((Reaction("a.found", ("Noted",), handler),))
    assert gates == [False, True]
    assert GATE not in db.session().info
    assert departments() == ["Parks"]


def test_writes_and_cursor_are_committed_together_or_not_at_all(app: Flask) -> None:
    def handler(_events: list[SealedEvent]) -> None:
        found("Parks")
        raise ValueError("half done")

    noted(1)
    assert deliver((Reaction("a.found", ("Noted",), handler),)) == 0
    assert departments() == []
    assert position("a.found") == 0


def test_a_process_that_dies_after_the_handler_repeats_the_batch_once(app: Flask) -> None:
    deaths = [KeyboardInterrupt()]
    seen: list[int] = []

    def handler(events: list[SealedEvent]) -> None:
        seen.extend(event.seq for event in events)
        for event in events:
            found(f"Department {event.data['number']}")
        if deaths:
            raise deaths.pop()

    reactions = (Reaction("a.found", ("Noted",), handler),)
    noted(1, 2)
    with pytest.raises(KeyboardInterrupt):
        deliver(reactions)
    db.session.rollback()
    assert departments() == []
    deliver(reactions)
    assert seen == [1, 2, 1, 2]
    assert departments() == ["Department 1", "Department 2"]


def test_a_second_delivery_that_was_overtaken_undoes_its_writes(app: Flask) -> None:
    first = Reaction("a.found", ("Noted",), lambda _events: found("First"))

    def slow(_events: list[SealedEvent]) -> None:
        deliver((first,))
        found("Second")

    noted(1)
    assert deliver((Reaction("a.found", ("Noted",), slow),)) == 0
    assert departments() == ["First"]
    assert position("a.found") == 1


def test_a_failing_reaction_stops_only_itself_and_goes_on_later(
    app: Flask, noon: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = Reader(), Reader()
    broken.error = ValueError("the index is full")
    reactions = (Reaction("a.index", ("Noted",), broken), Reaction("b.read", ("Noted",), fine))
    noted(1)
    assert deliver(reactions) == 1
    assert fine.numbers == [1]
    (trouble,) = list_troubles(reactions)
    assert (trouble.reaction, trouble.failures) == ("a.index", 1)
    assert trouble.error == "ValueError: the index is full"
    assert "a.index" in caplog.text

    broken.error = None
    noted(2)
    assert deliver(reactions) == 1, "the failed one is not due yet"
    with clock.frozen(trouble.retry_at):
        assert deliver(reactions) == 2
    assert broken.numbers == [1, 2]
    assert list_troubles(reactions) == []


def test_every_failure_doubles_the_wait_up_to_five_minutes(app: Flask, noon: datetime) -> None:
    broken = Reader()
    broken.error = ValueError("again")
    reactions = (Reaction("a.index", ("Noted",), broken),)
    noted(1)
    waits, now = [], noon
    for _ in range(10):
        with clock.frozen(now):
            deliver(reactions)
        (trouble,) = list_troubles(reactions)
        waits.append((trouble.retry_at - now).total_seconds())
        now = trouble.retry_at
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_clock_that_was_put_back_does_not_stop_a_failed_reaction(
    app: Flask, noon: datetime
) -> None:
    reader = Reader()
    reader.error = ValueError("once")
    reactions = (Reaction("a.index", ("Noted",), reader),)
    noted(1)
    deliver(reactions)
    reader.error = None
    with clock.frozen(noon - timedelta(days=40)):
        assert deliver(reactions) == 1


def test_an_error_that_quotes_odd_characters_is_stored(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The log would quote half a character, which the test runner cannot pass between processes.
    monkeypatch.setattr(delivery.log, "disabled", True)
    reader = Reader()
    reader.error = ValueError("odd \0 and \ud800" + "x" * 9000)
    reactions = (Reaction("a.index", ("Noted",), reader),)
    noted(1)
    deliver(reactions)
    (trouble,) = list_troubles(reactions)
    assert trouble.error.startswith(r"ValueError: odd \0 and \ud800xxx")
    assert len(trouble.error) == delivery.ERROR_LENGTH


def test_events_for_nobody_cost_no_commit_until_there_are_many(app: Flask) -> None:
    reactions = (Reaction("a.read", ("Nothing",), Reader()),)
    commits: list[int] = []
    noted(1)

    def count(_session: object) -> None:
        commits.append(1)

    listening.listen(db.session, "after_commit", count)
    try:
        deliver(reactions)
        assert commits == []
        note_at_once(delivery.BATCH)
        while sealing.seal():
            pass
        commits.clear()
        deliver(reactions)
        deliver(reactions)
        assert len(commits) == 1
    finally:
        listening.remove(db.session, "after_commit", count)
    assert position("a.read") == delivery.BATCH + 1


def test_what_a_handler_records_is_delivered_in_its_turn(app: Flask) -> None:
    def answer(events: list[SealedEvent]) -> None:
        writing()
        for event in events:
            if event.data["number"] < 3:
                record(Noted(number=event.data["number"] + 1), actor=VISITOR)

    reactions = (Reaction("a.answer", ("Noted",), answer),)
    noted(1)
    handled = 0
    while sealing.seal() + (now := deliver(reactions)):
        handled += now
    assert handled == 3
