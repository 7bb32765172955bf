"""``flask serve``: what ``make run`` starts. Schema, first pages, web server and worker.

One parent watches both; Ctrl-C ends all of it, and if one of them dies the other is stopped too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import exists, select

import config
from app.accounts.services.demonstration import ensure_demo_people, find_demo_owner
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.importing import load_starters

STOP_WITHIN = 12  # seconds until a process that does not stop by itself is killed


@click.command("serve")
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"))
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int)
@click.option("--workers", default=lambda: int(os.environ.get("WORKERS", "2")), type=int)
@with_appcontext
def command(host: str, port: int, workers: int) -> None:
    """Prepare the database and serve the wiki until Ctrl-C."""
    settings: config.Settings = current_app.config["SETTINGS"]
    click.echo("Database: bringing the schema up to date …")
    upgrade()
    with committing():
        links = ensure_demo_people()
    if not db.session.scalar(select(exists().where(Policy.id.is_not(None)))):
        click.echo("First start: loading the pages of wiki_pages/ …")
        with committing():
            load_starters(config.ROOT / "wiki_pages", owner_id=find_demo_owner())
    db.session.remove()
    db.engine.dispose()
    address = f"http://{host}:{port}"
    with _Family() as family:
        family.start("worker", [sys.executable, "-m", "flask", "worker"])
        family.start("web", _gunicorn(host, port, workers))
        _wait_until_up(family, settings.instance_dir)
        click.echo(f"\n{settings.site_name} is open: {address}")
        for label, role, path in links:
            click.echo(f"  sign in as {label} ({role}): {address}{path}")
        click.echo("Stop with Ctrl-C.")
        family.wait()


def _gunicorn(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{host}:{port}",
        "--workers", str(workers), "--threads", "4", "--worker-class", "gthread",
        "--preload", "--graceful-timeout", "8", "--timeout", "60", "--keep-alive", "15",
        "--log-level", "warning",
    ]  # fmt: skip


class _Family:
    """The processes that live and die together."""

    def __init__(self) -> None:
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def __enter__(self) -> _Family:
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def start(self, name: str, arguments: list[str]) -> None:
        # Own sessions: Ctrl-C reaches only the parent, which then stops them in good order. Two
        # arenas: a heap for every thread keeps what each once needed, 50 MB in all.
        environ = {**os.environ, "MALLOC_ARENA_MAX": "2"}
        self._children[name] = subprocess.Popen(  # noqa: S603
            arguments, env=environ, start_new_session=True
        )

    def wait(self) -> None:
        """Return when asked to stop, or exit with 1 when a process has died by itself."""
        while not self._stopping:
            if dead := self.dead():
                raise click.ClickException(f"the {dead} process has stopped by itself")
            time.sleep(0.2)

    def dead(self) -> str:
        return next((n for n, child in self._children.items() if child.poll() is not None), "")

    @property
    def is_stopping(self) -> bool:
        return self._stopping

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        click.echo("Stopping …")
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _wait_until_up(family: _Family, instance_dir: Path) -> None:
    """Until web server and worker answer; gives up when one of them has died."""
    beat = instance_dir / "worker.beat"
    started = time.time()
    while time.time() - started < 60 and not family.is_stopping:
        if family.dead():
            return
        if beat.exists() and beat.stat().st_mtime >= started - 1:
            return
        time.sleep(0.1)
