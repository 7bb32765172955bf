"""``flask consensus rebuild``: drop the dashboard's figures and count them anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.consensus.services.rebuilding import rebuild

group = AppGroup("consensus", help="The figures of the dashboard.")


@group.command("rebuild")
def rebuild_() -> None:
    """Measure every revision again; the wiki goes on meanwhile."""
    click.echo(f"{rebuild()} revisions measured")
