"""``flask text``: cut, compare, merge and render files, the way the site does with policies."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.errors import NotFound
from app.policies.queries import find_policy_id
from app.policies.versions import get_version
from app.text.canonical import normalise
from app.text.clauses import outline
from app.text.compare import Row, Signal, compare_texts
from app.text.front_matter import split_front_matter
from app.text.identity import carry
from app.text.merge import Conflicts, merge_texts
from app.text.outline import Clause

UNREADABLE = 2

group = AppGroup("text", help="The rules of text, on files.")
file_argument = click.Path(path_type=Path)


@group.command("clauses", with_appcontext=False)
@click.argument("file", type=file_argument)
@click.option("--parent", type=file_argument, help="An earlier text, whose clauses keep their ids.")
def clauses(file: Path, parent: Path | None) -> None:
    """Print the clauses of FILE as JSON."""
    text = _body(file)
    if parent is None:
        found = outline(text)
    else:
        old = outline(_body(parent))
        found = carry(old, text, next_id=len(old) + 1).outline
    _print_json([_clause(clause) for clause in found])


@group.command("diff", with_appcontext=False)
@click.argument("before", type=file_argument)
@click.argument("after", type=file_argument)
def diff(before: Path, after: Path) -> None:
    """Print what changed from BEFORE to AFTER, clause by clause, as JSON."""
    found = compare_texts(_body(before), _body(after))
    _print_json(
        {
            "clauses": [_row(row) for row in found.rows],
            "numbers": [_signal(signal) for signal in found.numbers],
            "modals": [_signal(signal) for signal in found.modals],
            "truncated": found.truncated,
            "invisible_only": found.invisible_only,
        }
    )


@group.command("merge", with_appcontext=False)
@click.argument("base", type=file_argument)
@click.argument("mine", type=file_argument)
@click.argument("theirs", type=file_argument)
def merge(base: Path, mine: Path, theirs: Path) -> None:
    """Print the text that joins MINE and THEIRS, or the conflicts as JSON with exit code 1."""
    merged = merge_texts(*(normalise(_read(file)) for file in (base, mine, theirs)))
    if isinstance(merged, Conflicts):
        conflicts = [
            {
                "clause": one.clause,
                "label": one.label,
                "kind": one.kind.value,
                "base": one.base,
                "mine": one.mine,
                "theirs": one.theirs,
            }
            for one in merged.conflicts
        ]
        _print_json({"conflicts": conflicts})
        raise SystemExit(1)
    for warning in merged.warnings:
        place = f" ({warning.where})" if warning.where else ""
        _print(f"warning: {warning.code.value}: {warning.label}{place}\n", err=True)
    _print(merged.text)


@group.command("render", with_appcontext=False)
@click.argument("file", type=file_argument)
def render(file: Path) -> None:
    """Print FILE as HTML, each clause in a section; what takes too long as its escaped source."""
    from app.web.renderer import Renderer

    text = _body(file)
    with tempfile.TemporaryDirectory() as cache:
        renderer = Renderer(Path(cache))
        rendered = renderer.render_outline(outline(text), text, preview=True)
        renderer.close()
    for one in rendered.slices:
        _print(f'<section id="c-{one.clause_id}">\n{one.html}\n</section>\n')


def _read(file: Path) -> str:
    """The characters of a file, none refused; exit 2 when there is nothing to read."""
    try:
        return file.read_bytes().decode("utf-8", "surrogatepass")
    except (OSError, UnicodeDecodeError) as error:
        _print(f"{file}: {error}\n", err=True)
        raise SystemExit(UNREADABLE) from error


def _body(file: Path) -> str:
    return split_front_matter(normalise(_read(file)))[1]


@group.command("cat")
@click.argument("slug")
@click.argument("number", type=int)
def cat_(slug: str, number: int) -> None:
    """Print the stored text of a revision, checked against its hash, for an auditor."""
    policy_id = find_policy_id(slug)
    if policy_id is None:
        raise click.ClickException(f"there is no policy at {slug}")
    try:
        _print(get_version(policy_id, number).text)
    except NotFound:
        raise click.ClickException(f"{slug} has no revision {number}") from None


def _print(text: str, *, err: bool = False) -> None:
    # As bytes, because a terminal set to ASCII would refuse Chinese.
    click.echo(text.encode("utf-8", "surrogatepass"), nl=False, err=err)


def _print_json(value: Any) -> None:
    _print(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "label": clause.label,
        "kind": clause.kind.value,
        "path": clause.path,
        "start": clause.start,
        "end": clause.end,
        "text": clause.text,
        "hash": clause.hash,
        "split_from": clause.split_from,
        "merged_from": clause.merged_from,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "label_before": row.label_before,
        "label_after": row.label_after,
        "change": sorted(change.value for change in row.change),
        "split_from": row.split_from,
        "merged_from": row.merged_from,
        "runs": row.runs,
        "within": row.within,
        "invisible": row.invisible,
    }


def _signal(signal: Signal) -> dict[str, str]:
    return {"clause": signal.clause, "before": signal.before, "after": signal.after}
