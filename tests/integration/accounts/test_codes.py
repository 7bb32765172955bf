"""Six-figure codes: sent, tried, sent again, confirmed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Confirmation
from app.accounts.models import ConfirmationRecord, OneTimeCode, Person
from app.accounts.services.codes import request_code, sign_in_with_code
from app.database import db
from app.errors import RuleBroken, TooMany
from tests.builders.accounts import last_message, make_person, sign_in
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import is_signed_in, other_browser, words_of

SIGN_IN, CODE = "/account/sign-in", "/account/code"


def ask(client: CheckingClient, address: str) -> None:
    answer = client.post_form(SIGN_IN, {"email": address, "password": ""})
    assert (answer.status_code, answer.location) == (303, CODE)


def wrong(code: str) -> str:
    return "111111" if code != "111111" else "222222"


def ask_code(address: str = "a@example.org") -> str:
    request_code(address, origin="here", locale="en")
    db.session.commit()
    return last_message(address)["code"]


def give(code: str, address: str = "a@example.org") -> Person:
    started = sign_in_with_code(address, code, actor=VISITOR, origin="here")
    db.session.commit()
    return started.person


def test_an_empty_password_sends_a_code_that_signs_in(client: CheckingClient) -> None:
    make_person(email="a@example.org")
    ask(client, "A@example.org")
    code = last_message("a@example.org")["code"]
    assert re.fullmatch(r"\d{6}", code)
    answer = client.post_form(CODE, {"code": f" {code[:3]} {code[3:]}"})
    assert answer.status_code == 303
    assert is_signed_in(client)


def test_full_width_figures_are_figures(app: Flask) -> None:
    person = make_person(email="a@example.org")
    code = ask_code().translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert give(code).id == person.id


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_code_page_says_the_same_for_an_unknown_address(
    client: CheckingClient, app: Flask, lang: str
) -> None:
    make_person(email="a@example.org")
    pages: list[list[str]] = []
    for address in ("a@example.org", "a@example.com"):
        browser = other_browser(app)
        browser.get(f"{SIGN_IN}?lang={lang}")
        ask(browser, address)
        said = [browser.get(CODE).get_data(as_text=True)]
        for _ in range(6):
            answer = browser.post_form(CODE, {"code": "12"})
            assert answer.status_code == 422
            said.append(answer.get_data(as_text=True))
        pages.append([words_of(page).replace("example.com", "example.org") for page in said])
    assert pages[0] == pages[1]
    assert last_message("a@example.com")["template"] == "no_account"


def test_a_code_is_tried_five_times_and_not_once_more(app: Flask) -> None:
    make_person(email="a@example.org")
    code = ask_code()
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(RuleBroken) as refusal:
            give(wrong(code))
        db.session.rollback()
        assert refusal.value.field == "code"
        assert refusal.value.message.values == ({"count": left} if left else {})
    with pytest.raises(RuleBroken, match="no longer"):
        give(code)


def test_a_refused_request_does_not_give_the_try_back(client: CheckingClient) -> None:
    make_person(email="a@example.org")
    ask(client, "a@example.org")
    code = last_message("a@example.org")["code"]
    assert client.post_form(CODE, {"code": wrong(code)}).status_code == 422
    assert db.session.scalar(select(OneTimeCode.tries_left)) == 4


def test_a_code_works_for_ten_minutes(app: Flask, noon: datetime) -> None:
    make_person(email="a@example.org")
    code = ask_code()
    with clock.frozen(noon + timedelta(minutes=10)), pytest.raises(RuleBroken, match="no longer"):
        give(code)
    with clock.frozen(noon + timedelta(minutes=9, seconds=59)):
        give(code)


def test_a_code_works_once(app: Flask) -> None:
    make_person(email="a@example.org")
    code = ask_code()
    give(code)
    with pytest.raises(RuleBroken, match="no longer"):
        give(code)


def test_sending_again_ends_the_earlier_code(client: CheckingClient) -> None:
    make_person(email="a@example.org")
    ask(client, "a@example.org")
    first = last_message("a@example.org")["code"]
    assert client.post_form(CODE, {"step": "again"}).status_code == 303
    second = last_message("a@example.org")["code"]
    if first != second:
        assert client.post_form(CODE, {"code": first}).status_code == 422
    assert client.post_form(CODE, {"code": second}).status_code == 303


def test_codes_are_not_sent_without_end(app: Flask) -> None:
    make_person(email="a@example.org")
    for _ in range(6):
        ask_code()
    with pytest.raises(TooMany):
        ask_code()


def test_a_code_belongs_to_its_address(app: Flask) -> None:
    make_person(email="a@example.org")
    make_person(email="b@example.org")
    code = ask_code("a@example.org")
    other = ask_code("b@example.org")
    if code != other:
        with pytest.raises(RuleBroken, match="not right"):
            give(code, "b@example.org")


@pytest.mark.parametrize(
    ("address", "level"),
    [("a@example.org", Confirmation.CONTACT), ("+8613800138000", Confirmation.MOBILE)],
)
def test_a_received_code_confirms_the_address_with_who_and_when(
    app: Flask, noon: datetime, address: str, level: Confirmation
) -> None:
    keys = {"email": address} if "@" in address else {"email": None, "phone": address}
    person = make_person(confirmation=Confirmation.NONE, **keys)
    give(ask_code(address), address)
    give(ask_code(address), address)
    found = db.session.get_one(Person, person.id)
    records = db.session.scalars(select(ConfirmationRecord)).all()
    assert found.confirmation == level
    assert [(r.person_id, r.level, r.by_id, r.by_command, r.at) for r in records] == [
        (person.id, level, None, False, noon)
    ]


def test_a_code_never_lowers_a_confirmation(app: Flask) -> None:
    person = make_person(email="a@example.org", confirmation=Confirmation.RESIDENT)
    give(ask_code())
    assert db.session.get_one(Person, person.id).confirmation == Confirmation.RESIDENT


def test_whoever_registered_somebody_elses_address_is_put_out_by_its_owner(
    client: CheckingClient, app: Flask
) -> None:
    squatter = other_browser(app)
    squatter.post_form(
        "/account/register", {"email": "owner@example.org", "password": "planted password"}
    )
    assert is_signed_in(squatter)
    ask(client, "owner@example.org")
    client.post_form(CODE, {"code": last_message("owner@example.org")["code"]})
    assert is_signed_in(client)
    assert not is_signed_in(squatter)
    again = squatter.post_form(
        SIGN_IN, {"email": "owner@example.org", "password": "planted password"}
    )
    assert again.status_code == 422


def test_the_code_page_needs_something_to_wait_for(client: CheckingClient) -> None:
    assert client.get(CODE).location == SIGN_IN
    sign_in(client, make_person())
    assert client.get(CODE).location == SIGN_IN


def test_odd_codes_are_refused_with_a_sentence(client: CheckingClient) -> None:
    make_person(email="a@example.org")
    ask(client, "a@example.org")
    for code in ("", "\0", "१२३४५६", "9" * 5000, "½"):
        assert client.post_form(CODE, {"code": code}).status_code == 422


def test_a_code_sent_to_the_former_address_is_handed_on_with_its_fields(
    client: CheckingClient,
) -> None:
    make_person(email="a@example.org")
    ask(client, "a@example.org")
    code = last_message("a@example.org")["code"]
    answer = client.post_form("/account/continue", {"code": code})
    assert (answer.status_code, answer.location) == (307, CODE)
