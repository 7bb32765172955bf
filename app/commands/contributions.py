"""``flask contributions``: bring letters, calls and hearing statements in from a table."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from time import perf_counter
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app import clock
from app.database import committing, db
from app.errors import DomainError
from app.policies.queries import find_policy_id
from app.suggestions.contribution_file import (
    FileRefused,
    Row,
    RowRefused,
    list_unused,
    opened,
    read_rows,
)
from app.suggestions.services.importing_contributions import (
    PORTION,
    Import,
    Imported,
    begin_import,
    find_officer,
    find_open_policies,
)

group = AppGroup("contributions", help="Bring in what people said elsewhere.")


@group.command("import")
@click.argument("path", metavar="FILE.csv", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--policy", "slug", metavar="SLUG", help="The policy that the words are about.")
@click.option("--by", "email", metavar="EMAIL", help="Who enters them; else the draft's owner.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would happen and write nothing.")
def import_(path: Path, slug: str | None, email: str | None, dry: bool) -> None:
    """Import a table of letters, calls and statements; the same again adds nothing."""
    started = perf_counter()
    try:
        by_id = find_officer(email) if email else None
        unused = list_unused(path)
        done = _bring_in(path, slug, by_id, dry=dry)
    except FileRefused as refused:
        raise click.ClickException(str(refused)) from refused
    except DomainError as refused:
        raise click.ClickException(str(refused.message)) from refused
    except OperationalError as error:
        raise click.ClickException(
            f"The database cannot be written ({error.orig}); run the same again."
        ) from error
    for name in unused:
        click.echo(f'note: the column "{name}" is not used.')
    _tell(done, perf_counter() - started, dry=dry)


def _bring_in(path: Path, slug: str | None, by_id: int | None, *, dry: bool) -> Imported:
    zone = ZoneInfo(current_app.config["SETTINGS"].site_timezone)
    today = clock.now().astimezone(zone).date()
    imports = _Imports(slug, path.stem, by_id, dry=dry)
    size = path.stat().st_size if path.exists() else 0
    label = "Reading" if dry else "Importing"
    with (
        opened(path) as (raw, file),
        click.progressbar(length=size, label=label, file=sys.stderr) as bar,
    ):
        rows = read_rows(file, today)
        while portion := list(islice(rows, PORTION)):
            imports.take(portion)
            bar.update(max(raw.tell() - bar.pos, 0))
    return imports.done


class _Imports:
    """The policies that a file leads to, each with its import; mostly one."""

    def __init__(self, slug: str | None, stem: str, by_id: int | None, *, dry: bool) -> None:
        self.done = Imported()
        self._slug, self._stem, self._by_id, self._dry = slug, stem, by_id, dry
        self._found: dict[str, int] = {}
        self._imports: dict[int, Import] = {}

    def take(self, portion: list[Row | RowRefused]) -> None:
        """Bring a portion in, or only look at it."""
        parts: dict[int, list[Row]] = {}
        for row in portion:
            if isinstance(row, RowRefused):
                self.done.refused.append(row)
            elif (policy_id := self._policy_of(row)) is not None:
                parts.setdefault(policy_id, []).append(row)
        for policy_id, rows in parts.items():
            self._bring(policy_id, rows)

    def _bring(self, policy_id: int, rows: list[Row]) -> None:
        if policy_id not in self._imports:
            self._imports[policy_id] = begin_import(policy_id, self.done, self._by_id)
        if self._dry:
            self._imports[policy_id].check(rows)
            db.session.rollback()
        else:
            with committing():
                self._imports[policy_id].add(rows)

    def _policy_of(self, row: Row) -> int | None:
        """The policy that a row is for; a name in the row that leads nowhere is its mistake."""
        named = "" if self._slug else row.policy
        if named not in self._found:
            found = find_policy_id(named) if named else _find_default(self._slug, self._stem)
            if found is None:
                sentence = f'there is no policy at "{named}".'
                self.done.refused.append(RowRefused(row.line, "policy", sentence))
                return None
            self._found[named] = found
        return self._found[named]


def _find_default(slug: str | None, stem: str) -> int:
    """``--policy``, else the file's name, else the only one open for comment; FileRefused."""
    if slug:
        found = find_policy_id(slug)
        if found is None:
            raise FileRefused(f"There is no policy at {slug}.")
        return found
    found = find_policy_id(stem)
    if found is not None:
        return found
    now_open = find_open_policies()
    if len(now_open) == 1:
        return now_open[0][0]
    several = "Several policies are" if now_open else "No policy is"
    raise FileRefused(f"{several} open for comment; please say which with --policy SLUG.")


def _tell(done: Imported, seconds: float, *, dry: bool) -> None:
    """Print it all; exit 1 when a row was left out."""
    for refusal in sorted(done.refused, key=lambda one: one.line):
        click.echo(f"not imported: {refusal}", err=True)
    click.echo(
        f"{done.added} {'would be ' if dry else ''}added, {done.known} here before,"
        f" {len(done.refused)} left out in {seconds:.1f} s."
    )
    if done.refused:
        raise SystemExit(1)
