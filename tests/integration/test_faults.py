"""Faults of the machine: a full disk, a disk that cannot be written, helpers and files gone."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

import config
from app.access.actor import Actor
from app.database import db, keep
from app.discussions.models import Comment
from app.policies.models import Revision
from app.web import error_pages
from app.web.transaction import abandon
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy
from tests.builders.whole_site import Place, addresses, drain
from tests.checking_client import CheckingClient

TEXT = "# Rules\n\nArticle 1\n\nThe quillwort stays.\n\nArticle 2\n\nThis applies at once.\n"
READ = ("/", "/policies", "/policies/rules", "/policies/rules/history", "/recent", "/threads/1")
Spoil = Callable[[sqlite3.Connection], object]


@pytest.fixture
def in_service(app: Flask) -> Iterator[Flask]:
    """The application with its last door, behind which every fault becomes a page."""
    handlers = app.error_handler_spec[None][None]
    handlers[Exception] = error_pages.crashed
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    app.config["PROPAGATE_EXCEPTIONS"] = True
    del handlers[Exception]


@pytest.fixture
def writer(in_service: Flask, client: CheckingClient) -> Actor:
    """Somebody who edits the open policy at ``rules``, on which there is one thread."""
    policy = make_policy(slug="rules", language="en", text=TEXT, mode="open")
    make_thread(policy)
    actor = make_actor()
    sign_in(client, actor)
    return actor


@contextmanager
def every_connection(spoil: Spoil, mend: Spoil) -> Iterator[None]:
    """Within the block, ``spoil`` is done to every connection that is taken; nothing restarts."""

    def taken(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        spoil(connection)

    def given_back(connection: sqlite3.Connection, _record: object) -> None:
        mend(connection)

    db.session.rollback()
    event.listen(db.engine, "checkout", taken)
    event.listen(db.engine, "checkin", given_back)
    try:
        yield
    finally:
        db.session.rollback()
        event.remove(db.engine, "checkout", taken)
        event.remove(db.engine, "checkin", given_back)


@contextmanager
def full_disk() -> Iterator[None]:
    """The database cannot grow by a single page."""
    pages = db.session.scalar(text("PRAGMA page_count"))

    def spoil(connection: sqlite3.Connection) -> object:
        return connection.execute(f"PRAGMA max_page_count={pages}")

    def mend(connection: sqlite3.Connection) -> object:
        return connection.execute("PRAGMA max_page_count=1073741823")

    with every_connection(spoil, mend):
        yield


@contextmanager
def disk_that_cannot_be_written() -> Iterator[None]:
    """What a database on a read-only disk says to every writer."""
    with every_connection(
        lambda connection: connection.execute("PRAGMA query_only=ON"),
        lambda connection: connection.execute("PRAGMA query_only=OFF"),
    ):
        yield


def _long_words() -> str:
    """300 KB that no compression makes much smaller."""
    dice = random.Random(1)
    line = "".join
    return "\n\n".join(
        line(chr(dice.randrange(0x4E00, 0x9F00)) for _ in range(500)) for _ in range(200)
    )


def _edit(client: CheckingClient, words: str) -> dict[str, str]:
    token = client.get_token("/policies/rules/edit")
    return {"csrf_token": token, "text": f"{TEXT}\n{words}\n", "base": "1", "summary": "mine"}


@pytest.fixture
def on_sqlite(settings: config.Settings) -> bool:
    """Whether the database is a file; a PostgreSQL server's disk is not ours to fill."""
    return settings.is_sqlite


def test_a_full_disk_gives_the_words_back_and_reading_goes_on(
    client: CheckingClient, writer: Actor, on_sqlite: bool
) -> None:
    if not on_sqlite:
        assert error_pages._fault(_disk_full_of_postgresql())[0] == 507
        return
    client.strict = False
    words = _long_words()
    sent = _edit(client, words)
    with full_disk():
        answer = client.post("/policies/rules/edit", data=sent)
        assert answer.status_code == 507
        assert words in answer.get_data(as_text=True)
        assert "The disk of the site is full" in answer.get_data(as_text=True)
        for path in READ:
            assert client.get(path).status_code == 200, path
        body = {"csrf_token": sent["csrf_token"], "body": words[:19_000]}
        answer = client.post("/threads/1", data=body)
        assert answer.status_code == 507
        assert body["body"][:400] in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.max(Revision.number))) == 1
    assert client.post("/policies/rules/edit", data=sent).status_code == 303
    assert client.post("/threads/1", data=body).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 2


def _disk_full_of_postgresql() -> OperationalError:
    class DiskFull(Exception):
        sqlstate = "53100"

    return OperationalError("INSERT", {}, DiskFull())


