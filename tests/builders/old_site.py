"""The database of a site as an earlier release left it, brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import NullPool, create_engine, text

import config
from app.database import configure, db


class OldSite:
    """A SQLite site in ``folder`` whose schema is that of migration ``revision``."""

    def __init__(self, folder: Path, revision: str) -> None:
        url = f"sqlite:///{folder}/old.db"
        environ = {"APP_ENV": "test", "INSTANCE_DIR": str(folder), "SECRET_KEY": "k"}
        settings = config.read({**environ, "DATABASE_URL": url})
        # Tables and migrations only: a second whole application would hand its settings to the
        # services of the first.
        self._app = Flask("old_site")
        self._app.config.update(SETTINGS=settings, SQLALCHEMY_DATABASE_URI=url)
        db.init_app(self._app)
        Migrate(self._app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
        with self._app.app_context():
            configure(db.engine, folder / "write.lock")
        self.upgrade(revision)
        # No connection is kept: SQLite may prepare a statement by the schema of before.
        self.engine = create_engine(url, poolclass=NullPool)

    def upgrade(self, revision: str = "head") -> None:
        with self._app.app_context():
            upgrade(revision=revision)
            db.engine.dispose()

    def downgrade(self, revision: str) -> None:
        with self._app.app_context():
            downgrade(revision=revision)
            db.engine.dispose()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a SELECT finds."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]
