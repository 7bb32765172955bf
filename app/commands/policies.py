"""``flask policies``: bring policy files in, list what is there, and take files out."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import NoReturn

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app.database import committing, db
from app.errors import DomainError
from app.policies.phases import Phase
from app.policies.services import attributing, exporting
from app.policies.services.handing_over import hand_over
from app.policies.services.importing import Choices, find_credit, import_source
from app.policies.services.reading_sources import Source, Unreadable, find_sources, read_source
from app.text.history import revision_files

# Revisions a transaction: whoever saves on the site meanwhile waits for one step, not for a law.
STEP = 20

group = AppGroup("policies", help="Bring policy files in and out.")


@group.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--author", metavar="EMAIL", help="Credit all words to this account.")
@click.option("--private", is_flag=True, help="Show the policies to insiders only.")
@click.option(
    "--phase",
    type=click.Choice([phase.value for phase in Phase]),
    help="Set a phase other than drafting.",
)
def import_(paths: tuple[Path, ...], author: str | None, private: bool, phase: str | None) -> None:
    """Import Markdown files and folders of NN_*.md; the same again adds nothing."""
    credit = find_credit(author) if author else None
    if author and credit is None:
        raise click.BadParameter(f"nobody here has the address {author}", param_hint="--author")
    choices = Choices(credit, is_public=not private, phase=phase or "")
    report = _Report()
    found = [(source, _size(source)) for path in paths for source in report.look(path)]
    total = sum(size for _, size in found)
    with click.progressbar(length=total, label="Importing", file=sys.stderr) as bar:
        for path, size in found:
            report.bring_in(path, choices)
            bar.update(size)
    report.end()


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As an array of objects.")
def list_(as_json: bool) -> None:
    """List every policy, private ones included."""
    policies = list(exporting.list_all())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in policies], ensure_ascii=False, indent=2))
        return
    for one in policies:
        click.echo(f"{one.slug}  {one.phase}  {_count(one.revisions, 'version')}  {one.title}")


@group.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("slugs", nargs=-1)
@click.option("--include-private", is_flag=True, help="Private policies and versions as well.")
@click.option("--plain", is_flag=True, help="Texts only; a manifest.csv says the rest.")
def export(folder: Path, slugs: tuple[str, ...], include_private: bool, plain: bool) -> None:
    """Write policies into FOLDER as files that can be imported again."""
    try:
        wanted = exporting.list_exported(slugs, with_private=include_private)
        rows: list[Mapping[str, str]] = []
        files = 0
        for policy_id in wanted:
            for file in exporting.export_policy(
                policy_id, with_private=include_private, plain=plain
            ):
                _write(folder / file.path, file.content)
                rows += [file.row] if file.row else []
                files += 1
            db.session.expunge_all()
        _write_manifest(folder / "manifest.csv", rows)
    except DomainError as refused:
        _fail(str(refused.message))
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}")
    except (UnicodeDecodeError, csv.Error) as error:
        _fail(f"{folder / 'manifest.csv'} stands there already and cannot be read: {error}")
    click.echo(f"{_count(len(wanted), 'policy')} in {_count(files, 'file')} written.")


@group.command("hand-over")
@click.argument("slug")
@click.argument("address")
def hand_over_(slug: str, address: str) -> None:
    """Give the draft SLUG another owner: an officer of its department, by mail address or number."""
    try:
        with committing():
            line = f"{slug} is owned by {hand_over(slug, address).name}."
    except DomainError as refused:
        _fail(str(refused.message))
    click.echo(line)


@group.command("attribute")
def attribute() -> None:
    """Drop and work out anew whose words every version has."""
    started = perf_counter()
    versions = attributing.rebuild()
    click.echo(f"{_count(versions, 'version')} attributed in {perf_counter() - started:.1f} s.")


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())


def _write_manifest(path: Path, rows: list[Mapping[str, str]]) -> None:
    """Only where a file leans on it; what it says of other files stays."""
    if rows:
        present = path.read_bytes().decode() if path.exists() else ""
        _write(path, exporting.manifest(rows, present))


class _Report:
    """What an import did, counted, and what it could not do, in sentences."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._new = self._continued = self._unchanged = self._versions = 0
        self._remarks: list[str] = []
        self._bad: list[str] = []

    def look(self, path: Path) -> list[Path]:
        """The sources at ``path``; nothing there is a mistake worth a line."""
        if not path.exists():
            self._bad.append(f"{path}: There is no such file.")
            return []
        try:
            sources = find_sources(path)
        except OSError as error:
            self._bad.append(f"{path}: {error.strerror}")
            return []
        if not sources:
            self._bad.append(f"{path}: There are no policy files here.")
        return sources

    def bring_in(self, path: Path, choices: Choices) -> None:
        """Import one source; a refusal is noted and the next one has its turn."""
        try:
            source = read_source(path)
            self._bad += [f"{problem.path}: {problem.message}" for problem in source.problems]
            self._steps(source, choices)
        except Unreadable as unreadable:
            self._bad.append(str(unreadable))
        except DomainError as refused:
            self._bad.append(f"{path}: {refused.message}")
        except OperationalError as error:
            _fail(f"{path}: the database cannot be written ({error.orig}); run the same again.")
        finally:
            db.session.expunge_all()

    def _steps(self, source: Source, choices: Choices) -> None:
        is_new, added = False, 0
        while True:
            with committing():
                outcome = import_source(source, choices, at_most=STEP)
            is_new, added = is_new or outcome.is_new, added + outcome.added
            self._versions += outcome.added
            if outcome.is_complete:
                break
        remarks = (*source.remarks, *outcome.remarks) if added else ()
        self._remarks += [f"{outcome.slug}: {remark}" for remark in remarks]
        self._new += is_new
        self._continued += bool(added) and not is_new
        self._unchanged += not added

    def end(self) -> None:
        """Print it all; exit 1 when a file was left out."""
        for remark in self._remarks:
            click.echo(f"note: {remark}")
        for line in self._bad:
            click.echo(f"not imported: {line}", err=True)
        seconds = perf_counter() - self._started
        click.echo(
            f"{_count(self._new, 'policy')} new, {self._continued} continued,"
            f" {self._unchanged} unchanged; {_count(self._versions, 'version')} added"
            f" in {seconds:.1f} s."
        )
        if self._bad:
            raise SystemExit(1)


def _size(source: Path) -> int:
    return len(revision_files(source)) if source.is_dir() else 1


def _count(number: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number} {noun if number == 1 else plural}"


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(1)
