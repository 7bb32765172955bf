"""One click ends the letters: for people with a button, for mail programs without a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

import config
from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.accounts.services import setup
from app.database import committing, db
from app.notifications.models import MailFollower, ReaderState
from app.notifications.services import digesting
from app.notifications.services.letters import follower_token, keep_token
from app.policies.models import Policy
from tests.builders.accounts import make_actor
from tests.builders.letters import make_follower, make_mail_follower, post
from tests.builders.notifications import deliver
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def owner(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def draft(owner: Actor) -> Policy:
    policy = make_policy(owner)
    deliver()
    return policy


def token_of(person: Actor) -> str:
    with committing():
        return keep_token(db.session.get_one(Person, person.person_id))


def state(person: Actor) -> tuple[str, bool]:
    db.session.rollback()
    found = db.session.get_one(ReaderState, person.person_id)
    return found.period, found.at_once


def test_a_mail_program_ends_the_letters_with_the_address_of_the_header_alone(
    app: Flask, draft: Policy, owner: Actor, settings: config.Settings
) -> None:
    reader = make_follower(draft)
    save_text(draft.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    deliver()
    digesting.run("daily")
    (letter,) = post(settings)
    path = str(letter["List-Unsubscribe"]).strip(" <>").removeprefix("http://localhost")
    robot = app.test_client()
    answer = robot.post(path, data=ONE_CLICK)
    assert answer.status_code == 200, "no redirect, no sign-in, no form token"
    assert "Set-Cookie" not in answer.headers
    assert state(reader) == ("none", False)
    again = robot.post(path, data=ONE_CLICK, content_type="multipart/form-data")
    assert again.status_code == 200, "twice is once"


def test_opening_the_link_ends_nothing_the_button_does(
    draft: Policy, client: CheckingClient
) -> None:
    reader = make_follower(draft)
    path = f"/unsubscribe/{token_of(reader)}"
    page = client.get(path).get_data(as_text=True)
    assert "Stop the letters?" in page
    assert "p***@example.org" in page
    assert state(reader) == ("daily", True)
    page = client.post_form(path).get_data(as_text=True)
    assert "No more letters" in page
    assert state(reader) == ("none", False)


def test_a_follower_by_mail_gets_no_more_letters_about_anything(
    draft: Policy, owner: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    second = make_policy(owner, title="垃圾分类办法")
    make_mail_follower(draft, "xu@example.org", "c3")
    row = make_mail_follower(second, "xu@example.org")
    client.post(f"/unsubscribe/{follower_token(row)}", data=ONE_CLICK)
    assert all(one.ended_at for one in db.session.query(MailFollower))
    save_text(draft.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    deliver()
    assert digesting.run("daily") == 0


def test_a_letter_that_is_queued_already_does_not_leave_any_more(
    draft: Policy, owner: Actor, client: CheckingClient, settings: config.Settings
) -> None:
    row = make_mail_follower(draft, "xu@example.org")
    save_text(draft.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    deliver()
    assert digesting.run("daily") == 1
    client.post(f"/unsubscribe/{follower_token(row)}", data=ONE_CLICK)
    assert post(settings) == []


def test_a_follower_who_left_can_ask_again(
    draft: Policy, client: CheckingClient, settings: config.Settings
) -> None:
    row = make_mail_follower(draft, "xu@example.org")
    client.post(f"/unsubscribe/{follower_token(row)}", data=ONE_CLICK)
    assert make_mail_follower(draft, "xu@example.org").ended_at is None


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é" * 20, "a" * 5000])
@pytest.mark.parametrize("path", ["/unsubscribe/", "/follow/"])
def test_made_up_tokens_lead_nowhere(client: CheckingClient, path: str, token: str) -> None:
    assert client.get(path + token).status_code == 404
    if path == "/unsubscribe/":
        assert client.post(path + token, data=ONE_CLICK).status_code == 404


def test_guessing_is_slowed_down_and_right_links_still_work(
    draft: Policy,
    client: CheckingClient,
    settings: config.Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(setup, "_settings", replace(settings, throttles=True))
    reader = make_follower(draft)
    statuses = [client.get(f"/unsubscribe/{number}").status_code for number in range(31)]
    assert statuses == [404] * 30 + [429]
    assert client.post(f"/unsubscribe/{token_of(reader)}", data=ONE_CLICK).status_code == 200


def test_the_token_of_an_erased_account_ends_with_it(draft: Policy, client: CheckingClient) -> None:
    reader = make_follower(draft)
    token = token_of(reader)
    with committing():
        db.session.execute(
            db.text("UPDATE person SET email = NULL, erased_at = created_at WHERE id = :id"),
            {"id": reader.person_id},
        )
    assert client.get(f"/unsubscribe/{token}").status_code == 404
