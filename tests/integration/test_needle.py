"""A needle in the haystack: one rare word in each kind of content, looked for as everybody on
every page, in every feed, form and search. ``builders.needle`` says who may find which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pytest
from flask import Flask

from app.access.actor import Role
from app.database import db
from app.moderation.rules import Kind
from tests.builders.every_page import every_path, with_queries
from tests.builders.finding import ABSENT, arrive, look, words_of
from tests.builders.needle import (
    HIDDEN,
    MODERATOR,
    READERS,
    SEEN_BY,
    SHOWN,
    SUPERVISOR,
    VISITOR,
    VOLUNTEER,
    WORDS,
    World,
    hide,
    plant,
)
from tests.builders.whole_site import count_figures, drain
from tests.checking_client import CheckingClient

# By these, who may asks for hidden words, or for their own.
DELIBERATE = frozenset({"/moderation/words", "/settings/data"})


@pytest.fixture
def world(app: Flask, noon: datetime) -> World:
    """All is planted and hidden, and the worker has nothing left to do."""
    world = plant()
    hide(world)
    drain()
    count_figures()
    return world


def test_every_word_is_found_by_those_who_may_read_it_and_by_nobody_else(
    app: Flask, world: World
) -> None:
    """One after the other on one site, so that nobody is handed a page kept for somebody else."""
    for reader in READERS:
        client, role = arrive(app, world, reader), world.role(reader)
        found = look(client, [*every_path(app, role), *with_queries()])
        for kind in _searched(client, WORDS):
            found.setdefault(kind, []).append("/search")
        may_read = {kind for kind in WORDS if reader in SEEN_BY[kind]}
        assert {kind: found[kind] for kind in set(found) - may_read} == {}, reader
        assert set(found) == may_read, reader


def test_no_form_sends_back_what_its_reader_may_not_read(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = {reader: arrive(app, world, reader) for reader in READERS}
    monkeypatch.setattr(db.session, "commit", db.session.rollback)
    for reader, client in clients.items():
        found = _send_every_form(app, client, reader, world.role(reader))
        wrong = {kind for kind in found if reader not in SEEN_BY[kind]}
        assert {kind: found[kind] for kind in wrong} == {}, reader


def _searched(client: CheckingClient, kinds: Iterable[str]) -> set[str]:
    """The kinds whose pages of results hold more than the question."""
    absent = client.get(f"/search?q={ABSENT}").text.lower().count(ABSENT)
    found = set()
    for kind in kinds:
        word = WORDS[kind]
        begun = client.get(f"/search?q={word[:-1]}").text.lower()
        if word in begun or client.get(f"/search?q={word}").text.lower().count(word) > absent:
            found.add(kind)
    return found


def _send_every_form(
    app: Flask, client: CheckingClient, reader: str, role: Role
) -> dict[str, list[str]]:
    """Every form as good as empty, and once more as one that asks to look before sending."""
    paths = set(every_path(app, role, method="POST")) - DELIBERATE
    sent = {"csrf_token": _token(client, reader), "base": "1", "text": "Other.", "summary": "x"}
    found: dict[str, list[str]] = {}
    for step in ("", "preview"):
        for kind, places in look(client, sorted(paths), sent={**sent, "step": step}).items():
            found.setdefault(kind, []).extend(places)
    return found


def _token(client: CheckingClient, reader: str) -> str:
    return client.get_token("/account/sign-in" if reader == VISITOR else "/settings/letters")


@pytest.mark.parametrize("reader", [VISITOR, VOLUNTEER])
def test_what_stood_on_kept_pages_is_gone_the_moment_it_is_hidden(
    app: Flask, noon: datetime, reader: str
) -> None:
    world = plant()
    drain()
    count_figures()
    client = arrive(app, world, reader)
    before = look(client, [*every_path(app, world.role(reader)), *with_queries()])
    assert HIDDEN - set(before) == set(), "everybody read them"
    paths = sorted({path for kind in HIDDEN for path in before[kind]})
    hide(world)
    assert set(look(client, paths)) & HIDDEN == set(), "the worker has not heard of it yet"
    assert _searched(client, HIDDEN) == set()
    drain()
    assert set(look(client, paths)) & HIDDEN == set()


def test_hidden_words_are_read_by_asking_for_them_and_only_by_those_who_keep_order(
    app: Flask, world: World
) -> None:
    for reader in READERS:
        client = arrive(app, world, reader)
        sent = {"csrf_token": _token(client, reader)}
        found: set[str] = set()
        for kind, ident in world.hidden:
            known = world.people["named"].public_id if kind is Kind.NAME else str(ident)
            asked = {**sent, "kind": kind.value, "id": known}
            page = words_of(client.post("/moderation/words", data=asked))
            found |= {name for name, word in WORDS.items() if word in page}
        may_read = reader in (VOLUNTEER, MODERATOR, SUPERVISOR)
        assert found & HIDDEN == (HIDDEN if may_read else set()), reader
        assert found - HIDDEN - SHOWN == set(), reader
