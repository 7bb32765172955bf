"""Fixtures of all tests: a real migrated database per test, a checking client, a frozen clock.

Every test gets its own copy of a migrated database and commits for real, so the write gate, the
edge and the ledger behave as they do in service. ``--database postgresql`` runs the same tests on
a PostgreSQL server that the run starts itself.
"""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, event, text

import config
from app import clock, create_app
from app.accounts.services import setup
from app.database import db
from app.notifications.services.digest_press import press
from app.papers.shelf import shelf
from app.policies import versions
from app.search import services as searching
from tests.checking_client import CheckingClient
from tests.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
CORPUS = Path(os.environ.get("CORPUS_DIR") or ROOT / ".." / "shared" / "corpus").resolve()
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # noon in Beijing, a Monday
# Small matrices take ten times as long on several threads while other tests run.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What looks at the whole site takes longest: begun last, it would leave the other worker idle.
    items.sort(key=lambda item: len(item.path.parts))
    if not CORPUS.is_dir():
        skip = pytest.mark.skip(reason=f"CORPUS_DIR is absent ({CORPUS.name})")
        for item in items:
            if "corpus" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real laws and policies."""
    return CORPUS


@pytest.fixture(scope="session")
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/gongyi.db"
        return
    with Server() as server:
        yield server.url("gongyi")


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> config.Settings:
    return config.read(
        {
            "APP_ENV": "test",
            "DATABASE_URL": database_url,
            "INSTANCE_DIR": str(tmp_path_factory.mktemp("instance")),
            "SECRET_KEY": "a key for tests",
            "SITE_URL": "http://localhost",
            "DEFAULT_LOCALE": "en",
        }
    )


@pytest.fixture(scope="session")
def _app(settings: config.Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.test_client_class = CheckingClient
    with app.app_context():
        if settings.is_sqlite:
            event.listen(db.engine, "connect", _without_waiting_for_the_disk)
        upgrade()
        db.engine.dispose()
    if settings.is_sqlite:
        path = Path(db_file(settings))
        shutil.copy(path, path.with_suffix(".template"))
    gc.freeze()  # the code itself is never garbage: looking for it costs a tenth of all tests
    yield app
    app.extensions["gongyi_renderer"].close()
    with app.app_context():
        db.engine.dispose()


def _without_waiting_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    """What is committed survives a killed process all the same; only a power cut would take it."""
    connection.execute("PRAGMA synchronous=OFF")


def db_file(settings: config.Settings) -> str:
    return settings.database_url.removeprefix("sqlite:///")


@pytest.fixture
def app(_app: Flask, settings: config.Settings) -> Iterator[Flask]:
    """The application on an empty, migrated database."""
    _hand_out(settings)
    with _app.app_context():
        yield _app
        db.session.remove()
        _empty(settings)
        versions.forget()
        press.clear()
    shutil.rmtree(settings.instance_dir, ignore_errors=True)
    settings.instance_dir.mkdir(exist_ok=True)
    _app.extensions["gongyi_pages"].clear()


def _hand_out(settings: config.Settings) -> None:
    """What the application hands to services that never see it: a test that made a second one left
    the second one's settings behind."""
    if setup.settings() is settings:
        return
    setup.configure(settings)
    shelf.keep_in(settings.instance_dir / "papers")
    searching.keep_in(settings.instance_dir / "index")


def _empty(settings: config.Settings) -> None:
    db.engine.dispose()
    if settings.is_sqlite:
        path = Path(db_file(settings))
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copy(path.with_suffix(".template"), path)
        return
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        # Ten times quicker than TRUNCATE; as a replica the server asks no trigger and no key.
        sequences = connection.scalars(text("SELECT sequencename FROM pg_sequences")).all()
        steps = ["SET LOCAL session_replication_role = replica"]
        steps += [f'DELETE FROM "{table.name}"' for table in db.metadata.sorted_tables]
        steps += [f"SELECT setval('{name}', 1, false)" for name in sequences]
        connection.exec_driver_sql("; ".join(steps))
    engine.dispose()


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """A browser without JavaScript that checks every page it is given."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return client


@pytest.fixture
def noon() -> Iterator[datetime]:
    """A clock that stands still at noon in Beijing."""
    with clock.frozen(NOON):
        yield NOON
