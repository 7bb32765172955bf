"""Somebody in danger: whoever is on duty is called at once, once, and without the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Role
from app.accounts.models import OutgoingMessage
from app.accounts.services import setup
from app.database import committing, db
from app.moderation.models import ModerationCase
from app.moderation.rules import Kind
from app.moderation.services.duty import go_off_duty, go_on_duty
from app.moderation.services.flagging import flag
from app.notifications.letters import compose
from app.notifications.services.calling_duty import call_duty
from app.policies.models import Policy
from tests.builders.accounts import make_actor, make_person
from tests.builders.discussions import make_thread
from tests.builders.notifications import deliver
from tests.builders.policies import make_policy


@pytest.fixture
def office(app: Flask) -> Iterator[None]:
    """The operator named two addresses for such letters."""
    before = setup.settings()
    setup.configure(replace(before, duty_address="duty@example.org, night@example.org"))
    yield
    setup.configure(before)


def reported(rule: str = "danger", **more: object) -> ModerationCase:
    """A comment that a reader reported, committed."""
    thread = make_thread(make_policy(**more), body="I will be at his door with a xylophone.")
    flag(Kind.COMMENT, thread.first.id, rule, "He lives in no. 12", actor=make_actor())
    db.session.commit()
    return db.session.scalars(select(ModerationCase)).one()


def called() -> dict[str, str]:
    """Who is called, and in which language."""
    rows = db.session.scalars(select(OutgoingMessage).where(OutgoingMessage.template == "danger"))
    return {row.address: row.locale for row in rows}


def on_duty(**more: object) -> str:
    """A volunteer on duty; their address."""
    person = make_person(Role.VOLUNTEER, **more)
    go_on_duty(1, actor=person.actor(clock.now()))
    db.session.commit()
    return person.email or ""


def test_the_duty_is_called_in_its_own_language(noon: datetime, app: Flask, office: None) -> None:
    make_person(Role.VOLUNTEER)
    english, chinese = on_duty(locale="en"), on_duty(locale="zh_Hans_CN")
    reported()
    deliver()
    usual = setup.settings().default_locale
    assert called() == {
        "duty@example.org": usual,
        "night@example.org": usual,
        english: "en",
        chinese: "zh_Hans_CN",
    }


def test_one_case_calls_once_however_often_it_is_reported(app: Flask, office: None) -> None:
    case = reported()
    deliver()
    flag(Kind.COMMENT, case.object_id, "danger", "", actor=make_actor())
    db.session.commit()
    deliver()
    assert len(called()) == 2
    assert call_duty(case.id) == 0


def test_a_case_that_turns_out_to_be_dangerous_calls_too(app: Flask, office: None) -> None:
    case = reported("insult")
    deliver()
    assert called() == {}
    flag(Kind.COMMENT, case.object_id, "danger", "", actor=make_actor())
    db.session.commit()
    deliver()
    assert len(called()) == 2


@pytest.mark.parametrize("rule", ["insult", "personal_data", "unlawful", "off_topic"])
def test_no_other_rule_calls_anybody(app: Flask, office: None, rule: str) -> None:
    reported(rule)
    deliver()
    assert called() == {}


def test_where_nobody_is_on_duty_all_who_keep_order_are_called(noon: datetime, app: Flask) -> None:
    volunteer, supervisor = make_person(Role.VOLUNTEER), make_person(Role.SUPERVISOR)
    make_person(Role.VOLUNTEER, confirmation="none")
    make_person(Role.VOLUNTEER, suspended_until=noon + timedelta(days=1))
    make_person(Role.OFFICER)
    reported()
    deliver()
    assert set(called()) == {volunteer.email, supervisor.email}


def test_who_went_home_is_not_called(noon: datetime, app: Flask) -> None:
    home = make_actor(Role.VOLUNTEER)
    go_on_duty(8, actor=home)
    db.session.commit()
    go_off_duty(actor=home)
    db.session.commit()
    awake = on_duty()
    with clock.frozen(noon + timedelta(minutes=1)):
        reported()
        deliver()
    assert set(called()) == {awake}


def test_the_letter_names_draft_and_case_and_holds_no_word_of_anybody(
    app: Flask, office: None
) -> None:
    case = reported(title="Bicycles", language="en")
    deliver()
    row = db.session.scalars(select(OutgoingMessage)).first()
    assert row is not None
    settings = setup.settings()
    site = {"site_name": "Site", "site_url": "https://wiki.example.org"}
    values = {**site, "title": "Bicycles", "case": case.id, "numbers": settings.emergency_numbers}
    for locale in ("en", "zh_Hans_CN"):
        letter = compose("danger", "mail", locale, values)
        whole = f"{letter.subject}\n{letter.body}"
        assert "Bicycles" in letter.subject
        assert f"https://wiki.example.org/moderation/{case.id}" in whole
        assert settings.emergency_numbers in whole
        assert "xylophone" not in whole
    assert "xylophone" not in row.values
    assert "no. 12" not in row.values


def test_a_private_draft_stays_unnamed(app: Flask, office: None) -> None:
    case = reported(title="Bicycles", language="en")
    with committing():
        db.session.get_one(Policy, case.policy_id).is_public = False
    deliver()
    rows = db.session.scalars(select(OutgoingMessage)).all()
    assert len(rows) == 2
    assert not [row for row in rows if "Bicycles" in row.values]


def test_a_case_that_was_decided_meanwhile_calls_nobody(app: Flask, office: None) -> None:
    case = reported()
    with committing():
        db.session.get_one(ModerationCase, case.id).closed_at = clock.now()
    deliver()
    assert called() == {}
