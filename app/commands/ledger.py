"""``flask ledger``: check the whole record, and write down where it stands."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from app import clock
from app.ledger import queries
from app.ledger.chain import BadRecord

group = AppGroup("ledger", help="Check the record of everything that happened.")


@group.command("verify")
def verify() -> None:
    """Check every sealed event; exit 1 with the first bad record."""
    verdict = queries.verify()
    if isinstance(verdict, BadRecord):
        click.echo(f"seq={verdict.seq} bad: {verdict.reason}")
        raise SystemExit(1)
    click.echo(f"seq={verdict.seq} head={verdict.hash.hex()}")


@group.command("checkpoint")
def checkpoint() -> None:
    """Print the head as one line of JSON, to be kept where nobody here can change it."""
    head = queries.get_head()
    time = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    click.echo(json.dumps({"seq": head.seq, "head": head.hash.hex(), "time": time}))
