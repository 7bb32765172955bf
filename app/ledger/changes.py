"""Whether anybody has committed since we last looked, for almost nothing."""

from __future__ import annotations

from typing import Any

from app.database import db
from app.ledger.queries import has_unsealed


class Changes:
    """Asks SQLite's own counter of other connections' commits; on PostgreSQL, the inbox.

    The counter costs microseconds and reads no table, so an idle worker costs nothing that counts.
    """

    def __init__(self) -> None:
        self._is_sqlite = db.engine.dialect.name == "sqlite"
        self._connection: Any = None
        self._version: int | None = None

    def seen(self) -> bool:
        """True once after every change, the first time always."""
        if not self._is_sqlite:
            first, self._version = self._version is None, 0
            waiting = has_unsealed()
            db.session.rollback()
            return first or waiting
        before, self._version = self._version, self._counter()
        return before != self._version

    def close(self) -> None:
        """Give the connection back; the next look opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._version = None

    def _counter(self) -> int:
        if self._connection is None:
            # The counter differs per connection, so it must be asked of the same one every time.
            self._connection = db.engine.raw_connection()
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
