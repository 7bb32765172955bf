"""``flask papers make``: the child process in which the worker has papers made."""

from __future__ import annotations

import fcntl
import os

import click
from flask.cli import AppGroup

from app.commands.child import limit_child
from app.papers.services.making import make_wanted
from app.papers.services.tending import LONGEST
from app.papers.shelf import shelf

# Address space, of which a third is touched at most: libraries and fonts are mapped, not read.
MOST_MEMORY = 1_536 * 1024 * 1024

group = AppGroup("papers", help="Papers as HTML, DOCX, PDF and CSV.")


@group.command("make")
def make() -> None:
    """Make the papers that are wanted, within limits of memory and time, then exit."""
    descriptor = os.open(shelf.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        click.echo("Papers are being made already.")
        return
    limit_child(memory=MOST_MEMORY, seconds=LONGEST)
    count = make_wanted()
    click.echo(f"Papers made: {count}.")
