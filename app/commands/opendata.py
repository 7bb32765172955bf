"""``flask opendata export``: everything that is published, as files."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.opendata.services.exporting import export

group = AppGroup("opendata", help="The open data.")


@group.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def export_(folder: Path) -> None:
    """Write the package of open data into DIR."""
    for file in export(folder, current_app.config["SETTINGS"].secret_key):
        click.echo(f"{file.name}: {file.rows}")
