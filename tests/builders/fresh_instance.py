"""An instance of its own on SQLite, worked with the way an operator does: by commands."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import config


class FreshInstance:
    """A migrated, empty instance in ``folder``; every call is a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        self._environment = kept | {
            "INSTANCE_DIR": str(folder),
            "APP_ENV": "test",
            "FLASK_APP": "wsgi",
            "SITE_URL": "http://localhost",
        }
        self.run("db", "upgrade")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """``flask …`` begun and not waited for."""
        return subprocess.Popen(
            [sys.executable, "-m", "flask", *arguments],
            cwd=config.ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0) -> str:
        """What ``flask …`` prints; anything but exit ``code`` is a failure."""
        process = self.start(*arguments)
        printed, complaints = process.communicate(timeout=120)
        assert process.returncode == code, complaints
        return printed

    def policies(self) -> list[dict[str, Any]]:
        """``flask policies list --json``."""
        listed: list[dict[str, Any]] = json.loads(self.run("policies", "list", "--json"))
        return listed

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows straight from the database file."""
        connection = sqlite3.connect(self.folder / "gongyi.db", timeout=10)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()
