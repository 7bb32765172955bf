"""Hostile words: code, hidden signs, and texts made to be slow; shown as words, or refused."""

from __future__ import annotations

import time

import html5lib
import pytest
from flask import Flask

from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.database import committing, db
from app.policies.versions import get_version
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.builders.whole_site import Place, addresses, all_rows, drain
from tests.checking_client import CheckingClient

TEXT = "# Rules\n\nArticle 1\n\nThe quillwort stays.\n\nArticle 2\n\nThis applies at once.\n"
CHANGED = TEXT.replace("stays", "goes")
MEGABYTE = 1024 * 1024


@pytest.fixture
def owner(client: CheckingClient) -> Actor:
    """An officer with a draft at ``rules`` that everybody sees, signed in."""
    officer = make_actor(Role.OFFICER)
    make_policy(officer, slug="rules", title="Rules", language="en", text=TEXT)
    sign_in(client, officer)
    return officer


ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "{{ 7*'7' }}",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "<iframe srcdoc='<script>1</script>'>",
)


def test_hostile_words_are_words_on_every_page(
    app: Flask, client: CheckingClient, owner: Actor
) -> None:
    evil = " ".join(ATTACKS)
    with committing():
        db.session.get_one(Person, owner.id).name = '"><script>alert(1)</script>'
        db.session.get_one(Person, owner.id).speaks_for = ATTACKS[1]
    text = f"# {evil}\n\nArticle 1 {evil}\n\n{evil}\n\nArticle 2\n\n- {evil}\n\n| a |\n|---|\n| {evil} |\n"
    settings = {"mode": "open", "department": evil[:100], "plain_summary": evil}
    assert client.post_form("/policies/rules/settings", settings).status_code == 303
    name = {"title": evil[:190], "slug": "rules"}
    form = "/policies/rules/settings"
    assert client.post_form("/policies/rules/rename", name, form=form).status_code == 303
    edit = {"text": text, "base": "1", "summary": evil}
    assert client.post_form("/policies/rules/edit", edit).status_code == 303
    note = {"plain": evil, "basis": evil, "reason": evil}
    head = get_version(1, 2)
    ident = next(clause.id for clause in head.outline if clause.label)
    assert client.post_form(f"/policies/rules/clauses/{ident}/note", note).status_code == 303
    post = {"body": evil, "title": evil[:190], "kind": "objection", "clause": ident}
    assert client.post_form("/policies/rules/discussion", post).status_code == 303
    drain()
    visitor = app.test_client()
    place = Place("rules", ident, 2, "1...2", 1, 1, 2, owner.public_id)
    for path in [*addresses(app, place), "/search?q=alert", "/search?q=<script>alert(1)</script>"]:
        for browser in (client, visitor):
            answer = browser.get(path)
            assert answer.status_code < 500
            if answer.mimetype == "text/html":
                _has_no_foreign_code(answer.get_data(as_text=True), path)
    preview = {"text": text + evil, "base": "2", "summary": evil, "step": "preview"}
    answer = client.post_form("/policies/rules/edit", preview)
    _has_no_foreign_code(answer.get_data(as_text=True), "preview")


def _has_no_foreign_code(html: str, path: str) -> None:
    page = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag not in ("iframe", "object", "embed", "base"), path
        for name, value in element.attrib.items():
            assert not str(name).lower().startswith("on"), (path, name)
            assert not value.strip().lower().startswith(("javascript:", "data:text")), (path, value)
        if element.tag == "script":
            assert (element.get("src") or "").startswith("/static/"), path
        if element.tag == "img":
            assert (element.get("src") or "/static/").startswith("/static/"), path
    assert "7777777" not in html, path


