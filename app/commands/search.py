"""``flask search``: build the index anew, and ask it as a visitor would."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from app.access.actor import VISITOR
from app.search.forms import question_of
from app.search.port import IndexBusy
from app.search.queries import Found
from app.search.services import keeping
from app.search.services.searching import search

group = AppGroup("search", help="The search index.")


@group.command("rebuild")
def rebuild() -> None:
    """Write the index anew beside the old one; searching and saving go on meanwhile."""
    with click.progressbar(length=1, label="Policies") as bar:

        def tell(done: int, all_: int) -> None:
            bar.length = max(all_, 1)
            bar.update(done - bar.pos)

        try:
            count = keeping.rebuild(tell)
        except IndexBusy:
            raise click.ClickException(
                "Another process is writing the index; please try again later."
            ) from None
    click.echo(f"The index holds {count} documents.")


@group.command("query")
@click.argument("question", metavar="Q")
@click.option("--json", "as_json", is_flag=True, help="The first hits as JSON.")
def query(question: str, as_json: bool) -> None:
    """What a visitor finds for Q, the first ten hits."""
    asked = question.encode("utf-8", "replace").decode()
    found = search(question_of({"q": asked}), VISITOR)
    if not found.is_complete:
        click.echo("The index is being built; there may be more.", err=True)
    rows = [_row(hit) for hit in found.hits]
    if as_json:
        answer = {"query": asked, "total": found.total, "hits": rows}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"{found.total} found")
    for row in rows:
        click.echo(f"{row['type']}\t{row['title']}\t{row['url']}\n\t{row['snippet']}")


def _row(hit: Found) -> dict[str, str]:
    return {
        "type": hit.type,
        "title": "".join(text for text, _ in hit.title),
        "slug": hit.slug,
        "url": hit.url,
        "clause": hit.clause,
        "snippet": " ".join("".join(text for text, _ in hit.words.parts).split()),
    }