def test_a_disk_that_cannot_be_written_is_told_in_one_sentence(
    app: Flask, client: CheckingClient, writer: Actor, on_sqlite: bool
) -> None:
    if not on_sqlite:
        return
    sent = _edit(client, "My own words.")
    visitor = app.test_client()
    with disk_that_cannot_be_written():
        for path in READ:
            assert client.get(path).status_code == 200, path
            assert visitor.get(path).status_code == 200, path
        answer = client.post("/policies/rules/edit", data=sent)
        assert answer.status_code == 503
        assert "read-only" in answer.get_data(as_text=True)
        assert "My own words." in answer.get_data(as_text=True)
    assert client.post("/policies/rules/edit", data=sent).status_code == 303


def test_in_read_only_mode_nothing_is_written_and_every_page_says_so(
    app: Flask, client: CheckingClient, writer: Actor
) -> None:
    sent = _edit(client, "My own words.")
    place, settings = Place("rules", "c2", 1, "1...1", 1, 1, 1), app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, read_only=True)
    try:
        for path in addresses(app, place, method="POST"):
            answer = client.post(path, data={**sent, "body": "My own words."})
            assert answer.status_code in (403, 503), path
            assert "My own words." in answer.get_data(as_text=True)
        for path in READ[:-1]:
            page = client.get(path).get_data(as_text=True)
            assert "open for reading only" in page, path
    finally:
        app.config["SETTINGS"] = settings
    assert db.session.scalar(select(func.max(Revision.number))) == 1


def test_in_read_only_mode_nothing_is_kept_of_a_page_that_was_read(app: Flask) -> None:
    settings, kept = app.config["SETTINGS"], list[bool]()
    for is_read_only in (True, False):
        app.config["SETTINGS"] = replace(settings, read_only=is_read_only)
        db.session.execute(text("SELECT 1"))
        keep(lambda now=is_read_only: kept.append(now))
        abandon()
    app.config["SETTINGS"] = settings
    assert kept == [False]


@pytest.mark.parametrize("damage", ["gone", "empty", "garbled"])
def test_a_damaged_index_stops_neither_searching_nor_saving(
    client: CheckingClient, writer: Actor, settings: config.Settings, damage: str
) -> None:
    drain()
    index = settings.instance_dir / "index"
    files = [file for file in index.rglob("*") if file.is_file()]
    assert files
    for file in files:
        if damage == "garbled":
            file.write_bytes(os.urandom(file.stat().st_size or 1))
        elif damage == "empty":
            file.write_bytes(b"")
    if damage == "gone":
        shutil.rmtree(index)
    assert client.get("/search?q=quillwort").status_code == 200
    assert client.post("/policies/rules/edit", data=_edit(client, "Brimborion.")).status_code == 303
    drain()
    assert "brimborion" in client.get("/search?q=brimborion").get_data(as_text=True).lower()
    found = client.get("/search?q=quillwort").get_data(as_text=True)
    assert "/policies/rules" in found


def test_pages_are_rendered_without_a_place_for_the_cache(
    app: Flask, client: CheckingClient, settings: config.Settings, in_service: Flask
) -> None:
    cache = settings.instance_dir / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    cache.write_text("not a folder")
    make_policy(slug="rules", language="en", text=TEXT.replace("stays", "hovers"))
    assert "hovers" in client.get("/policies/rules").get_data(as_text=True)


def test_a_helper_that_is_killed_is_replaced(client: CheckingClient, in_service: Flask) -> None:
    renderer = in_service.extensions["gongyi_renderer"]
    for number in range(3):
        words = f"Thing {number} **stays**."
        make_policy(slug=f"rules-{number}", language="en", text=f"# R\n\nArticle 1\n\n{words}\n")
        page = client.get(f"/policies/rules-{number}").get_data(as_text=True)
        assert "<strong>stays</strong>" in page
        for helper in renderer._helpers.values():
            if helper._process is not None:
                os.kill(helper._process.pid, signal.SIGKILL)


def test_a_database_that_is_away_is_told_on_a_whole_page(
    client: CheckingClient, writer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = _edit(client, "My own words.")

    def away(*_: object, **__: object) -> object:
        raise OperationalError(
            "SELECT", {}, sqlite3.OperationalError("unable to open database file")
        )

    monkeypatch.setattr(type(db.engine), "raw_connection", away)
    monkeypatch.setattr(type(db.engine), "connect", away)
    client.strict = False  # the client itself would ask the database first
    answer = client.post("/policies/rules/edit", data=sent)
    monkeypatch.undo()
    assert answer.status_code == 500
    assert "My own words." in answer.get_data(as_text=True)
    assert client.post("/policies/rules/edit", data=sent).status_code == 303
