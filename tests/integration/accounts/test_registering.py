"""Registering with an e-mail address or a mobile number."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import Confirmation, Role
from app.accounts.look_alikes import skeleton
from app.accounts.models import Person
from app.accounts.services.registering import Registration, register
from app.database import db
from app.errors import RuleBroken
from app.ledger.models import EventRecord
from tests.builders.accounts import last_message, make_person
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import is_signed_in, other_browser

REGISTER, CODE = "/account/register", "/account/code"
PASSWORD = "green lantern street"


def only_person() -> Person:
    db.session.rollback()
    return db.session.scalars(select(Person)).one()


def test_registering_signs_in_and_the_code_confirms(client: CheckingClient) -> None:
    answer = client.post_form(
        REGISTER, {"name": "Lin Mei", "email": "Lin@Example.org", "password": PASSWORD}
    )
    assert (answer.status_code, answer.location) == (303, CODE)
    assert is_signed_in(client)
    person = only_person()
    assert (person.name, person.email, person.role) == ("Lin Mei", "lin@example.org", Role.RESIDENT)
    assert person.confirmation == Confirmation.NONE
    assert re.fullmatch("[a-z0-9]{12}", person.public_id)
    code = last_message("lin@example.org")["code"]
    assert client.post_form(CODE, {"code": code}).status_code == 303
    assert is_signed_in(client)
    assert only_person().confirmation == Confirmation.CONTACT
    signs_in = {"email": "lin@example.org", "password": PASSWORD}
    client.post_form("/account/sign-out", form="/settings")
    client.post_form("/account/sign-in", signs_in)
    assert is_signed_in(client)


def test_one_can_sign_in_with_the_password_before_confirming(client: CheckingClient) -> None:
    client.post_form(REGISTER, {"email": "lin@example.org", "password": PASSWORD})
    client.post_form("/account/sign-out", form="/settings")
    client.post_form("/account/sign-in", {"email": "lin@example.org", "password": PASSWORD})
    assert is_signed_in(client)


def test_a_mobile_number_is_enough(client: CheckingClient) -> None:
    assert client.post_form(REGISTER, {"phone": "138 0013 8000"}).status_code == 303
    person = only_person()
    assert (person.phone, person.email) == ("+8613800138000", None)
    assert re.fullmatch(r"Resident \d{4}", person.name)
    client.post_form(CODE, {"code": last_message("+8613800138000")["code"]})
    assert only_person().confirmation == Confirmation.MOBILE


def test_without_a_name_one_is_resident_in_ones_language(client: CheckingClient) -> None:
    client.get(f"{REGISTER}?lang=zh")
    client.post_form(REGISTER, {"email": "lin@example.org"})
    assert re.fullmatch(r"居民\d{4}", only_person().name)
    assert last_message("lin@example.org")["locale"] == "zh_Hans_CN"


def test_an_address_that_has_an_account_leads_its_owner_there(
    client: CheckingClient, app: Flask
) -> None:
    owner = make_person(email="owner@example.org")
    other = other_browser(app)
    new = other.post_form(REGISTER, {"email": "new@example.org", "password": PASSWORD})
    known = client.post_form(REGISTER, {"email": "Owner@example.org", "password": PASSWORD})
    assert (known.status_code, known.location) == (new.status_code, new.location)
    assert not is_signed_in(client)
    client.post_form(CODE, {"code": last_message("owner@example.org")["code"]})
    assert "owner@example.org" in client.get("/settings").get_data(as_text=True)
    assert db.session.get_one(Person, owner.id).password_hash is None


@pytest.mark.parametrize(
    ("taken", "wanted"),
    [("Lin Mei", "LIN-MEI"), ("Alice", "AIice"), ("Coco", "Сосо"), ("王工", "王エ")],
)
def test_a_name_that_looks_like_another_is_taken(app: Flask, taken: str, wanted: str) -> None:
    make_person(name=taken, name_skeleton=skeleton(taken))
    with pytest.raises(RuleBroken) as refusal:
        register(Registration(name=wanted, email="a@example.org"), origin="here")
    assert refusal.value.field == "name"
    assert "taken" in str(refusal.value.message)


def test_a_name_just_taken_is_refused_by_the_table_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(name="Alice", name_skeleton=skeleton("Alice"), email="a@example.org")
    monkeypatch.setattr("app.accounts.services.registering.ensure_name_free", lambda name: None)
    with pytest.raises(RuleBroken, match="taken") as refusal:
        register(Registration(name="Alice", email="b@example.org"), origin="here")
    assert refusal.value.field == "name"


def test_an_address_just_taken_is_refused_by_the_table_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_person(email="a@example.org")
    monkeypatch.setattr("app.accounts.services.registering.find_by_address", lambda address: None)
    with pytest.raises(RuleBroken) as refusal:
        register(Registration(email="a@example.org"), origin="here")
    assert refusal.value.field == "email"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "email"),
        ({"email": "nonsense"}, "email"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "010 6512 3456"}, "phone"),
        ({"phone": "13800138000", "email": "a@example.org"}, "phone"),
        ({"email": "a@example.org", "name": "Officer Wang"}, "name"),
        ({"email": "a@example.org", "name": "0fficer Wang"}, "name"),
        ({"email": "a@example.org", "name": "工作人员小王"}, "name"),
        ({"email": "a@example.org", "name": "13800138000"}, "name"),
        ({"email": "a@example.org", "name": "Wang\u202egnaW"}, "name"),
        ({"email": "a@example.org", "name": "x" * 41}, "name"),
        ({"email": "a@example.org", "password": "short"}, "password"),
        ({"email": "a@example.org", "password": "a" * 20}, "password"),
        ({"email": "a@example.org", "password": "A@example.org"}, "password"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    client: CheckingClient, lang: str, form: dict[str, str], field: str
) -> None:
    client.get(f"{REGISTER}?lang={lang}")
    answer = client.post_form(REGISTER, form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-error"', page) == [field]
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    if "password" in form:
        assert form["password"] not in page


def test_registering_is_on_the_record_without_name_or_address(client: CheckingClient) -> None:
    client.post_form(REGISTER, {"name": "Lin Mei", "email": "lin@example.org"})
    person = only_person()
    event = db.session.scalars(select(EventRecord)).one()
    assert (event.kind, event.actor) == ("PersonRegistered", person.public_id)
    assert "lin" not in event.payload.lower()


def test_registering_leads_back_to_where_one_was_going(client: CheckingClient) -> None:
    target = f"{REGISTER}?next=/policies"
    answer = client.post_form(target, {"email": "lin@example.org"})
    assert answer.location == f"{CODE}?next=/policies"
    code = last_message("lin@example.org")["code"]
    assert client.post_form(answer.location, {"code": code}).location == "/policies"
