"""Pack what is one person's own into a file that they can take with them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import IO

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.limits import Tried, limit_of
from app.accounts.services import throttling
from app.home.queries.own_data import Table, list_tables
from app.home.queries.plain_rows import Row
from app.papers import csv_writer


def pack_own_data(file: IO[bytes], *, actor: Actor) -> None:
    """Write a ZIP archive with each table as JSON and as CSV into ``file``, a portion at a time;
    raises TooMany."""
    ensure(actor, Act.LEAVE)
    throttling.take_at_once(limit_of(Tried.OWN_DATA_OF, actor.public_id))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        archive.writestr("README.txt", _readme(actor))
        for table in list_tables(actor):
            with archive.open(f"{table.name}.json", "w") as member:
                for piece in _as_json(table.rows()):
                    member.write(piece.encode())
            with archive.open(f"{table.name}.csv", "w") as member:
                _write_csv(member, table)


def _readme(actor: Actor) -> str:
    return (
        f"Data of {actor.public_id}, {clock.now():%Y-%m-%d %H:%M} UTC.\n"
        "Each table as JSON and as CSV (UTF-8). Times are UTC. Hidden words are left out: the rule\n"
        "and the reason stand in their place.\n"
    )


def _as_json(rows: Iterator[Row]) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _write_csv(member: IO[bytes], table: Table) -> None:
    words = io.TextIOWrapper(member, encoding="utf-8", newline="", write_through=True)
    rows = (["" if value is None else value for value in row.values()] for row in table.rows())
    csv_writer.write_to(words, table.columns, rows)
    words.detach()
