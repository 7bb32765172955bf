"""Mode reviewed: the drafting group's edit is a version, anybody else's a suggestion."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Role
from app.database import committing, db
from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy
from tests.builders.suggest_form import NEW, buttons_of, errors_of, form_of
from tests.checking_client import CheckingClient

EDIT = "/policies/parking/edit"


@pytest.fixture
def policy(app: Flask) -> Policy:
    return make_policy(mode="reviewed", slug="parking")


def head(policy: Policy) -> int:
    db.session.rollback()
    return db.session.get_one(Policy, policy.id).head_number


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VOLUNTEER])
def test_an_edit_by_others_becomes_a_suggestion(
    policy: Policy, client: CheckingClient, role: Role
) -> None:
    sign_in(client, make_actor(role))
    sent = {**form_of(client.get(f"{EDIT}?clause=c3").text), "text": NEW, "summary": "Wheelchairs"}
    answer = client.post(EDIT, data=sent)
    assert (answer.status_code, answer.location) == (303, "/policies/parking/suggestions/1")
    assert head(policy) == 1
    one = db.session.scalars(select(Contribution)).one()
    assert (one.kind, one.clause, one.reason) == ("suggestion", "c3", "Wheelchairs")


def test_the_button_says_which_it_will_be_and_why(policy: Policy, client: CheckingClient) -> None:
    sign_in(client, make_actor())
    page = client.get(f"{EDIT}?clause=c3").text
    assert ("check", "Next: check, then send as a suggestion") in buttons_of(page)
    assert "In this draft the drafting group writes the versions" in page
    checked = client.post(
        EDIT, data={**form_of(page), "text": NEW, "summary": "Why", "step": "check"}
    )
    assert buttons_of(checked.text)[0] == ("send", "Send as a suggestion")


def test_the_drafting_group_reads_that_its_edit_is_a_version(
    policy: Policy, client: CheckingClient
) -> None:
    sign_in(client, policy.owner.actor(policy.created_at))
    page = client.get(f"{EDIT}?clause=c3").text
    assert ">Save as the next version</button>" in page
    assert "begun" not in page


def test_a_program_that_edits_the_whole_text_makes_one_suggestion(
    policy: Policy, client: CheckingClient
) -> None:
    sign_in(client, make_actor())
    sent = {"text": TEXT.replace("三日", "两日"), "summary": "Two", "base": "1", "edit_token": "t"}
    answer = client.post_form(EDIT, sent)
    assert answer.location == "/policies/parking/suggestions/1"
    again = client.post_form(EDIT, sent)
    assert (again.status_code, again.location) == (303, answer.location)
    assert get_version(policy.id, head(policy)).text == TEXT


def test_a_suggestion_needs_a_reason_where_an_edit_needs_none(
    policy: Policy, client: CheckingClient
) -> None:
    sign_in(client, make_actor())
    sent = {**form_of(client.get(f"{EDIT}?clause=c3").text), "text": NEW, "summary": ""}
    answer = client.post(EDIT, data=sent)
    assert answer.status_code == 422
    assert errors_of(answer.text) == ["Please give a reason, even a short one."]
    assert form_of(answer.text)["text"] == NEW


@pytest.mark.parametrize(("mode", "phase"), [("group", "drafting"), ("reviewed", "decision")])
def test_elsewhere_an_edit_by_others_is_refused_as_before(
    policy: Policy, client: CheckingClient, mode: str, phase: str
) -> None:
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.mode, row.phase = mode, phase
    sign_in(client, make_actor())
    sent = {"text": "x", "summary": "x", "base": "1", "edit_token": "t"}
    assert client.get(EDIT).status_code == 403
    assert client.post_form(EDIT, sent, form="/settings").status_code == 403
