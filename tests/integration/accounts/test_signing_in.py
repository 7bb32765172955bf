"""Signing in and out, with a password and with a code, as a browser does it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from app import clock
from app.accounts.models import ConfirmationRecord, OneTimeCode, OutgoingMessage, Person, SignIn
from app.accounts.passwords import hash_password
from app.database import committing, db
from tests.builders.accounts import make_person, sign_in
from tests.checking_client import CheckingClient

PASSWORD = "green lantern street"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


def last_code() -> str:
    """The six figures of the newest message."""
    db.session.rollback()
    row = db.session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id.desc())).first()
    assert row is not None
    return str(json.loads(row.values)["code"])


def wrong(code: str) -> str:
    return "111111" if code != "111111" else "222222"


def is_signed_in(client: CheckingClient) -> bool:
    return client.get("/settings").status_code == 200


def test_a_person_signs_in_with_password_whatever_the_case_of_the_address(
    client: CheckingClient, hashed: str
) -> None:
    make_person(email="li.na@example.org", password_hash=hashed)
    answer = client.post_form(
        "/account/sign-in", {"email": " Li.Na@EXAMPLE.org", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_signed_in(client)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_words(
    client: CheckingClient, hashed: str, lang: str
) -> None:
    client.get(f"/account/sign-in?lang={lang}")
    make_person(email="known@example.org", password_hash=hashed)
    make_person(email="without@example.org", password_hash=None)
    pages = []
    for email in ("known@example.org", "unknown@example.org", "without@example.org", "nonsense"):
        answer = client.post_form("/account/sign-in", {"email": email, "password": "wrong words"})
        assert answer.status_code == 422
        page = answer.get_data(as_text=True).replace(email, "")
        pages.append(page.split("<form method=\"post\" action=\"/account/sign-in")[1].split("value=")[2:])
    assert pages[0] == pages[1] == pages[2] == pages[3]


def test_an_unknown_address_costs_a_real_password_check(
    client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.accounts import passwords

    checked = []
    real = passwords._HASHER.verify
    monkeypatch.setattr(
        type(passwords._HASHER),
        "verify",
        lambda _self, stored, words: checked.append(stored) or real(stored, words),
    )
    client.post_form("/account/sign-in", {"email": "no@example.org", "password": "wrong words"})
    client.post_form("/account/sign-in", {"email": "not an address", "password": "wrong words"})
    assert checked == [passwords.NOBODY, passwords.NOBODY]
