"""``flask consensus``: drop the dashboard's figures and count them anew; find opinion groups; let
somebody else count what is published."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.commands.child import limit_child
from app.consensus.services import figuring
from app.consensus.services.grouping import group_due
from app.consensus.services.rebuilding import rebuild
from app.consensus.services.tending_groups import LONGEST
from app.opendata.services.exporting import add_check, export

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


@group.command("check")
@click.argument(
    "folder", metavar="[DIR]", required=False,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
)  # fmt: skip
def check(folder: Path | None) -> None:
    """Count every published number again from the open data in DIR, else from an export of now.

    By the script that stands beside every export, in a Python that knows nothing of this wiki.
    """
    with tempfile.TemporaryDirectory(prefix="gongyi-check-") as temporary:
        if folder is None:
            export(Path(temporary), current_app.config["SETTINGS"].secret_key)
        else:
            add_check(Path(temporary))
        sys.exit(_run(Path(temporary) / "check.py", folder or Path(temporary)))


def _run(script: Path, folder: Path) -> int:
    command = [sys.executable, "-I", str(script), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    click.echo(done.stdout, nl=False)
    click.echo(done.stderr, nl=False, err=True)
    return done.returncode
