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


# Columns that can hold words of people: of any length, of more than 16 characters, or of bytes.
WORDS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
           a.attstattarget IS DISTINCT FROM 0 AS is_sampled, s.attname IS NOT NULL AS was_sampled
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_stats s
      ON s.schemaname = current_schema() AND s.tablename = c.relname AND s.attname = a.attname
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND (a.atttypid IN ('text'::regtype, 'bytea'::regtype, 'json'::regtype, 'jsonb'::regtype)
           OR a.atttypid = 'varchar'::regtype AND a.atttypmod NOT BETWEEN 1 AND 20)
"""


def _keep_words_out_of_statistics(connection):
    """PostgreSQL copies samples of every column into its catalog, where words that were removed for
    good would live on. Without a sample it plans by unique indexes and by what it assumes, which
    does for such columns."""
    found = connection.execute(text(WORDS)).all()
    for table, column, kind, is_sampled, was_sampled in found:
        if is_sampled:
            connection.execute(
                text(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')
            )
        if was_sampled:  # the one way without a superuser to drop a sample; rewrites no row
            connection.execute(text(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind}'))
    connection.commit()
    if any(was_sampled for *_, was_sampled in found):
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("VACUUM (FULL) pg_statistic"))


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
        if connection.dialect.name == "postgresql":
            _keep_words_out_of_statistics(connection)


run()
