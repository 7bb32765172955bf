"""``flask notifications``: queue the digests that are due."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.notifications.services import digesting

group = AppGroup("notifications", help="News for people who follow something.")


@group.command("digest")
@click.option(
    "--period",
    type=click.Choice(["daily", "weekly"]),
    required=True,
    help="Today's, or this week's.",
)
def digest(period: str) -> None:
    """Queue the digests of today or of this week; what is queued already is left alone."""
    count = digesting.run(period)
    click.echo(f"{count} {period} digests queued; the worker sends them.")
