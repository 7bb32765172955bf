"""``flask serve``: what ``make run`` starts. Schema, first pages, web server and worker.

One parent loads the application once, forks web server and worker from it, so that they share its
memory, and watches both: Ctrl-C ends all, and if one dies the other is stopped too.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from gunicorn.app.base import BaseApplication
from sqlalchemy import exists, select

import config
from app.accounts.services.demonstration import ensure_demo_people, find_demo_owner
from app.commands.demonstration import answer_demo_drafts, open_demo_calls
from app.commands.worker import run_worker
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.importing import load_starters
from app.search.folding import fold

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
            open_demo_calls()
            answer_demo_drafts()
    db.session.remove()
    db.engine.dispose()
    address = f"http://{host}:{port}"
    site = _Site(current_app._get_current_object(), host, port, workers)  # type: ignore[attr-defined]
    _share_memory()
    with _Family() as family:
        family.start("worker", lambda: run_worker(settings.instance_dir))
        family.start("web", site.run)
        _wait_until_up(family, settings.instance_dir)
        click.echo(f"\n{settings.site_name} is open: {address}")
        for label, what, path in links:
            click.echo(f"  sign in as {label} ({what}): {address}{path}")
        click.echo("Stop with Ctrl-C.")
        family.wait()


class _Site(BaseApplication):
    """The web server: gunicorn around an application that is loaded already."""

    def __init__(self, app: Flask, host: str, port: int, workers: int) -> None:
        self._app = app
        self._chosen: dict[str, Any] = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": 4,
            "worker_class": "gthread",
            "preload_app": True,
            "graceful_timeout": 8,
            "timeout": 60,
            "keepalive": 15,
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def _share_memory() -> None:
    """Before the forks: load the tables that every process needs, keep the collector from
    touching (and so copying) what they share, and give glibc two arenas, because a heap for every
    thread keeps what each once needed: 50 MB in all."""
    fold("條")
    gc.collect()
    gc.freeze()
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        arena_max = -8  # M_ARENA_MAX of malloc.h
        mallopt(arena_max, 2)


class _Family:
    """The processes that live and die together."""

    def __init__(self) -> None:
        self._children: dict[str, int] = {}
        self._stopping = False

    def __enter__(self) -> _Family:
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        if self._children:
            self._stop()

    def start(self, name: str, run: Callable[[], None]) -> None:
        """Fork a child that does ``run`` and ends."""
        pid = os.fork()
        if pid:
            self._children[name] = pid
            return
        # A session of its own: Ctrl-C reaches only the parent, which stops all in good order.
        os.setsid()
        self._children.clear()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
        raise SystemExit(0)

    def wait(self) -> None:
        """Return when asked to stop, or exit with 1 when a process has died by itself."""
        while not self._stopping:
            if dead := self.dead():
                raise click.ClickException(f"the {dead} process has stopped by itself")
            time.sleep(0.2)

    def dead(self) -> str:
        """The name of a child that has ended, "" while all live."""
        for name, pid in self._children.items():
            if _has_ended(pid):
                del self._children[name]
                return name
        return ""

    @property
    def is_stopping(self) -> bool:
        return self._stopping

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        click.echo("Stopping …")
        for pid in self._children.values():
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        waiting = set(self._children.values())
        while waiting and time.monotonic() < deadline:
            waiting = {pid for pid in waiting if not _has_ended(pid)}
            time.sleep(0.05)
        for pid in waiting:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _has_ended(pid: int) -> bool:
    return os.waitpid(pid, os.WNOHANG)[0] == pid


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
