"""The kept form: the same page for all visitors but for what is each reader's alone."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from app.access.actor import Role
from app.database import db
from app.suggestions.models import KeptWords
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text

FIELD = re.compile(r'name="(csrf_token|edit_token|begun)"[^>]*value="([^"]+)"')


def fields(page: str) -> dict[str, str]:
    return dict(FIELD.findall(page))


def kept(app: Flask) -> int:
    pages = app.extensions["gongyi_pages"]._pages
    return sum(key[0] == "blank form" for key in pages)


def test_two_visitors_share_the_page_and_nothing_that_is_theirs(app: Flask) -> None:
    slug = make_policy(mode="reviewed").slug
    path = f"/policies/{slug}/suggest?clause=c3"
    first, second = (app.test_client().get(path).text for _ in range(2))
    assert kept(app) == 1
    assert set(fields(first)) == set(fields(second)) == {"csrf_token", "edit_token", "begun"}
    for name, value in fields(first).items():
        assert value != fields(second)[name]
        assert value not in second
    for value in fields(first).values():
        first = first.replace(value, "")
    for value in fields(second).values():
        second = second.replace(value, "")
    assert first == second


def test_what_the_kept_page_gives_is_taken(app: Flask) -> None:
    slug = make_policy(mode="reviewed").slug
    path = f"/policies/{slug}/suggest"
    app.test_client().get(f"{path}?clause=c3")
    visitor = app.test_client()
    own = fields(visitor.get(f"{path}?clause=c3").text)
    form = {**own, "base": "1", "clause": "c3", "text": "第二条 两日。", "summary": "Why not?"}
    answer = visitor.post(path, data=form)
    assert (answer.status_code, answer.location) == (303, "/account/continue")
    row = db.session.scalars(select(KeptWords)).one()
    assert row.edit_token == own["edit_token"]
    assert row.begun_at < row.kept_at


def test_a_visitor_with_kept_words_and_a_signed_in_person_get_their_own_page(app: Flask) -> None:
    slug = make_policy(mode="reviewed").slug
    path = f"/policies/{slug}/suggest"
    visitor = app.test_client()
    own = fields(visitor.get(f"{path}?clause=c3").text)
    form = {**own, "base": "1", "clause": "c3", "text": "第二条 两日。", "summary": "Mine alone"}
    visitor.post(path, data={**form, "step": "keep"})
    assert "Mine alone" in visitor.get(f"{path}?clause=c3").text
    assert "Mine alone" not in app.test_client().get(f"{path}?clause=c3").text
    person = app.test_client()
    sign_in(person, make_actor(name="Lan"))
    assert "Lan" in person.get(f"{path}?clause=c3").text
    assert kept(app) == 1


def test_a_new_version_is_seen_at_once(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    policy = make_policy(owner, mode="reviewed")
    path = f"/policies/{policy.slug}/suggest?clause=c3"
    assert "三日" in app.test_client().get(path).text
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    page = app.test_client().get(path).text
    assert "五日" in page
    assert 'name="base" type="hidden" value="2"' in page
