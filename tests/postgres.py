"""A PostgreSQL server for one test run: made, used through a socket, thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType


def binaries() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``, or None when no server is installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


class Server:
    """``with Server() as server`` starts a server without network and stops it again.

    Its folder is not one of pytest's: every other run of pytest locks those for all but its own
    user, and the server, which refuses to be root, dies of it.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
        self._as_root = os.geteuid() == 0

    def __enter__(self) -> Server:
        if self._as_root:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", self._data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
        # What protects from a power cut, and compiling of queries, only cost time here.
        fast = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c jit=off"
        options = f"-k {self._folder} -c listen_addresses='' -c max_connections=60 {fast}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "start")
        self._run("createdb", "-h", str(self._folder), "gongyi")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        user = "postgres" if self._as_root else os.environ.get("USER", "postgres")
        return f"postgresql+psycopg://{user}@/{database}?host={self._folder}"

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        folder = binaries()
        assert folder is not None, "no PostgreSQL server is installed"
        command = [str(folder / program), *arguments]
        if self._as_root:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, capture_output=True, cwd="/")
