"""``flask people`` and the demonstration accounts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import ConfirmationRecord, Department, Person
from app.accounts.passwords import is_password
from app.accounts.services import setup
from app.accounts.services.demonstration import PEOPLE, ensure_demo_people
from app.database import committing, db
from tests.builders.accounts import make_person
from tests.checking_client import CheckingClient
from tests.integration.accounts.test_signing_in import is_signed_in, other_browser


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["people", *arguments])
    db.session.rollback()
    return result.exit_code, result.output


def person_of(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def test_create_makes_a_confirmed_officer_of_a_department(app: Flask, noon: datetime) -> None:
    code, output = run(
        app, "create", "Wang@Example.org", "--name", "Officer 17", "--role", "officer",
        "--password", "green lantern street", "--department", "示例市城市管理局",
    )  # fmt: skip
    person = person_of("wang@example.org")
    assert (code, output) == (0, f"wang@example.org officer /people/{person.public_id}\n")
    assert person.department is not None
    assert person.department.name == person.speaks_for == "示例市城市管理局"
    assert is_password("green lantern street", person.password_hash)
    record = db.session.scalars(select(ConfirmationRecord)).one()
    assert (record.level, record.by_command, record.at) == ("contact", True, noon)


def test_create_prints_a_generated_password(app: Flask) -> None:
    code, output = run(app, "create", "a@example.org", "--name", "Lin", "--role", "volunteer")
    found = re.fullmatch(r"a@example\.org volunteer /people/\w+ password=(\S+)\n", output)
    assert code == 0
    assert found is not None
    assert is_password(found[1], person_of("a@example.org").password_hash)


@pytest.mark.parametrize(
    "arguments",
    [
        ("known@example.org", "--name", "New", "--role", "resident"),
        ("new@example.org", "--name", "Кnown Name", "--role", "resident"),
        ("nonsense", "--name", "New", "--role", "resident"),
        ("new@example.org", "--name", "New", "--role", "resident", "--password", "short"),
        ("new@example.org", "--name", "New", "--role", "king"),
    ],
)
def test_create_refuses_with_one_sentence(app: Flask, arguments: tuple[str, ...]) -> None:
    make_person(email="known@example.org", name="Known Name", name_skeleton="knownname")
    code, output = run(app, "create", *arguments)
    assert code != 0
    assert "Error: " in output
    assert "Traceback" not in output
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize("level", ["mobile", "resident"])
def test_verify_raises_the_level_with_when(app: Flask, noon: datetime, level: str) -> None:
    person = make_person(email="a@example.org")
    assert run(app, "verify", "A@example.org", "--level", level) == (0, f"a@example.org {level}\n")
    record = db.session.scalars(select(ConfirmationRecord)).one()
    assert (record.person_id, record.level, record.by_command, record.at) == (
        person.id, level, True, noon,
    )  # fmt: skip
    code, output = run(app, "verify", "a@example.org", "--level", "contact")
    assert (code, output) == (0, f"a@example.org {level} (nothing to do)\n")


def test_verify_of_nobody_fails(app: Flask) -> None:
    code, output = run(app, "verify", "nobody@example.org", "--level", "resident")
    assert (code, output) == (1, "Error: There is no account with this address.\n")


@pytest.fixture
def demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    monkeypatch.setattr(setup, "_settings", replace(setup.settings(), app_env="demo"))
    with committing():
        return ensure_demo_people()


def test_demonstration_accounts_are_made_once(demo: list[tuple[str, str, str]]) -> None:
    with committing():
        again = ensure_demo_people()
    assert again == demo
    assert [what for _, what, _ in demo] == [
        "officer",
        "volunteer",
        "resident",
        "officer, approves",
        "volunteer, reviews",
        "supervisor",
    ]
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    assert [person.name for person in people] == [name for name, _, _ in demo]
    assert db.session.scalars(select(Department.name)).all() == ["示例市城市管理局"]
    first, second = people[0], people[3]
    assert first.department_id == second.department_id is not None
    assert (first.role, second.role) == ("officer", "officer")


def test_a_demonstration_link_signs_in_as_often_as_one_likes(
    client: CheckingClient, app: Flask, demo: list[tuple[str, str, str]]
) -> None:
    for name, _, path in demo:
        for browser in (client, other_browser(app)):
            answer = browser.get(path)
            assert (answer.status_code, answer.location) == (303, "/")
            assert name in browser.get("/settings").get_data(as_text=True)
            browser.post_form("/account/sign-out", form="/settings")
            assert not is_signed_in(browser)


def test_a_demonstration_link_cannot_be_guessed(
    client: CheckingClient, demo: list[tuple[str, str, str]]
) -> None:
    for token in ("x", "demo-officer", "é", demo[0][2].rpartition("/")[2][:-1]):
        assert client.get(f"/account/demo/{token}").status_code == 404


def test_demonstration_links_depend_on_the_key_of_the_installation(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = PEOPLE[0].path
    monkeypatch.setattr(setup, "_settings", replace(setup.settings(), secret_key="another"))
    assert PEOPLE[0].path != before


def test_there_are_no_demonstration_accounts_elsewhere(client: CheckingClient) -> None:
    with committing():
        assert ensure_demo_people() == []
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    assert client.get(PEOPLE[0].path).status_code == 404
