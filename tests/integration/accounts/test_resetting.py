"""Forgotten passwords."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import Confirmation
from app.accounts.models import Person
from app.accounts.passwords import hash_password, is_password
from app.database import db
from tests.builders.accounts import last_message, make_person, sign_in
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import is_signed_in, other_browser, words_of

FORGOTTEN = "/account/forgotten"
NEW = "blue lantern street"


def link_for(client: CheckingClient, address: str) -> str:
    assert client.post_form(FORGOTTEN, {"email": address}).status_code == 200
    return f"/account/reset/{last_message(address)['token']}"


def test_the_link_sets_a_new_password_once(client: CheckingClient) -> None:
    person = make_person(email="a@example.org", password_hash=hash_password("the old words"))
    link = link_for(client, "a@example.org")
    answer = client.post_form(link, {"password": NEW})
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)
    assert is_password(NEW, db.session.get_one(Person, person.id).password_hash)
    assert client.get(link).status_code == 404
    token = client.get_token("/account/sign-in")
    again = client.post(link, data={"password": "other words here", "csrf_token": token})
    assert again.status_code == 404


def test_a_new_password_signs_out_everywhere_else(client: CheckingClient, app: Flask) -> None:
    person = make_person(email="a@example.org")
    thief = other_browser(app)
    sign_in(thief, person)
    client.post_form(link_for(client, "a@example.org"), {"password": NEW})
    assert not is_signed_in(thief)
    assert is_signed_in(client)


def test_looking_at_the_link_does_not_use_it_up(client: CheckingClient) -> None:
    make_person(email="a@example.org")
    link = link_for(client, "a@example.org")
    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 200]


def test_the_link_works_for_an_hour(client: CheckingClient, noon: datetime) -> None:
    make_person(email="a@example.org")
    link = link_for(client, "a@example.org")
    with clock.frozen(noon + timedelta(minutes=59)):
        assert client.get(link).status_code == 200
    with clock.frozen(noon + timedelta(minutes=60)):
        assert client.get(link).status_code == 404


def test_a_second_link_ends_the_first(client: CheckingClient) -> None:
    make_person(email="a@example.org")
    first = link_for(client, "a@example.org")
    second = link_for(client, "a@example.org")
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_known_and_unknown_addresses_get_the_same_words(client: CheckingClient, lang: str) -> None:
    client.get(f"{FORGOTTEN}?lang={lang}")
    make_person(email="a@example.org")
    known = client.post_form(FORGOTTEN, {"email": "a@example.org"})
    unknown = client.post_form(FORGOTTEN, {"email": "a@example.com"})
    assert known.status_code == unknown.status_code
    assert words_of(known.get_data(as_text=True)) == words_of(
        unknown.get_data(as_text=True).replace("example.com", "example.org")
    )
    assert last_message("a@example.com")["template"] == "no_account"


def test_a_link_that_was_made_up_or_sent_to_nobody_does_nothing(client: CheckingClient) -> None:
    client.post_form(FORGOTTEN, {"email": "nobody@example.org"})
    for token in ("x", "%00", "a" * 3000, "‮"):
        assert client.get(f"/account/reset/{token}").status_code in (404, 422)


def test_a_weak_new_password_keeps_the_link(client: CheckingClient) -> None:
    make_person(email="a@example.org")
    link = link_for(client, "a@example.org")
    assert client.post_form(link, {"password": "short"}).status_code == 422
    assert client.post_form(link, {"password": ""}).status_code == 422
    assert client.post_form(link, {"password": NEW}).status_code == 303


def test_a_link_that_arrived_confirms_the_address(client: CheckingClient) -> None:
    person = make_person(email="a@example.org", confirmation=Confirmation.NONE)
    client.post_form(link_for(client, "a@example.org"), {"password": NEW})
    assert db.session.get_one(Person, person.id).confirmation == Confirmation.CONTACT


def test_asking_for_links_is_throttled(client: CheckingClient) -> None:
    statuses = [
        client.post_form(FORGOTTEN, {"email": "nobody@example.org"}).status_code for _ in range(7)
    ]
    assert statuses == [200] * 6 + [429]
