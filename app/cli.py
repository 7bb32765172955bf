"""The list of ``flask …`` command groups."""

from __future__ import annotations

import click
from flask import Flask

from app.commands import ledger, people, policies, text, worker

COMMANDS: tuple[click.Command, ...] = (
    ledger.group,
    people.group,
    policies.group,
    text.group,
    worker.command,
)


def register(app: Flask) -> None:
    """Attach the command groups to ``flask``."""
    for command in COMMANDS:
        app.cli.add_command(command)
