"""Signing in and out with a password, as a browser does it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Role
from app.accounts import passwords
from app.accounts.models import SignIn, Throttle
from app.accounts.passwords import hash_password
from app.database import committing, db
from tests.builders.accounts import make_person, sign_in
from tests.checking_client import CheckingClient

PASSWORD = "green lantern street"
SIGN_IN = "/account/sign-in"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


def is_signed_in(client: CheckingClient) -> bool:
    return client.get("/settings").status_code == 200


def other_browser(app: Flask) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return client


def words_of(html: str) -> str:
    """A page without form tokens and without what was typed."""
    return re.sub(r'value="[^"]*"', "", html)


def test_a_person_signs_in_with_password_whatever_the_case_of_the_address(
    client: CheckingClient, hashed: str
) -> None:
    make_person(email="li.na@example.org", password_hash=hashed)
    form = {"email": " Li.Na@EXAMPLE.org", "password": PASSWORD}
    answer = client.post_form(SIGN_IN, form)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)


@pytest.mark.parametrize("typed", ["13800138000", "+86 138 0013 8000", "００８６ 138-0013-8000"])
def test_a_mobile_number_is_one_however_it_is_typed(
    client: CheckingClient, hashed: str, typed: str
) -> None:
    make_person(email=None, phone="+8613800138000", password_hash=hashed)
    client.post_form(SIGN_IN, {"email": typed, "password": PASSWORD})
    assert is_signed_in(client)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_known_and_unknown_addresses_get_the_same_words(
    client: CheckingClient, hashed: str, lang: str
) -> None:
    client.get(f"{SIGN_IN}?lang={lang}")
    make_person(email="known@example.org", password_hash=hashed)
    make_person(email="codes.only@example.org", password_hash=None)
    pages = []
    for email in ("known@example.org", "unknown@example.org", "codes.only@example.org", "x"):
        answer = client.post_form(SIGN_IN, {"email": email, "password": "wrong words"})
        assert answer.status_code == 422
        pages.append(words_of(answer.get_data(as_text=True)))
    assert len(set(pages)) == 1
    said = "账号或密码不对。" if lang == "zh" else "The address or the password is not right."
    assert said in pages[0]


def test_an_unknown_address_costs_a_real_password_check(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = passwords._HASHER.verify

    def verify(_self: object, stored: str, words: bytes) -> bool:
        checked.append(stored)
        return real(stored, words)

    monkeypatch.setattr(type(passwords._HASHER), "verify", verify)
    for email in ("nobody@example.org", "not an address", "a@b@example.org"):
        client.post_form(SIGN_IN, {"email": email, "password": "wrong words"})
    assert checked == [passwords.NOBODY] * 3


def test_signing_in_begins_a_new_session(client: CheckingClient, hashed: str) -> None:
    make_person(email="a@example.org", password_hash=hashed)
    client.get(SIGN_IN)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    client.post_form(SIGN_IN, {"email": "a@example.org", "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_signing_in_again_ends_the_sign_in_before(client: CheckingClient, hashed: str) -> None:
    make_person(email="a@example.org", password_hash=hashed)
    for _ in range(2):
        client.post_form(SIGN_IN, {"email": "a@example.org", "password": PASSWORD})
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_signing_out_ends_every_copy_of_the_cookie(client: CheckingClient, app: Flask) -> None:
    sign_in(client, make_person())
    with client.session_transaction() as session:
        copied = dict(session)
    thief = other_browser(app)
    with thief.session_transaction() as session:
        session.update(copied)
    assert is_signed_in(thief)
    answer = client.post_form("/account/sign-out", form="/settings")
    assert answer.status_code == 303
    assert not is_signed_in(client)
    assert not is_signed_in(thief)


def test_signing_out_needs_a_form_token(client: CheckingClient) -> None:
    sign_in(client, make_person())
    assert client.post("/account/sign-out").status_code == 400
    assert is_signed_in(client)


def test_suspension_takes_effect_at_the_next_request(client: CheckingClient) -> None:
    person = make_person()
    sign_in(client, person)
    assert is_signed_in(client)
    with committing():
        db.session.get_one(type(person), person.id).suspended_until = clock.now() + timedelta(
            days=3
        )
    answer = client.get("/settings")
    assert answer.status_code == 403
    assert "suspended" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("role", "hours"), [(Role.OFFICER, 12), (Role.RESIDENT, 30 * 24)])
def test_a_sign_in_ends_by_itself(
    client: CheckingClient, hashed: str, noon: datetime, role: Role, hours: int
) -> None:
    make_person(role, email="a@example.org", password_hash=hashed)
    client.post_form(SIGN_IN, {"email": "a@example.org", "password": PASSWORD})
    with clock.frozen(noon + timedelta(hours=hours - 1)):
        assert is_signed_in(client)
    with clock.frozen(noon + timedelta(hours=hours, seconds=1)):
        assert not is_signed_in(client)


def test_ten_wrong_passwords_are_enough_from_any_browser(
    client: CheckingClient, app: Flask, hashed: str, noon: datetime
) -> None:
    make_person(email="a@example.org", password_hash=hashed)
    wrong = {"email": "A@example.org", "password": "wrong words"}
    for _ in range(10):
        assert client.post_form(SIGN_IN, wrong).status_code == 422
    right = {"email": "a@example.org", "password": PASSWORD}
    answer = other_browser(app).post_form(SIGN_IN, right)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert PASSWORD not in answer.get_data(as_text=True)
    with clock.frozen(noon + timedelta(minutes=15)):
        assert client.post_form(SIGN_IN, right).status_code == 303


def test_right_passwords_do_not_use_up_the_tries(client: CheckingClient, hashed: str) -> None:
    make_person(email="a@example.org", password_hash=hashed)
    for _ in range(12):
        form = {"email": "a@example.org", "password": PASSWORD}
        assert client.post_form(SIGN_IN, form).status_code == 303


def test_unknown_addresses_are_throttled_alike(client: CheckingClient) -> None:
    form = {"email": "nobody@example.org", "password": "wrong words"}
    statuses = [client.post_form(SIGN_IN, form).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_the_table_of_throttles_holds_no_address(client: CheckingClient) -> None:
    client.post_form(SIGN_IN, {"email": "nobody@example.org", "password": "wrong words"})
    keys = db.session.scalars(select(Throttle.key)).all()
    assert len(keys) == 3
    assert not any("nobody" in key for key in keys)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_signing_in_never_leads_to_another_site(
    client: CheckingClient, hashed: str, target: str
) -> None:
    make_person(email="a@example.org", password_hash=hashed)
    form = {"email": "a@example.org", "password": PASSWORD, "next": target}
    assert client.post_form(SIGN_IN, form).location == "/"


def test_signing_in_leads_back_to_where_one_was_going(client: CheckingClient, hashed: str) -> None:
    make_person(email="a@example.org", password_hash=hashed)
    sent = client.get("/settings")
    assert (sent.status_code, sent.location) == (303, f"{SIGN_IN}?next=/settings")
    form = {"email": "a@example.org", "password": PASSWORD}
    assert client.post_form(sent.location, form).location == "/settings"


def test_a_stale_form_token_shows_the_page_again_with_the_address(client: CheckingClient) -> None:
    answer = client.post(SIGN_IN, data={"email": "a@example.org", "password": PASSWORD})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'value="a@example.org"' in page
    assert PASSWORD not in page


def test_odd_input_is_refused_with_a_sentence(client: CheckingClient) -> None:
    for form in (
        {},
        {"email": "", "password": "x"},
        {"email": "a" * 5000, "password": "x"},
        {"email": "a@example.org", "password": "x" * 5000},
        {"email": "\0", "password": "\0"},
        {"email": "‮@example.org", "password": ""},
    ):
        assert client.post_form(SIGN_IN, form).status_code == 422
