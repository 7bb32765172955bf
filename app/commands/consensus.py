"""``flask consensus rebuild``: drop the dashboard's figures and count them anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.consensus.services import figuring
from app.consensus.services.rebuilding import rebuild

group = AppGroup("consensus", help="The figures of the dashboard.")


@group.command("rebuild")
def rebuild_() -> None:
    """Measure every revision again; the wiki goes on meanwhile. Figures of whole policies are
    dropped, and the worker counts them again."""
    figuring.drop()
    click.echo(f"{rebuild()} revisions measured")
