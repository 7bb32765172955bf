"""The list of ``flask …`` command groups."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Attach the command groups to ``flask``."""
    for group in ():
        app.cli.add_command(group)
