"""``flask consensus``: drop the dashboard's figures and count them anew; find opinion groups."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.commands.child import limit_child
from app.consensus.services import figuring
from app.consensus.services.grouping import group_due
from app.consensus.services.rebuilding import rebuild
from app.consensus.services.tending_groups import LONGEST

# Address space, of which a quarter is touched at most: libraries are mapped, not read.
MOST_MEMORY = 1_536 * 1024 * 1024

group = AppGroup("consensus", help="The figures of the dashboard.")


@group.command("rebuild")
def rebuild_() -> None:
    """Measure every revision again; the wiki goes on meanwhile. Figures of whole policies are
    dropped, and the worker counts them again."""
    figuring.drop()
    click.echo(f"{rebuild()} revisions measured")


@group.command("groups")
def groups() -> None:
    """Find the opinion groups where positions have changed; the worker starts it by itself."""
    limit_child(memory=MOST_MEMORY, seconds=LONGEST)
    click.echo(f"Policies looked at: {group_due()}.")
