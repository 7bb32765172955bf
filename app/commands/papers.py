"""``flask papers make``: the child process in which the worker has papers made."""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal

import click
from flask.cli import AppGroup

from app.papers.services.making import make_wanted
from app.papers.services.tending import LONGEST
from app.papers.shelf import shelf

# Address space, of which a third is touched at most: libraries and fonts are mapped, not read.
MOST_MEMORY = 1_536 * 1024 * 1024
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl.h

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
    _limit()
    count = make_wanted()
    click.echo(f"Papers made: {count}.")


def _limit() -> None:
    """Be the least important process, take no more than one may, and end when the worker ends."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(LONGEST), int(LONGEST)))
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_DIE_WITH_PARENT, signal.SIGKILL)
