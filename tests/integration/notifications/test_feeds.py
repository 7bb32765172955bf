"""Feeds: valid Atom, what visitors may see and no more, and nothing sent twice to who has it."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask import Flask

from app import clock
from app.access.actor import Actor, Role
from app.database import db
from app.policies.models import Policy
from app.policies.services.creating import rename
from app.policies.services.publishing import make_private
from app.policies.versions import get_version
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.notifications import deliver
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion
from tests.checking_client import CheckingClient

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/policies/parking/feed.atom"


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, mode="reviewed", slug="parking")


def article(policy: Policy, label: str = "第二条") -> str:
    return next(c.id for c in get_version(policy.id, 1).outline if c.label == label)


def read(client: CheckingClient, path: str) -> Element:
    deliver()
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return fromstring(answer.get_data())


def titles(feed: Element) -> list[str]:
    return [one.findtext(f"{ATOM}title") or "" for one in feed.findall(f"{ATOM}entry")]


def test_the_feed_of_a_draft_shows_the_words_that_changed(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    save_text(policy.slug, TEXT.replace("三日", "<b>五日"), actor=owner, base=1, summary="longer")
    make_suggestion(policy, article(policy), "第二条 停放超过七日的，应当移走。", base=2)
    feed = read(client, FEED)
    assert titles(feed) == ["Suggestion 1 · 第二条", "Version 2 · 第二条", "Version 1"]
    version = feed.findall(f"{ATOM}entry")[1]
    summary = version.find(f"{ATOM}summary")
    assert summary is not None
    assert summary.get("type") == "html"
    words = summary.text or ""
    assert "longer" in words
    assert "<del>三</del><ins>&lt;b&gt;五</ins>" in words
    link = version.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "http://localhost/policies/parking/compare/1...2"


def test_every_entry_has_what_atom_asks_for(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    make_reply(make_thread(policy))
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    for path in (FEED, "/recent.atom"):
        feed = read(client, path)
        for part in (feed, *feed.findall(f"{ATOM}entry")):
            assert part.findtext(f"{ATOM}title")
            assert (part.findtext(f"{ATOM}id") or "").startswith("tag:localhost,2026:")
            assert re.fullmatch(
                r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", part.findtext(f"{ATOM}updated") or ""
            )
        idents = [one.findtext(f"{ATOM}id") for one in feed.findall(f"{ATOM}entry")]
        assert len(set(idents)) == len(idents)
        assert feed.findtext(f"{ATOM}author/{ATOM}name")


def test_a_burst_keeps_its_name_while_it_grows(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    ids = []
    for base in (1, 2):
        save_text(policy.slug, TEXT + f"附则{'一' * base}。\n", actor=owner, base=base)
        feed = read(client, FEED)
        ids.append(feed.findtext(f"{ATOM}entry/{ATOM}id"))
    assert titles(feed)[0].startswith("Versions 2 to 3")
    assert len(set(ids)) == 1


def test_the_feed_of_an_article_is_about_it_alone(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    make_thread(policy, body="Here", clause=article(policy))
    make_thread(policy, body="There", clause=article(policy, "第三条"))
    feed = read(client, f"{FEED}?clause={article(policy)}")
    assert titles(feed) == ["Comment 1 · 第二条"]
    assert client.get(f"{FEED}?clause=c999").status_code == 404


def test_the_feed_of_the_site_is_about_texts_and_not_about_talk(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    make_thread(policy)
    make_policy(owner, title="A secret", is_public=False)
    assert titles(read(client, "/recent.atom")) == ["停放办法 · Version 1"]


def test_who_has_the_feed_gets_it_again_only_when_it_changed(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    for path in (FEED, "/recent.atom"):
        deliver()
        first = client.get(path)
        tags = {"If-None-Match": first.headers["ETag"]}
        assert client.get(path, headers=tags).status_code == 304
        since = {"If-Modified-Since": first.headers["Last-Modified"]}
        assert client.get(path, headers=since).status_code == 304
        save_text(policy.slug, TEXT + f"附：{path}\n", actor=owner, base=policy.head_number)
        assert client.get(path, headers=tags).status_code == 200  # its page shows something new
        noticed = {"If-None-Match": client.get(path).headers["ETag"]}
        deliver()
        assert client.get(path, headers=noticed).status_code == 200  # and now the feed does


def test_a_private_draft_has_no_feed_not_even_for_its_owner(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    read(client, FEED)
    make_private(policy.slug, actor=owner)
    db.session.commit()
    assert client.get(FEED).status_code == 404
    assert titles(read(client, "/recent.atom")) == []
    sign_in(client, owner)
    assert client.get(FEED).status_code == 404


def test_what_was_said_before_publication_stays_inside(
    client: CheckingClient, owner: Actor
) -> None:
    draft = make_policy(owner, slug="parking", is_public=False, mode="reviewed")
    save_text("parking", TEXT.replace("三日", "五日"), actor=owner, base=1, summary="inside")
    make_thread(draft, owner, body="Between us")
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        plan_publication("parking", at=None, with_history=False, actor=owner)
        db.session.commit()
        make_thread(draft, body="In the open")
        text = client_text(client)
    assert "Between us" not in text
    assert "inside" in text  # the version that everybody reads now
    assert "三</del>" not in text  # and not the one before it
    assert "In the open" in text


def client_text(client: CheckingClient) -> str:
    deliver()
    return client.get(FEED).get_data(as_text=True)


def test_hidden_words_leave_the_feed_at_once(client: CheckingClient, policy: Policy) -> None:
    thread = make_thread(policy, body="Xanthippe asks", title="Xanthippe's title")
    reply = make_reply(thread, body="Xanthippe answers")
    one = make_suggestion(policy, article(policy), "第二条 Xanthippe。", reason="Xanthippe wishes")
    assert client_text(client).count("Xanthippe") >= 4
    hide(reply)
    hide(thread.first)
    hide_suggestion(one)
    assert "Xanthippe" not in client.get(FEED).get_data(as_text=True)  # before the worker looked
    assert "Xanthippe" not in client_text(client)


def test_an_old_address_leads_to_the_feed(
    client: CheckingClient, owner: Actor, policy: Policy
) -> None:
    rename("parking", title="停放办法", new_slug="bicycles", actor=owner)
    db.session.commit()
    answer = client.get(f"{FEED}?clause={article(policy)}")
    assert answer.status_code == 301
    assert answer.location.endswith(f"/policies/bicycles/feed.atom?clause={article(policy)}")


def test_the_pages_name_their_feeds(client: CheckingClient, policy: Policy) -> None:
    ident = article(policy)
    for path, feed in (
        ("/recent", "/recent.atom"),
        ("/policies/parking", FEED),
        (f"/policies/parking/clauses/{ident}", f"{FEED}?clause={ident}"),
    ):
        page = client.get(path).get_data(as_text=True)
        link = re.search(r'<link rel="alternate" type="application/atom\+xml"[^>]*>', page)
        assert link is not None
        assert f'href="{feed}"' in link[0]


def test_a_feed_speaks_the_language_of_its_reader(client: CheckingClient, policy: Policy) -> None:
    deliver()
    answer = client.get(FEED, headers={"Accept-Language": "zh-CN"})
    assert "第1版" in answer.get_data(as_text=True)
    assert "Version 1" in client.get(FEED).get_data(as_text=True)


def test_fifty_entries_are_enough(client: CheckingClient, policy: Policy) -> None:
    thread = make_thread(policy)
    for number in range(60):
        make_reply(thread, make_actor(), body=f"said {number}")
    assert len(titles(read(client, FEED))) == 50
