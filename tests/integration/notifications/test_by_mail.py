"""Following by mail without an account: asked for by anybody, confirmed by the mailbox alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import config
from app import clock
from app.access.actor import Role
from app.accounts.limits import TRIES, Tried
from app.accounts.services import setup
from app.database import committing, db
from app.notifications.models import MailFollower
from app.notifications.services.following_by_mail import Wanted, ask_to_follow, forget_unconfirmed
from app.policies.models import Policy
from tests.builders.accounts import make_actor, make_person
from tests.builders.letters import make_mail_follower, post, waiting, words
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

XU = "xu@example.org"


@pytest.fixture
def draft(app: Flask, noon: datetime) -> Policy:
    return make_policy()


def ask(client: CheckingClient, draft: Policy, address: str = XU, **more: str) -> tuple[int, str]:
    path = f"/policies/{draft.slug}/follow-by-mail"
    answer = client.post_form(path, {"address": address, "period": "daily", **more})
    return answer.status_code, answer.get_data(as_text=True)


def link_in(settings: config.Settings) -> str:
    """The path that the one waiting letter asks to open."""
    (letter,) = post(settings)
    found = re.search(r"http://localhost(/follow/\S+)", words(letter)[0])
    assert found is not None
    return found[1]


def row() -> MailFollower:
    db.session.rollback()
    return db.session.scalars(select(MailFollower)).one()


def test_the_mailbox_confirms_with_a_button_behind_a_link(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    status, page = ask(client, draft, clause="c3", period="weekly")
    assert status == 200
    assert "x***@example.org" in page
    path = link_in(settings)
    assert row().confirmed_at is None
    page = client.get(path).get_data(as_text=True)
    assert "第二条" in page
    assert client.post_form(path).status_code == 200
    follower = row()
    assert follower.confirmed_at is not None
    assert (follower.clause, follower.period, follower.ended_at) == ("c3", "weekly", None)


def test_a_program_that_opens_every_link_confirms_nothing(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    ask(client, draft)
    path = link_in(settings)
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert row().confirmed_at is None
    assert client.post(path).status_code == 400, "a form of another site confirms nothing either"
    assert row().confirmed_at is None


def test_confirming_twice_is_confirming_once(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    ask(client, draft)
    path = link_in(settings)
    client.post_form(path)
    first = row().confirmed_at
    page = client.get(path).get_data(as_text=True)
    assert "You follow this now" in page
    assert row().confirmed_at == first


def test_the_answer_is_the_same_for_every_address(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    make_mail_follower(draft, "xa@example.org")
    make_person(email="xb@example.org")
    pages = {ask(client, draft, f"{name}@example.org") for name in ("xa", "xb", "xc")}
    pages = {(status, re.sub(r'value="[^"]+"', "", page)) for status, page in pages}
    assert len(pages) == 1
    assert waiting() == 3


def test_who_follows_already_is_told_so_in_the_mailbox_alone(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    follower = make_mail_follower(draft, XU)
    since = follower.confirmed_at
    ask(client, draft, period="weekly")
    (letter,) = post(settings)
    assert letter["Subject"] == 'You follow "停放办法" already'
    assert (row().period, row().confirmed_at) == ("daily", since), "nobody else changes it"


def test_the_address_has_one_written_form(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    for address in ("Xu@Bücher.Example", " xu@bücher.example ", "XU@xn--bcher-kva.example"):
        assert ask(client, draft, address)[0] == 200
    assert row().address == "xu@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address",
    ["", "xu", "xu@", "+8613800138000", "xu@example.org\r\nBcc: all@example.org",
     "xu@example.org\r\n", "xu@example.org\nxy@example.org", "xu@example.org, xy@example.org",
     "<xu@example.org>", "xu@example.org\x7f", "x" * 250 + "@example.org"],
)  # fmt: skip
def test_what_is_no_single_address_is_refused_with_the_words_kept(
    draft: Policy, client: CheckingClient, address: str
) -> None:
    status, page = ask(client, draft, address, clause="c3")
    assert status == 422
    assert 'value="c3"' in page
    assert "aria-invalid" in page
    assert waiting() == 0


@pytest.mark.parametrize("period", ["none", "hourly", ""])
def test_only_a_day_or_a_week_can_be_chosen(
    draft: Policy, client: CheckingClient, period: str
) -> None:
    assert ask(client, draft, period=period)[0] == 422


def test_a_clause_that_is_not_there_cannot_be_followed(
    draft: Policy, client: CheckingClient
) -> None:
    assert ask(client, draft, clause="c999")[0] == 404
    assert waiting() == 0


def test_a_private_draft_cannot_be_followed_by_mail(app: Flask, client: CheckingClient) -> None:
    secret = make_policy(make_actor(Role.OFFICER), is_public=False)
    path = f"/policies/{secret.slug}/follow-by-mail"
    assert client.get(path).status_code == 404
    assert client.post(path, data={"address": XU, "period": "daily"}).status_code in (400, 404)
    assert waiting() == 0


def test_the_link_of_a_draft_made_private_since_says_nothing(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    ask(client, draft)
    path = link_in(settings)
    with committing():
        db.session.get_one(Policy, draft.id).is_public = False
    page = client.get(path)
    assert page.status_code == 404
    assert "停放办法" not in page.get_data(as_text=True)


def test_the_last_link_works_for_seven_days(
    draft: Policy, client: CheckingClient, settings: config.Settings, noon: datetime
) -> None:
    ask(client, draft)
    first = link_in(settings)
    with clock.frozen(noon + timedelta(hours=1)):
        ask(client, draft)
        second = link_in(settings)
    assert client.get(first).status_code == 404
    with clock.frozen(noon + timedelta(days=7)):
        assert client.get(second).status_code == 200
    with clock.frozen(noon + timedelta(days=7, hours=2)):
        assert client.get(second).status_code == 404


def test_what_nobody_confirmed_is_forgotten_after_seven_days(draft: Policy, noon: datetime) -> None:
    make_mail_follower(draft, "kept@example.org")
    ask_to_follow(draft.slug, Wanted(XU, "daily"), origin="x", locale="en")
    db.session.commit()
    for hours, count in ((24 * 7, 2), (24 * 7 + 1, 1)):
        with clock.frozen(noon + timedelta(hours=hours)):
            forget_unconfirmed()
            db.session.commit()
        assert len(db.session.scalars(select(MailFollower.address)).all()) == count
    assert row().address == "kept@example.org"


def test_one_mailbox_is_asked_a_few_times_a_day_and_one_origin_a_few_times_an_hour(
    draft: Policy,
    client: CheckingClient,
    settings: config.Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(setup, "_settings", replace(settings, throttles=True))
    answers = [ask(client, draft)[0] for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2
    monkeypatch.setitem(TRIES, Tried.FOLLOW_FROM, ("", "", 10, 3600))
    assert [ask(client, draft, f"a{number}@example.org")[0] for number in range(5)] == [200] * 4 + [
        429
    ]


def test_the_letter_that_asks_is_in_the_language_of_the_page(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    client.get("/?lang=zh")
    ask(client, draft)
    (letter,) = post(settings)
    assert letter["Subject"] == "用邮箱关注《停放办法》吗？"
    assert '<html lang="zh-Hans">' in words(letter)[1]


def test_a_letter_that_asks_does_not_leave_once_its_reader_has_left(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    ask(client, draft)
    with committing():
        db.session.execute(db.text("UPDATE mail_follower SET ended_at = asked_at"))
    assert (post(settings), waiting()) == ([], 0)


def test_no_token_stands_in_the_database(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    ask(client, draft)
    rows = db.session.execute(db.text("SELECT * FROM outgoing_message")).all()
    stored = str(rows) + str(db.session.execute(db.text("SELECT * FROM mail_follower")).all())
    token = link_in(settings).rsplit("/", 1)[1]
    assert token not in stored
