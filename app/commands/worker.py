"""``flask worker``: start the one background process, or let it do what is due and exit."""

from __future__ import annotations

import signal
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.ledger.delivery import Trouble
from app.worker import Worker, WorkerRunning, only_worker


@click.command("worker")
@click.option("--once", is_flag=True, help="Do all that is due, then exit.")
@with_appcontext
def command(once: bool) -> None:
    """Seal events and let their reactions follow, until stopped."""
    run_worker(current_app.config["SETTINGS"].instance_dir, once=once)


def run_worker(instance_dir: Path, *, once: bool = False) -> None:
    """Be the worker of this instance until stopped; exits with a sentence when there is one."""
    try:
        with only_worker(instance_dir):
            worker = Worker(instance_dir)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: worker.stop())
            if once:
                _report(worker.drain())
            else:
                worker.run()
    except WorkerRunning as running:
        click.echo(f"A worker is already running here (process {running}).", err=True)
        raise SystemExit(1) from None


def _report(troubles: list[Trouble]) -> None:
    for trouble in troubles:
        click.echo(f"{trouble.reaction} stands still: {trouble.error}", err=True)
    if troubles:
        raise SystemExit(1)
