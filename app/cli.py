"""The list of ``flask …`` command groups."""

from __future__ import annotations

import click
from flask import Flask

from app.commands import (
    consensus,
    contributions,
    docs,
    ledger,
    notifications,
    opendata,
    papers,
    people,
    policies,
    search,
    serve,
    text,
    worker,
)

COMMANDS: tuple[click.Command, ...] = (
    consensus.group,
    contributions.group,
    docs.group,
    ledger.group,
    notifications.group,
    opendata.group,
    papers.group,
    people.group,
    policies.group,
    search.group,
    serve.command,
    text.group,
    worker.command,
)


def register(app: Flask) -> None:
    """Attach the command groups to ``flask``."""
    for command in COMMANDS:
        app.cli.add_command(command)
