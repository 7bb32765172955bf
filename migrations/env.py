"""Alembic's environment: the app's metadata, one migration at a time, whoever starts it."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import text

import app.models  # noqa: F401 - every table must be known before metadata is compared
from app.database import db


@contextmanager
def one_at_a_time(connection):
    """Two upgrades at once: one runs, the other waits and finds the work done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_lock(740311)"))
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(740311)"))
            connection.commit()
        return
    path = current_app.config["SETTINGS"].instance_dir / "migrate.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _check_keys(connection, state):
    """SQLite ignores this pragma inside a transaction, so it is sent past SQLAlchemy, which would
    begin one."""
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute(f"PRAGMA foreign_keys={state}")


def run() -> None:
    engine = db.engine
    with engine.connect() as connection, one_at_a_time(connection):
        connection.rollback()
        _check_keys(connection, "OFF")  # batch mode rebuilds tables that others refer to
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.rollback()
        _check_keys(connection, "ON")


run()
