"""A needle in the haystack: one rare word in each kind of content, looked for as everybody on
every page, in every feed, form and search. ``builders.needle`` says who may find which."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

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
    VISITOR,
    VOLUNTEER,
    WORDS,
    World,
    hide,
    plant,
)
from tests.builders.whole_site import drain
from tests.checking_client import CheckingClient


@pytest.fixture
def world(app: Flask, noon: datetime) -> World:
    """All is planted and hidden, and the worker has nothing left to do."""
    world = plant()
    hide(world)
    drain()
    return world


def _search(client: CheckingClient, word: str) -> bool:
    """Whether the pages of results hold more than the question."""
    answers = [client.get(f"/search?q={asked}").text.lower() for asked in (word, ABSENT)]
    begun = client.get(f"/search?q={word[:-1]}").text.lower()
    return word in begun or answers[0].count(word) > answers[1].count(ABSENT)


@pytest.mark.parametrize("reader", READERS)
def test_every_word_is_found_by_those_who_may_read_it_and_by_nobody_else(
    app: Flask, world: World, reader: str
) -> None:
    client = arrive(app, world, reader)
    found = look(client, [*every_path(app), *with_queries()])
    for kind, word in WORDS.items():
        if _search(client, word):
            found.setdefault(kind, []).append(f"/search?q={word}")
    assert {kind: found[kind] for kind in found if reader not in SEEN_BY[kind]} == {}
    assert set(found) == {kind for kind in WORDS if reader in SEEN_BY[kind]}


@pytest.mark.parametrize("reader", [VISITOR, VOLUNTEER])
def test_what_stood_on_kept_pages_is_gone_the_moment_it_is_hidden(
    app: Flask, noon: datetime, reader: str
) -> None:
    world = plant()
    drain()
    client = arrive(app, world, reader)
    before = look(client, [*every_path(app), *with_queries()])
    assert HIDDEN - set(before) == set(), "everybody read them"
    paths = sorted({path for kind in HIDDEN for path in before[kind]})
    hide(world)
    assert set(look(client, paths)) & HIDDEN == set(), "the worker has not heard of it yet"
    assert not [kind for kind in sorted(HIDDEN) if _search(client, WORDS[kind])]
    drain()
    assert set(look(client, paths)) & HIDDEN == set()


@pytest.mark.parametrize("reader", READERS)
def test_no_form_shows_on_its_way_back_what_its_page_does_not(
    app: Flask, world: World, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every form is sent empty, and once more with a step that asks to look before sending;
    nothing of it is kept, so that each finds the site as it was planted."""
    client = arrive(app, world, reader)
    token = client.get_token("/account/sign-in") if reader == VISITOR else _token(client)
    paths = [path for path in every_path(app, method="POST") if path not in _DELIBERATE]
    monkeypatch.setattr(db.session, "commit", db.session.rollback)
    for step in ("", "preview", "check", "edit"):
        sent = {"csrf_token": token, "step": step, "base": "1", "text": "Other.", "summary": "x"}
        found = look(client, paths, sent=sent)
        assert {kind: found[kind] for kind in found if reader not in SEEN_BY[kind]} == {}, step


# Who is allowed to asks for hidden words, or their own, by these.
_DELIBERATE = frozenset({"/moderation/words", "/settings/data"})


def _token(client: CheckingClient) -> str:
    return client.get_token("/settings/letters")


@pytest.mark.parametrize("reader", READERS)
def test_hidden_words_are_read_by_asking_for_them_and_only_by_those_who_keep_order(
    app: Flask, world: World, reader: str
) -> None:
    client = arrive(app, world, reader)
    token = client.get_token("/account/sign-in") if reader == VISITOR else _token(client)
    found: set[str] = set()
    for kind, ident in world.hidden:
        known = world.people["named"].public_id if kind is Kind.NAME else str(ident)
        sent = {"csrf_token": token, "kind": kind.value, "id": known}
        page = words_of(client.post("/moderation/words", data=sent))
        found |= {name for name, word in WORDS.items() if word in page}
    may_read = reader in (VOLUNTEER, MODERATOR, "supervisor")
    assert found & HIDDEN == (HIDDEN if may_read else set())
    assert found - HIDDEN - SHOWN == set()
