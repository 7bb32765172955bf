"""Kept pages: people of one standing share them, and nobody gets what is another's."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import bindparam, select

from app.access.actor import Actor, Role
from app.database import Lookup, committing, db
from app.ledger.services import record
from app.policies.models import Policy
from app.policies.services.drafting import keep_draft
from app.policies.services.saving import Edit
from app.web.shared_pages import SharedReader
from tests.builders.accounts import make_actor, sign_in
from tests.builders.ledger import Noted
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient


def browser_of(app: Flask, person: Actor) -> CheckingClient:
    client = app.test_client()
    sign_in(client, person)
    assert isinstance(client, CheckingClient)
    return client


def token_on(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def kept_pages(app: Flask, slug: str) -> int:
    pages = app.extensions["gongyi_pages"]._pages
    return sum(key[0].startswith(f"/policies/{slug}?") for key in pages)


def test_people_of_one_standing_share_a_page_but_not_their_names(app: Flask) -> None:
    slug = make_policy().slug
    first, second = make_actor(name="Wei <b>"), make_actor(name="Lan")
    browsers = [browser_of(app, person) for person in (first, second)]
    assert "Wei &lt;b&gt;" in browsers[0].get(f"/policies/{slug}").text
    assert kept_pages(app, slug) == 1
    page = browsers[1].get(f"/policies/{slug}").text
    assert kept_pages(app, slug) == 1
    assert "Lan" in page
    assert "Wei" not in page


def test_an_owner_and_an_outsider_do_not_share_a_page(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner).slug
    outsider = browser_of(app, make_actor(Role.OFFICER))
    assert "/edit" not in outsider.get(f"/policies/{slug}").text.partition("<main")[2]
    assert f"/policies/{slug}/edit" in browser_of(app, owner).get(f"/policies/{slug}").text


def test_kept_words_show_to_their_writer_only(app: Flask) -> None:
    slug = make_policy(mode="open").slug
    writer, other = make_actor(), make_actor()
    browser = browser_of(app, writer)
    assert "You have kept words" not in browser.get(f"/policies/{slug}").text
    keep_draft(slug, Edit(base=1, text="mine", summary=""), actor=writer)
    db.session.commit()
    assert "You have kept words" in browser.get(f"/policies/{slug}").text
    assert "You have kept words" not in browser_of(app, other).get(f"/policies/{slug}").text


def test_a_save_renews_the_page_that_people_share(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner).slug
    browser = browser_of(app, make_actor())
    assert "两日" not in browser.get(f"/policies/{slug}").text
    save_text(slug, TEXT.replace("三日", "两日"), actor=owner, base=1)
    assert "两日" in browser.get(f"/policies/{slug}").text


def test_the_form_on_a_shared_page_carries_the_reader_s_own_token(app: Flask) -> None:
    slug = make_policy().slug
    browsers = [browser_of(app, make_actor()) for _ in range(2)]
    pages = [browser.get(f"/policies/{slug}").text for browser in browsers]
    answer = browsers[1].post("/account/sign-out", data={"csrf_token": token_on(pages[1])})
    assert answer.status_code == 303


def test_a_page_that_asks_more_of_its_reader_counts_as_personal() -> None:
    reader = SharedReader(Actor(id=1, name="Lan", role=Role.OFFICER))
    assert not reader.is_anonymous
    assert reader.name != "Lan"
    assert reader.role == Role.OFFICER
    assert not reader.was_personal, "people of one standing have one role"
    assert reader.id == 1
    assert reader.was_personal


def test_a_resident_and_a_volunteer_do_not_share_a_page(app: Flask) -> None:
    slug = make_policy().slug
    volunteer, resident = make_actor(Role.VOLUNTEER), make_actor()
    assert "/moderation" in browser_of(app, volunteer).get(f"/policies/{slug}").text
    page = browser_of(app, resident).get(f"/policies/{slug}").text
    assert 'href="/moderation"' not in page


def test_a_lookup_sees_what_was_committed_and_nothing_else(app: Flask) -> None:
    policy_id = make_policy().id
    lookup = Lookup(select(Policy.title).where(Policy.id == bindparam("id")))
    with committing():
        policy = db.session.get_one(Policy, policy_id)
        before, policy.title = policy.title, "新名"
        db.session.flush()
        assert lookup.first(id=policy_id) == (before,)
    assert lookup.first(id=policy_id) == ("新名",)
    assert lookup.first(id=0) is None


def test_an_event_outside_the_write_gate_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="writing"):
        record(Noted(number=1), actor=make_actor())
