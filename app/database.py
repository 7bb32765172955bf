"""The database: session, base class of all tables, and the write gate.

Reads run in deferred transactions. Whoever changes something calls ``writing()`` first: on SQLite
that queues the writers on a file lock instead of letting them collide, on PostgreSQL it only marks
the session. A flush outside the gate is a mistake in the code and raises.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, Select, event, text
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
GATE = "gongyi_gate"
KEPT = "gongyi_kept"


class Base(DeclarativeBase):
    """All tables share one naming of constraints, so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC moments in Python; SQLite, which has no zones, stores them without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone reached the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Lookup:
    """A SELECT for questions that are asked all day; one row of it past session and transaction.

    The SELECT is compiled once a database, which makes it ten times cheaper than through the
    session. Columns come back as the driver gives them: ask for numbers and strings; ``moment``
    reads a time.
    """

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        self._query = query
        self._compiled: dict[str, SQLCompiler] = {}

    def first(self, **values: object) -> tuple[Any, ...] | None:
        """The first row for these values of the query's parameters, or None."""
        engine = db.engine
        compiled = self._compiled_for(engine.dialect)
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(compiled.string, _bound(compiled, values))
            row: tuple[Any, ...] | None = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
        return row

    def rows(self, **values: object) -> list[tuple[Any, ...]]:
        """Every row, read inside the session's own transaction."""
        connection = db.session.connection()
        compiled = self._compiled_for(connection.dialect)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.string, _bound(compiled, values))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def _compiled_for(self, dialect: Dialect) -> SQLCompiler:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._query.compile(dialect=dialect)
            self._compiled[dialect.name] = compiled
        return compiled


def moment(value: datetime | str) -> datetime:
    """A moment as ``Lookup`` gives it: SQLite keeps words without a zone, PostgreSQL times."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _bound(compiled: SQLCompiler, values: dict[str, object]) -> Any:
    """The values as the driver takes them: by place on SQLite, by name on PostgreSQL."""
    bound = compiled.construct_params(values)
    for name, process in compiled._bind_processors.items():
        bound[name] = process(bound[name])  # type: ignore[operator]
    return [bound[name] for name in compiled.positiontup or ()] if compiled.positional else bound


def configure(engine: Engine, lock_path: Path) -> None:
    """Teach a new engine our transactions; ``lock_path`` is the write gate's file (SQLite)."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: it would begin them too late.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an answered save survives a power cut
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-2000",  # KiB a connection; every thread has one, the system caches files
            "temp_store=MEMORY",
            "secure_delete=ON",  # what is deleted is overwritten in the file, not only let go of
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _began(connection: Any) -> None:
        # IMMEDIATE for all would make reads fail while somebody writes; only the gate asks for it.
        mode = connection.get_execution_options().get(GATE, "")
        connection.exec_driver_sql(f"BEGIN {mode}")

    engine.dialect._gongyi_lock_path = lock_path  # type: ignore[attr-defined]


def writing() -> None:
    """Enter the write gate for the rest of this transaction; entering twice is free.

    Ends the read before it: whatever was loaded is loaded again, so nobody decides on old rows.
    """
    session = db.session()
    if GATE in session.info:
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made before writing() was called")
    if session.in_transaction():
        session.rollback()
    engine = session.get_bind()
    lock_path: Path | None = getattr(engine.dialect, "_gongyi_lock_path", None)
    if lock_path is None:
        session.info[GATE] = None
        session.connection()
        return
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        session.info[GATE] = descriptor
        session.connection(execution_options={GATE: "IMMEDIATE"})
    except BaseException:
        session.info.pop(GATE, None)
        os.close(descriptor)
        raise


def must_be_writing() -> None:
    """For what writes past the unit of work: raise unless ``writing()`` was called."""
    if GATE not in db.session().info:
        raise RuntimeError("a service wrote without calling database.writing() first")


@event.listens_for(Session, "before_flush")
def _only_inside_the_gate(session: Session, _context: Any, _instances: Any) -> None:
    if GATE not in session.info and (session.new or session.dirty or session.deleted):
        raise RuntimeError("a service flushed without calling database.writing() first")


@event.listens_for(Session, "after_transaction_end")
def _leave_the_gate(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None and GATE in session.info:
        descriptor = session.info.pop(GATE)
        if descriptor is not None:
            os.close(descriptor)


def clear_freed(tables: Sequence[str], *, since: datetime, most_bytes: int) -> bool:
    """Take what was erased since ``since`` out of the database's files too; False: try again later.

    SQLite is written anew where it has at most ``most_bytes`` and its log is emptied; whoever saves
    meanwhile waits. PostgreSQL writes ``tables`` anew, once no transaction is left that may still
    read the old rows. Takes no part in the session's transaction, which has to be over.
    """
    lock_path: Path | None = getattr(db.engine.dialect, "_gongyi_lock_path", None)
    if lock_path is None:
        return _clear_postgresql(tables, since)
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)
    connection = db.engine.raw_connection()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        cursor = connection.cursor()
        pages, page = (
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
        )
        if pages * page <= most_bytes:
            cursor.execute("PRAGMA temp_store=FILE")  # the copy may be larger than the memory
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA temp_store=MEMORY")
        is_busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not is_busy
    finally:
        connection.close()
        os.close(descriptor)


def _clear_postgresql(tables: Sequence[str], since: datetime) -> bool:
    older = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND xact_start < :since"
    )
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if connection.scalar(older, {"since": since}):
            return False
        for table in tables:
            connection.exec_driver_sql(f'VACUUM (FULL) "{table}"')
    return True


@contextmanager
def committing() -> Iterator[None]:
    """For commands and the worker, which have no edge: commit at the end, or roll back."""
    writing()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def keep(remember: Callable[[], None]) -> None:
    """Run ``remember`` in a transaction of its own if this request is rolled back.

    The one exception to "a refused request changes nothing": drafts on a refusal, failed sign-ins,
    throttle counters. ``web/transaction.py`` runs what was kept.
    """
    db.session().info.setdefault(KEPT, []).append(remember)


def take_kept() -> list[Callable[[], None]]:
    """What ``keep`` collected since the last call; the caller runs it."""
    if not is_used():
        return []
    kept: list[Callable[[], None]] = db.session().info.pop(KEPT, [])
    return kept


def is_used() -> bool:
    """Whether this request has opened a session at all; a page out of the cache has not."""
    return db.session.registry.has()
