"""Proposals to remove a text for good, and where on disk and in the tables some words still lie."""

from __future__ import annotations

import json
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from app.access.actor import Actor, Role
from app.database import db
from app.moderation.models import Removal
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.moderation.services.removing import Proposal, Verdict, decide_removal, propose_removal
from tests.builders.accounts import make_actor


def hide_words(kind: Kind, object_id: int, volunteer: Actor | None = None) -> None:
    """Hidden by a volunteer."""
    decision = Decision("hide", "personal_data", "Names a neighbour")
    act(kind, object_id, decision, actor=volunteer or make_actor(Role.VOLUNTEER))
    db.session.commit()


def propose(kind: Kind, object_id: int, volunteer: Actor | None = None) -> Removal:
    """Hidden, and its removal proposed."""
    volunteer = volunteer or make_actor(Role.VOLUNTEER)
    hide_words(kind, object_id, volunteer)
    wanted = Proposal("personal_data", "Names a neighbour and where she lives")
    row = propose_removal(kind, object_id, wanted, actor=volunteer)
    db.session.commit()
    return row


def remove(kind: Kind, object_id: int) -> Removal:
    """Hidden, proposed, and confirmed by a supervisor."""
    row = propose(kind, object_id)
    decide_removal(row.id, Verdict("confirm"), actor=make_actor(Role.SUPERVISOR))
    db.session.commit()
    return row


def tables_with(word: str) -> list[str]:
    """The tables of which any column of any row holds the word, as text or as bytes."""
    db.session.rollback()
    return [
        table.name
        for table in db.metadata.sorted_tables
        if any(
            _holds(value, word)
            for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
            for value in row
        )
    ]


def files_with(word: str, *folders: Path) -> list[str]:
    """The files below INSTANCE_DIR, and those of a SQLite database, that hold the word's octets."""
    db.session.remove()
    database = db.engine.url.database or ""
    below = [current_app.config["SETTINGS"].instance_dir, *folders]
    if db.engine.dialect.name == "sqlite":
        below.append(Path(database).parent)
    wanted = [form for form in (word, word.lower()) for form in _forms(form)]
    found = (path for folder in below for path in folder.rglob("*") if path.is_file())
    names = [
        path.name
        for path in found
        if ".template" not in path.name and any(form in path.read_bytes() for form in wanted)
    ]
    if db.engine.dialect.name == "postgresql":
        names += [table for form in wanted for table in _relations_with(form)]
    return sorted(names)


def _relations_with(form: bytes) -> list[str]:
    """The tables, with those of their long values, whose files hold the octets; the server's log of
    writes is kept apart and is the operator's."""
    inside = (
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 't') AND relfilenode <> 0"
        " AND position(:form IN pg_read_binary_file(pg_relation_filepath(oid))) > 0"
    )
    engine = db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
        return list(connection.scalars(text(inside), {"form": form}))


def _forms(word: str) -> tuple[bytes, ...]:
    return (word.encode(), json.dumps(word)[1:-1].encode())


def _holds(value: object, word: str) -> bool:
    if isinstance(value, bytes | memoryview):
        return word.encode() in bytes(value)
    return isinstance(value, str) and any(form in value for form in (word, json.dumps(word)[1:-1]))
