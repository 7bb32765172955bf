"""One's own settings, and a person's page as others see it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.access.actor import Role
from app.accounts.look_alikes import skeleton
from app.accounts.models import Person
from app.accounts.passwords import hash_password, is_password
from app.database import db
from tests.builders.accounts import make_department, make_person, sign_in
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import is_signed_in, other_browser

OLD, NEW = "green lantern street", "blue lantern street"


def person_again(person: Person) -> Person:
    db.session.rollback()
    return db.session.get_one(Person, person.id)


@pytest.fixture
def person(client: CheckingClient) -> Person:
    person = make_person(name="Lin Mei", name_skeleton=skeleton("Lin Mei"))
    sign_in(client, person)
    return person


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pages_of_people_read_in_both_languages(
    client: CheckingClient, person: Person, lang: str
) -> None:
    for path in ("/settings", f"/people/{person.public_id}"):
        client.get(f"{path}?lang={lang}")
        page = client.get(path).get_data(as_text=True)
        assert f'lang="{"zh-Hans" if lang == "zh" else "en"}"' in page
        assert "Lin Mei" in page


def test_name_and_language_are_changed(client: CheckingClient, person: Person) -> None:
    answer = client.post_form("/settings", {"name": "Lin  Mei-Li", "locale": "zh_Hans_CN"})
    assert (answer.status_code, answer.location) == (303, "/settings")
    found = person_again(person)
    assert (found.name, found.locale) == ("Lin Mei-Li", "zh_Hans_CN")
    assert found.name_skeleton == skeleton("LinMeiLi")
    assert 'lang="zh-Hans"' in client.get("/settings").get_data(as_text=True)


def test_nobody_gives_themselves_a_role_or_an_office(
    client: CheckingClient, person: Person
) -> None:
    form = {
        "name": "Lin Mei",
        "locale": "",
        "role": "officer",
        "speaks_for": "Streets",
        "confirmation": "resident",
        "department_id": "1",
    }
    assert client.post_form("/settings", form).status_code == 303
    found = person_again(person)
    assert (found.role, found.speaks_for, found.department_id) == (Role.RESIDENT, "", None)
    assert found.confirmation == "contact"


@pytest.mark.parametrize(
    "name", ["", "Officer Lin", "市长", "Taken Name", "taken-nаme", "✓ Lin", "a@example.org", "·"]
)
def test_a_name_that_cannot_be_had_is_refused(
    client: CheckingClient, person: Person, name: str
) -> None:
    make_person(name="Taken Name", name_skeleton=skeleton("Taken Name"))
    answer = client.post_form("/settings", {"name": name, "locale": ""})
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.get_data(as_text=True)
    assert person_again(person).name == "Lin Mei"


def test_an_officer_keeps_a_given_name_while_changing_the_language(client: CheckingClient) -> None:
    officer = make_person(Role.OFFICER, name="Officer 17", name_skeleton=skeleton("Officer 17"))
    sign_in(client, officer)
    form = {"name": "Officer 17", "locale": "en"}
    assert client.post_form("/settings", form).status_code == 303


def test_an_unknown_language_is_refused(client: CheckingClient, person: Person) -> None:
    answer = client.post_form("/settings", {"name": "Lin Mei", "locale": "tlh"})
    assert answer.status_code == 422


def test_a_new_password_needs_the_present_one(client: CheckingClient, app: Flask) -> None:
    person = make_person(password_hash=hash_password(OLD))
    sign_in(client, person)
    elsewhere = other_browser(app)
    sign_in(elsewhere, person)
    form = {"name": person.name, "locale": "", "new_password": NEW}
    for present in ("", "wrong words"):
        answer = client.post_form("/settings", {**form, "password": present})
        assert answer.status_code == 422
        assert 'id="password-error"' in answer.get_data(as_text=True)
    assert is_signed_in(elsewhere)
    assert client.post_form("/settings", {**form, "password": OLD}).status_code == 303
    assert is_password(NEW, person_again(person).password_hash)
    assert not is_signed_in(elsewhere)
    assert is_signed_in(client)


def test_a_first_password_can_be_set(client: CheckingClient, person: Person) -> None:
    form = {"name": "Lin Mei", "locale": "", "new_password": NEW}
    assert client.post_form("/settings", form).status_code == 303
    assert is_password(NEW, person_again(person).password_hash)


def test_present_passwords_are_not_guessed_in_settings(client: CheckingClient) -> None:
    person = make_person(password_hash=hash_password(OLD))
    sign_in(client, person)
    form = {"name": person.name, "locale": "", "new_password": NEW, "password": "wrong words"}
    statuses = [client.post_form("/settings", form).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_settings_are_for_those_signed_in(client: CheckingClient) -> None:
    assert client.get("/settings").location == "/account/sign-in?next=/settings"
    assert client.post("/settings", data={"name": "x"}).status_code == 403


def test_others_see_name_role_and_office_but_no_address(client: CheckingClient) -> None:
    department = make_department("Department of Trees")
    officer = make_person(
        Role.OFFICER,
        name="Officer 17",
        email="hidden@example.org",
        phone="+8613800138000",
        department_id=department.id,
        speaks_for="Department of Trees",
    )
    page = client.get(f"/people/{officer.public_id}").get_data(as_text=True)
    for words in ("Officer 17", "Officer", "speaks for Department of Trees"):
        assert words in page
    for secret in ("hidden@example.org", "138", "contact"):
        assert secret not in page


def test_the_page_of_an_imported_author_says_so(client: CheckingClient) -> None:
    author = make_person(Role.UNKNOWN, name="Ada", name_skeleton=None, email=None)
    page = client.get(f"/people/{author.public_id}").get_data(as_text=True)
    assert "imported" in page


def test_a_page_of_nobody_is_absent(client: CheckingClient) -> None:
    for path in ("/people/nobody", "/people/1", "/people/" + "x" * 500):
        assert client.get(path).status_code == 404