@pytest.mark.parametrize(
    ("path", "field", "form"),
    [
        ("/policies/rules/clauses/c2/note", "plain", ""),
        ("/policies/rules/clauses/c2/note", "basis", ""),
        ("/policies/rules/clauses/c2/note", "reason", ""),
        ("/policies/rules/settings", "plain_summary", ""),
        ("/policies/rules/settings", "department", ""),
        ("/policies/rules/rename", "title", "/policies/rules/settings"),
        ("/policies/rules/edit", "text", ""),
        ("/policies/rules/edit", "summary", ""),
        ("/policies/rules/discussion", "body", ""),
        ("/policies/rules/discussion", "title", ""),
        ("/policies/new", "title", ""),
        ("/policies/new", "text", ""),
        ("/policies/new", "summary", ""),
        ("/policies/new", "department", ""),
    ],
)
def test_signs_that_cannot_be_seen_are_refused_with_the_words_given_back(
    client: CheckingClient, owner: Actor, path: str, field: str, form: str
) -> None:
    ordinary = {
        "plain": "a", "basis": "b", "reason": "c", "mode": "group", "department": "d",
        "plain_summary": "e", "title": "f", "slug": "rules", "text": CHANGED, "summary": "g",
        "base": "1", "body": "h", "language": "en", "visibility": "private",
    }  # fmt: skip
    token = client.get_token(form or path)
    before = _without_drafts(all_rows())
    for sign in ("\u202e", "\u2066", "\u200b", "\x00", "\x1b", "\x85"):
        kind = "comment" if "discussion" in path else "policy"
        hostile = {**ordinary, "kind": kind, field: f"not{sign}required", "csrf_token": token}
        answer = client.post(path, data=hostile)
        assert answer.status_code == 422, sign
        assert "required" in answer.get_data(as_text=True), sign
    assert _without_drafts(all_rows()) == before


def _without_drafts(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """A refused edit is kept for its author; nothing else may change."""
    return {name: found for name, found in rows.items() if name != "draft"}


def test_a_body_above_the_limit_gets_one_sentence(client: CheckingClient, owner: Actor) -> None:
    token = client.get_token("/policies/rules/edit")
    sent = {"csrf_token": token, "text": "x" * (17 * MEGABYTE), "base": "1"}
    answer = client.post("/policies/rules/edit", data=sent)
    assert answer.status_code == 413
    assert len(answer.get_data()) < 20_000


def test_a_text_above_the_limit_comes_back(client: CheckingClient, owner: Actor) -> None:
    client.strict = False
    token = client.get_token("/policies/rules/edit")
    words = "A sentence of mine.\n" * (13 * MEGABYTE // 20)
    answer = client.post(
        "/policies/rules/edit",
        data={"csrf_token": token, "text": words, "base": "1", "summary": "long"},
    )
    assert answer.status_code == 413
    assert answer.get_data(as_text=True).count("A sentence of mine.") == words.count("A sentence")


HOSTILE = {
    "one long paragraph": "字" * 90_000,
    "brackets": "[" * 50_000,
    "stars": "*_" * 49_000,
    "backticks": "`" * 90_000,
    "quotes in quotes": ("> " * 2_000 + "x\n") * 20,
    "lists in lists": "".join("  " * n + f"- {n}\n" for n in range(300)),
    "pipes": "|" * 90_000 + "\n" + "|-" * 40_000,
    "entities": "&lt;" * 25_000,
    "tags": "<a " * 30_000,
    "numbers": "".join(f"第{n}条 内容{n}。\n\n" for n in range(1, 2_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_saved_previewed_and_compared_in_bounded_time(
    client: CheckingClient, owner: Actor, name: str
) -> None:
    client.strict = False
    token = client.get_token("/policies/rules/edit")
    sent = {"csrf_token": token, "text": f"{TEXT}\n{HOSTILE[name]}\n", "base": "1", "summary": "s"}
    started = time.monotonic()
    assert client.post("/policies/rules/edit", data={**sent, "step": "preview"}).status_code == 200
    assert client.post("/policies/rules/edit", data=sent).status_code == 303
    for path in ("", "/compare/1...2", "/edit"):
        assert client.get(f"/policies/rules{path}").status_code == 200
    assert time.monotonic() - started < 20  # three pages and two sendings, on a busy machine
