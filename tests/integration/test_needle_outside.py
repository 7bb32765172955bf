"""The rare words of ``builders.needle`` in all that leaves the site in other ways than by its pages:
letters, digests, exports, papers, and the package of one's own data."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.accounts.models import OutgoingMessage
from app.accounts.services import setup
from app.database import committing, db
from app.moderation.services.removing import (
    Proposal,
    Verdict,
    decide_removal,
    propose_removal,
)
from app.notifications.services import digesting
from app.papers import pdf_writer
from app.papers.rules import FORMATS, Format, Paper, Standing
from tests.builders.finding import arrive, kinds_in, letter_of, words_in, words_of
from tests.builders.needle import (
    AUTHOR,
    FASTER,
    GONE,
    HIDDEN,
    INSIDE,
    READERS,
    REPORTER,
    SEEN_BY,
    SUPERVISOR,
    SUSPENDED,
    TEXT,
    VISITOR,
    VOLUNTEER,
    WORDS,
    World,
    follow_all,
    hide,
    plant,
)
from tests.builders.papers import make_paper
from tests.builders.removals import files_with, tables_with
from tests.builders.whole_site import count_figures, drain

TOLD = frozenset(READERS) - {VISITOR, SUSPENDED}
# Own words that wait, or were said in confidence, go into the package of their author only.
OWN = {
    AUTHOR: {"held thread", "held title", "held suggestion", "held other words", "kept words"}
    | {"appeal"},
    REPORTER: {"report", "report on an office"},
    INSIDE: {"draft"},
}


@pytest.fixture
def world(app: Flask, noon: datetime) -> World:
    """Everybody follows everything; then all is hidden, and told of afterwards."""
    world = plant()
    follow_all(world)
    hide(world)
    drain()
    return world


def _letters() -> list[tuple[str, str]]:
    folder = setup.settings().instance_dir / "mail"
    return [letter_of(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def test_no_letter_and_no_digest_holds_what_was_hidden_before_it_was_written(
    app: Flask, world: World, noon: datetime
) -> None:
    names = {f"{name}@example.org": name for name in READERS}
    for step in range(3):  # what comes at once; the digests; what they left waiting
        with clock.frozen(noon + timedelta(hours=12 * step + 1)):
            digesting.run("daily")
            drain()
    assert db.session.scalars(select(OutgoingMessage.id)).all() == []
    letters = _letters()
    assert {to for to, _words in letters} >= {f"{name}@example.org" for name in TOLD}
    for to, words in letters:
        reader = names.get(to, VISITOR)
        found = kinds_in(words)
        assert [kind for kind in found if reader not in SEEN_BY[kind]] == [], (to, words)
    assert sum(FASTER in words for _to, words in letters) == len(TOLD), "all but its author"
    assert any(kinds_in(words) == ["reason of the volunteer"] for _to, words in letters)


def test_no_export_holds_what_is_hidden(app: Flask, world: World, tmp_path: Path) -> None:
    private = {"private title", "private text", "private summary", "earlier summary"}
    private.add("earlier words of the draft")
    for option, more in (((), set()), (("--include-private",), private)):
        folder = tmp_path / str(len(option))
        arguments = ["policies", "export", str(folder), *option]
        done = app.test_cli_runner().invoke(args=arguments)
        assert done.exit_code == 0, done.output
        files = [path for path in folder.rglob("*") if path.is_file()]
        found = set(kinds_in("".join(words_in(path.read_bytes()) for path in files)))
        assert found == {"shown summary line"} | more, option


def test_open_data_hold_what_everybody_reads(app: Flask, world: World, tmp_path: Path) -> None:
    count_figures()
    done = app.test_cli_runner().invoke(args=["opendata", "export", str(tmp_path)])
    assert done.exit_code == 0, done.output
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    found = set(kinds_in("".join(words_in(path.read_bytes()) for path in files)))
    assert {kind for kind in found if VISITOR not in SEEN_BY[kind]} == set()
    rows = [json.loads(line) for line in (tmp_path / "revisions.jsonl").read_text().splitlines()]
    assert min(row["rev"] for row in rows if row["policy"] == "late") == 3


def test_no_command_prints_what_is_hidden(app: Flask, world: World) -> None:
    for arguments in (["policies", "list", "--json"], ["ledger", "verify"], ["people", "list"]):
        done = app.test_cli_runner().invoke(args=arguments)
        assert not set(kinds_in(done.output.lower())) & (HIDDEN | GONE), arguments


def test_no_paper_holds_what_is_hidden(app: Flask, world: World) -> None:
    for standing in Standing:
        reader = VISITOR if standing is Standing.PUBLIC else INSIDE
        found: set[str] = set()
        for paper, endings in FORMATS.items():
            for ending in endings:
                if ending in (Format.PDF, Format.ZIP) and pdf_writer.missing_packages():
                    continue
                pair = (1, 3) if paper is Paper.COMPARISON else (0, 0)
                made = make_paper(paper, ending, slug="rules", standing=standing, pair=pair)
                found |= set(kinds_in(words_in(made.read_bytes())))
        assert {kind for kind in found if reader not in SEEN_BY[kind]} == set(), standing
        assert "shown reason" in found


def test_the_package_of_own_data_holds_own_words_and_no_hidden_ones(
    app: Flask, world: World
) -> None:
    for reader in READERS:
        if reader == VISITOR:
            continue
        client = arrive(app, world, reader)
        sent = {"csrf_token": client.get_token("/settings/data")}
        answer = client.post("/settings/data", data=sent)
        assert answer.status_code == 200
        own = OWN.get(reader, set())
        found = set(kinds_in(words_of(answer)))
        assert found & (HIDDEN | GONE) == set(), reader
        assert own - found == set(), reader
        may_read = {kind for kind in SEEN_BY if reader in SEEN_BY[kind]} | own
        assert found - may_read == set(), reader


def test_what_was_removed_for_good_is_in_no_table_and_in_no_file(app: Flask, world: World) -> None:
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")  # by itself PostgreSQL does so at any moment
    wanted = Proposal("court_order", "The court asked for it.")
    for kind, ident in world.hidden:
        with committing():
            row = propose_removal(kind, ident, wanted, actor=world.people[VOLUNTEER])
        with committing():
            decide_removal(row.id, Verdict("confirm"), actor=world.people[SUPERVISOR])
    for _turn in range(2):
        drain()
    for kind in sorted(HIDDEN):
        assert (tables_with(WORDS[kind]), files_with(WORDS[kind])) == ([], []), kind
    client = arrive(app, world, SUPERVISOR)
    sent = {"csrf_token": client.get_token("/settings/letters")}
    for kind, ident in world.hidden:
        asked = {**sent, "kind": kind.value, "id": str(ident)}
        assert not set(kinds_in(words_of(client.post("/moderation/words", data=asked)))) & HIDDEN
    assert files_with(WORDS["shown comment"]), "others stay"


def test_who_was_slower_is_shown_the_others_version_without_its_hidden_line(
    app: Flask, world: World
) -> None:
    client = arrive(app, world, INSIDE)
    mine = TEXT.replace("three days", "two weeks")
    sent = {"csrf_token": client.get_token("/settings/letters"), "base": "1", "text": mine}
    answer = client.post("/policies/held/edit", data={**sent, "summary": "mine"})
    assert answer.status_code == 409
    page = words_of(answer)
    assert FASTER in page
    assert set(kinds_in(page)) & (HIDDEN | GONE) == set()
