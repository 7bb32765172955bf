"""The desk of answers: one contribution after another, by form, without JavaScript."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.access.actor import Actor, Role
from app.database import committing, db
from app.discussions.queries import list_comments
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.suggestions.models import AnswerDraft, Assignment, Contribution, SavedReason
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.discussions import hide
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient

DESK = "/policies/bicycles/answers/work"
REASON = "The depot needs three days to find the owner."
OTHER = "Racks at the north gate are planned for May."
SECRET = "Ask Mr Zhao first."


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department("Department of Streets").id)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    policy = make_policy(officer, mode="reviewed", slug="bicycles", language="en")
    for _ in range(3):
        make_contribution(policy)
    with committing():
        set_phase("bicycles", "consultation", actor=officer)
    return policy


@pytest.fixture
def desk(policy: Policy, client: CheckingClient, officer: Actor) -> CheckingClient:
    sign_in(client, officer)
    client.get("/?lang=en")
    return client


def _save(client: CheckingClient, number: int, query: str = "", **values: Any) -> TestResponse:
    form = {"step": "save", "outcome": "not_adopted", "reason": REASON, "part": "0", **values}
    return client.post_form(f"{DESK}?number={number}{query}", form, form="/")


def _act(client: CheckingClient, number: int, step: str, **values: Any) -> TestResponse:
    return client.post_form(f"{DESK}/{number}/{step}", values, form="/")


def _drafts() -> dict[tuple[int, int], str]:
    db.session.rollback()
    query = select(Contribution.number, AnswerDraft.part, AnswerDraft.reason).join(
        AnswerDraft, AnswerDraft.contribution_id == Contribution.id
    )
    return {(number, part): reason for number, part, reason in db.session.execute(query)}


def _set(number: int, **values: object) -> Contribution:
    with committing():
        row = db.session.scalars(select(Contribution).where(Contribution.number == number)).one()
        for name, value in values.items():
            setattr(row, name, value)
    return row


def _make_group(*numbers: int) -> None:
    first = _set(numbers[0]).id
    for number in numbers:
        _set(number, group_id=first)


def test_saving_goes_on_to_the_next_without_an_answer(desk: CheckingClient) -> None:
    assert "No. 1" in desk.get(DESK).get_data(as_text=True)
    _save(desk, 2)
    assert _save(desk, 1).location == f"{DESK}?number=3"
    assert _save(desk, 3).location == DESK
    assert set(_drafts()) == {(1, 0), (2, 0), (3, 0)}
    page = desk.get(DESK).get_data(as_text=True)
    assert "Nothing is left here." in page
    assert "3 in all · 3 written · 0 left" in page


def test_a_wrong_answer_is_refused_beside_its_field_with_the_words_kept(
    desk: CheckingClient,
) -> None:
    page = _save(desk, 1, outcome="already_covered", reason="Article 59 of the traffic law.")
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    assert "Which law and article says so already?" in text
    assert "Article 59 of the traffic law." in text
    assert _save(desk, 1, outcome="", reason=REASON).status_code == 422
    assert _drafts() == {}


def test_the_preview_shows_what_the_person_will_read_and_saves_nothing(
    desk: CheckingClient,
) -> None:
    page = _save(desk, 1, step="preview").get_data(as_text=True)
    assert "The person will read:" in page
    assert page.count(REASON) == 2
    assert _drafts() == {}


def test_two_officers_on_one_contribution_see_both_wordings(desk: CheckingClient) -> None:
    assert _save(desk, 1, reason=OTHER).status_code == 303
    page = _save(desk, 1, seen="")
    assert page.status_code == 409
    text = page.get_data(as_text=True)
    assert OTHER in text
    assert REASON in text
    assert _drafts() == {(1, 0): OTHER}
    token = text.split('name="seen" value="')[1].split('"')[0]
    assert _save(desk, 1, seen=token).status_code == 303
    assert _drafts() == {(1, 0): REASON}


def test_one_answer_goes_to_all_similar_ones_but_those_left_out(
    desk: CheckingClient, policy: Policy
) -> None:
    make_contribution_numbers = [1, 2, 3]
    _make_group(*make_contribution_numbers)
    page = desk.get(f"{DESK}?number=1").get_data(as_text=True)
    assert "2 similar comments" in page
    assert "Computer hint, to be checked by a person" in page
    _save(desk, 1, together="y", leave_out=["3"])
    assert set(_drafts()) == {(1, 0), (2, 0)}


def test_answering_together_leaves_what_was_written_as_it_is(desk: CheckingClient) -> None:
    _make_group(1, 2, 3)
    _save(desk, 2, reason=OTHER)
    _save(desk, 1, together="y")
    assert _drafts() == {(1, 0): REASON, (2, 0): OTHER, (3, 0): REASON}


def test_a_contribution_is_put_into_a_group_and_taken_out_by_hand(desk: CheckingClient) -> None:
    _act(desk, 2, "group", group_with="1")
    db.session.rollback()
    rows = {row.number: row for row in db.session.scalars(select(Contribution))}
    assert rows[2].group_id == rows[1].group_id == rows[1].id
    assert rows[2].is_hand_grouped
    assert _act(desk, 2, "group", group_with="99").status_code == 422
    _act(desk, 2, "alone")
    db.session.rollback()
    rows = {row.number: row for row in db.session.scalars(select(Contribution))}
    assert (rows[1].group_id, rows[2].group_id) == (None, None)


def test_a_contribution_is_split_and_answered_point_by_point(desk: CheckingClient) -> None:
    _save(desk, 1)
    _act(desk, 1, "points", points=["Racks.", "Depots.", ""])
    assert _drafts() == {(1, 1): REASON}  # what was written became the answer to the first point
    page = desk.get(f"{DESK}?number=1").get_data(as_text=True)
    assert "1-2" in page
    assert "Depots." in page
    assert _save(desk, 1, part="2", reason=OTHER).location == f"{DESK}?number=2"
    assert _drafts() == {(1, 1): REASON, (1, 2): OTHER}
    assert _save(desk, 1, part="3").status_code == 422
    assert _act(desk, 1, "points", points=["", ""]).status_code == 422  # 1-2 would be lost
    assert _act(desk, 1, "points", points=["One alone"]).status_code == 422


def test_passing_on_shows_it_to_the_colleague(
    app: Flask, desk: CheckingClient, officer: Actor
) -> None:
    with committing():
        db.session.scalars(select(Policy)).one().department_id = officer.department_id
    colleague = make_actor(Role.OFFICER, department_id=officer.department_id)
    stranger = make_actor(Role.OFFICER)
    _act(desk, 2, "pass", to=colleague.public_id, due_on="2026-09-01")
    assert db.session.scalars(select(Assignment)).one().to_id == colleague.id
    assert _act(desk, 2, "pass", to=stranger.public_id).status_code == 422
    assert _act(desk, 2, "pass", to=colleague.public_id, due_on="2020-01-01").status_code == 422
    assert _act(desk, 2, "pass", to=colleague.public_id, due_on="soon").status_code == 422
    browser = app.test_client()
    assert isinstance(browser, CheckingClient)
    sign_in(browser, colleague)
    page = browser.get(f"{DESK}?mine=1").get_data(as_text=True)
    assert 'name="seen"' in page
    assert f"{DESK}/2/pass" in page
    assert f"{DESK}?number=2" in browser.get("/").get_data(as_text=True)


def test_a_private_note_is_read_at_the_desk_and_nowhere_else(
    app: Flask, desk: CheckingClient
) -> None:
    _act(desk, 1, "note", note=SECRET)
    _save(desk, 1, reason=OTHER)
    assert SECRET in desk.get(f"{DESK}?number=1").get_data(as_text=True)
    visitor = app.test_client()
    for path in ("suggestions/1", "suggestions", "answers", "discussion"):
        words = visitor.get(f"/policies/bicycles/{path}").get_data(as_text=True)
        assert SECRET not in words
        assert OTHER not in words


def test_reasons_are_kept_inserted_and_removed(desk: CheckingClient) -> None:
    assert _save(desk, 1, step="keep", reason_name="").status_code == 422
    _save(desk, 1, step="keep", reason_name="Depot")
    kept = db.session.scalars(select(SavedReason)).one()
    assert (kept.name, kept.reason) == ("Depot", REASON)
    page = _save(desk, 2, step="insert", reason=OTHER, kept_reason=str(kept.id))
    text = page.get_data(as_text=True)
    assert f"{OTHER}\n{REASON}</textarea>" in text
    desk.post_form(
        f"/policies/bicycles/answers/reasons/{kept.id}/remove", {"number": "2"}, form="/"
    )
    db.session.rollback()
    assert db.session.scalars(select(SavedReason)).all() == []


def test_hidden_words_are_read_at_the_desk_and_answered_to_their_author(
    app: Flask, desk: CheckingClient, policy: Policy, officer: Actor
) -> None:
    row = make_contribution(policy, reason="My neighbour Wang blocks the gate.")
    assert row.thread_id is not None
    hide(list_comments(row.thread_id, officer)[0][0])
    page = desk.get(f"{DESK}?show=hidden")
    assert "Wang" not in page.text
    assert "Show me the hidden words" in page.text
    read = _save(desk, 4, step="read", reason="I am thinking")
    assert "My neighbour Wang blocks the gate." in read.text
    assert "I am thinking</textarea>" in read.text
    read_by = select(EventRecord.actor).where(EventRecord.kind == "HiddenWordsRead")
    assert db.session.scalars(read_by).all() == [officer.public_id]
    assert _save(desk, 4).status_code == 303
    assert "Wang" not in app.test_client().get("/policies/bicycles/answers").get_data(as_text=True)


def test_late_ones_stand_apart_and_can_be_answered(desk: CheckingClient) -> None:
    _set(2, is_late=True, is_owed=False)
    assert _save(desk, 1).location == f"{DESK}?number=3"
    assert "No. 2" in desk.get(f"{DESK}?show=late").get_data(as_text=True)
    assert _save(desk, 2).status_code == 303


def test_the_desk_finds_by_article(desk: CheckingClient, policy: Policy) -> None:
    make_suggestion(policy, "c3", "第二条 停满一天就挪走。")
    for named in ("c3", "第二条"):
        assert f"{DESK}/4/pass" in desk.get(DESK, query_string={"clause": named}).get_data(
            as_text=True
        )


def test_an_answer_that_was_written_can_be_taken_away(desk: CheckingClient) -> None:
    _save(desk, 1)
    assert _act(desk, 1, "drop", part="0", seen="").status_code == 409
    page = desk.get(f"{DESK}?number=1").get_data(as_text=True)
    token = page.split('name="seen" value="')[1].split('"')[0]
    assert _act(desk, 1, "drop", part="0", seen=token).status_code == 303
    assert _drafts() == {}


def test_nothing_can_be_written_while_the_publication_is_agreed(
    desk: CheckingClient, policy: Policy, noon: datetime
) -> None:
    with committing():
        db.session.get_one(Policy, policy.id).answers_at = noon + timedelta(hours=1)
    page = desk.get(f"{DESK}?number=1").get_data(as_text=True)
    assert "Call the publication off" in page
    assert 'name="outcome"' not in page
    assert _save(desk, 1).status_code == 422


def test_nobody_but_the_office_opens_the_desk(app: Flask, policy: Policy) -> None:
    for actor in (None, make_actor(), make_actor(Role.VOLUNTEER), make_actor(Role.OFFICER)):
        browser = app.test_client()
        assert isinstance(browser, CheckingClient)
        if actor is not None:
            sign_in(browser, actor)
        assert browser.get(DESK).status_code in (303, 403)
        assert browser.get(f"{DESK}?number=1").status_code in (303, 403)


def test_an_officer_does_not_answer_their_own_words(
    desk: CheckingClient, policy: Policy, officer: Actor
) -> None:
    make_contribution(policy, officer)
    assert desk.get(f"{DESK}?number=4").status_code == 403
    assert _save(desk, 4).status_code == 403


@pytest.mark.parametrize("number", ["0", "99", "x", "99999999999"])
def test_odd_numbers_do_no_harm(desk: CheckingClient, number: str) -> None:
    assert desk.get(f"{DESK}?number={number}").status_code in (200, 404)
    assert _act(desk, 1, "dance").status_code == 422
