"""Sealing: one gap-free sequence, whoever commits when; rows that stay; tampering that shows."""

from __future__ import annotations

import random
import threading
import time

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app import clock
from app.access.actor import VISITOR
from app.database import committing, db, writing
from app.ledger import queries, sealing
from app.ledger.chain import BadRecord, Head
from app.ledger.models import EventRecord, UnsealedEvent
from app.ledger.services import record
from app.policies.models import Policy, Revision
from tests.builders.accounts import make_person
from tests.builders.ledger import (
    PERMANENT,
    Noted,
    event_ids,
    note,
    note_at_once,
    sealed_ids,
    tamper,
    whisper,
)


def first_bad() -> int:
    verdict = queries.verify()
    db.session.rollback()
    assert isinstance(verdict, BadRecord)
    return verdict.seq


def make_revision() -> None:
    author = make_person()
    with committing():
        policy = Policy(
            slug="parking",
            title="Parking",
            language="en",
            kind="rule",
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        db.session.add(policy)
        db.session.flush()
        db.session.add(
            Revision(
                policy_id=policy.id,
                number=1,
                kind="edit",
                author_id=author.id,
                author_role="officer",
                saved_at=clock.now(),
                summary="",
                summary_salt=b"",
                keyframe=1,
                sha256=b"",
                text_zstd=b"",
                outline_zstd=b"",
            )
        )


def test_events_are_sealed_in_the_order_they_were_written_and_without_gaps(app: Flask) -> None:
    note(1, 2, 3)
    assert sealing.seal() == 3
    note(4)
    assert sealing.seal() == 1
    assert sealed_ids() == list(enumerate(event_ids(), start=1))
    assert not queries.has_unsealed()


def test_nothing_to_seal_is_nothing_sealed(app: Flask) -> None:
    assert sealing.seal() == 0
    assert queries.get_head() == Head()


def test_at_most_as_many_as_asked_are_sealed_and_the_rest_waits(app: Flask) -> None:
    note_at_once(5)
    assert [sealing.seal(2) for _ in range(4)] == [2, 2, 1, 0]
    assert sealed_ids() == list(enumerate(event_ids(), start=1))


def test_an_event_that_was_rolled_back_leaves_no_gap(app: Flask) -> None:
    note(1)
    writing()
    record(Noted(number=2), actor=VISITOR)
    db.session.rollback()
    note(3)
    sealing.seal()
    assert [seq for seq, _ in sealed_ids()] == [1, 2]


def test_a_lower_id_that_commits_later_is_sealed_later(app: Flask) -> None:
    note(1, 2, 3)
    early, late, last = event_ids()
    with committing():
        row = db.session.get_one(UnsealedEvent, late)
        db.session.delete(row)
    sealing.seal()
    with committing():
        db.session.add(UnsealedEvent(event_id=late))
    sealing.seal()
    assert sealed_ids() == [(1, early), (2, last), (3, late)]
    assert queries.verify() == queries.get_head()


def test_two_sealers_and_four_writers_at_once_seal_every_event_once(app: Flask) -> None:
    writing_ends = threading.Event()

    def write(seed: int) -> None:
        pick = random.Random(seed)
        with app.app_context():
            for number in range(15):
                with committing():
                    record(Noted(number=number), actor=VISITOR)
                    time.sleep(pick.random() * 0.004)

    def seal() -> None:
        with app.app_context():
            while not writing_ends.is_set():
                sealing.seal(7)

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    sealers = [threading.Thread(target=seal) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in writers:
        thread.join()
    writing_ends.set()
    for thread in sealers:
        thread.join()
    while sealing.seal():
        pass
    seals = sealed_ids()
    assert [seq for seq, _ in seals] == list(range(1, 61))
    assert sorted(event_id for _, event_id in seals) == event_ids()
    assert queries.verify() == queries.get_head()


@pytest.mark.parametrize("table", PERMANENT)
@pytest.mark.parametrize("act", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_a_row_of_the_record_can_be_neither_changed_nor_deleted(
    app: Flask, table: str, act: str
) -> None:
    note(1)
    sealing.seal()
    make_revision()
    column = {"event": "payload", "seal": "hash", "revision": "summary"}[table]
    with pytest.raises(DBAPIError, match="permanent"), committing():
        db.session.execute(text(act.format(table, column)))
    assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 1


@pytest.mark.parametrize("table", PERMANENT)
def test_a_row_of_the_record_cannot_be_replaced(app: Flask, table: str) -> None:
    note(1)
    sealing.seal()
    make_revision()
    # SQLite's REPLACE deletes the old row silently; PostgreSQL refuses the second row by its key.
    verb = "INSERT" if db.engine.dialect.name == "postgresql" else "INSERT OR REPLACE"
    with pytest.raises(DBAPIError), committing():
        db.session.execute(text(f"{verb} INTO {table} SELECT * FROM {table}"))


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        ("UPDATE event SET payload = '{\"number\": 9}' WHERE id = :third", 3),
        ("UPDATE event SET payload = 'not even JSON' WHERE id = :third", 3),
        ("UPDATE event SET occurred_at = '2020-01-01 00:00:00' WHERE id = :third", 3),
        ("UPDATE event SET actor = 'p666' WHERE id = :third", 3),
        ("UPDATE event SET is_public = false WHERE id = :third", 3),
        ("UPDATE seal SET leaf = hash WHERE seq = 4", 4),
        ("UPDATE seal SET hash = leaf WHERE seq = 4", 4),
        ("DELETE FROM seal WHERE seq = 2", 2),
        ("DELETE FROM seal WHERE seq = 5", 5),
        ("UPDATE seal SET seq = 6 WHERE seq = 5", 5),
        ("UPDATE seal SET seq = -5 WHERE seq = 5", 5),
    ],
)
def test_tampering_is_found_at_the_record_that_suffered(
    app: Flask, statement: str, bad: int
) -> None:
    note(1, 2, 3, 4, 5)
    sealing.seal()
    third = event_ids()[2]
    tamper(statement, **({"third": third} if ":third" in statement else {}))
    assert first_bad() == bad


def test_a_time_that_is_no_time_is_found(app: Flask) -> None:
    note(1, 2, 3)
    sealing.seal()
    value = "infinity" if db.engine.dialect.name == "postgresql" else "yesterday"
    tamper(f"UPDATE event SET occurred_at = '{value}' WHERE id = :id", id=event_ids()[1])
    verdict = queries.verify()
    db.session.rollback()
    assert isinstance(verdict, BadRecord)


def test_an_end_that_was_cut_off_is_found_where_reactions_had_read_on(app: Flask) -> None:
    note(1, 2, 3)
    sealing.seal()
    with committing():
        db.session.execute(
            text(
                "INSERT INTO ledger_cursor (reaction, seq, failures, last_error)"
                " VALUES ('a', 3, 0, '')"
            )
        )
    last = event_ids()[-1]
    tamper("DELETE FROM seal WHERE event_id = :last", last=last)
    tamper("DELETE FROM event WHERE id = :last", last=last)
    assert first_bad() == 3


def test_an_event_that_is_not_public_enters_the_chain_and_shows_only_its_leaf(app: Flask) -> None:
    note(1)
    whisper(2)
    sealing.seal()
    shown = [queries.chain.published(one) for one in queries.list_records()]
    assert [one.event is None for one in shown] == [False, True]
    assert queries.chain.verify(shown) == queries.get_head()


def test_every_event_has_a_nonce_of_its_own(app: Flask) -> None:
    note(1, 1, 1)
    assert db.session.scalar(select(func.count(EventRecord.nonce.distinct()))) == 3
