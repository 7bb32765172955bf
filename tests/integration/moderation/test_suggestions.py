"""Hiding a suggestion and bringing it back: who may, what stays, and who is told."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import VISITOR, Actor, Role
from app.database import db
from app.errors import NotAllowed, NotFound, RuleBroken
from app.ledger.models import EventRecord
from app.moderation.queries.log import list_actions
from app.moderation.services import Decision
from app.policies.models import Policy
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import get_contribution
from app.visibility import Hidden
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.moderation import act_on_suggestion
from tests.builders.policies import make_policy
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion
from tests.checking_client import CheckingClient

NEW = "第二条 Zyzzogeton 应当移走。"
HIDE = Decision("hide", "insult", "Calls a neighbour names")
SHOW = Decision("show", "insult", "It was a quotation")


def planted() -> tuple[Policy, Contribution, Actor]:
    policy, author = make_policy(mode="reviewed"), make_actor()
    return policy, make_suggestion(policy, "c3", NEW, author, reason="Quillwort"), author


def test_a_hidden_suggestion_keeps_its_number_and_shows_neither_words_nor_reason(
    app: Flask,
) -> None:
    policy, one, author = planted()
    hide_suggestion(one)
    for reader in (VISITOR, author, make_actor(Role.VOLUNTEER), make_actor(Role.OFFICER)):
        view = get_contribution(policy.slug, one.number, reader)
        assert view.marker is not None
        assert (view.marker.rule, view.marker.reason) == ("personal_data", "Names a neighbour")
        assert (view.words, view.changes) == ("", ())


def test_shown_again_it_reads_as_before(app: Flask) -> None:
    policy, one, _author = planted()
    hide_suggestion(one)
    act_on_suggestion(one.id, SHOW, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    view = get_contribution(policy.slug, one.number, VISITOR)
    assert (view.marker, view.words) == (None, "Quillwort")
    assert [change.after for change in view.changes] == [NEW]
    assert db.session.scalar(select(func.count(Hidden.id))) == 0
    log = [(row.action, row.place.kind, row.place.suggestion) for row in list_actions(VISITOR)[0]]
    assert log == [("show", "suggestion", 1), ("hide", "suggestion", 1)]


def test_both_acts_are_recorded_with_the_number_and_a_hashed_reason(app: Flask) -> None:
    _policy, one, _author = planted()
    hide_suggestion(one)
    act_on_suggestion(one.id, SHOW, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    query = select(EventRecord).where(EventRecord.kind.in_(["SuggestionHidden", "SuggestionShown"]))
    records = db.session.scalars(query.order_by(EventRecord.id)).all()
    assert [record.kind for record in records] == ["SuggestionHidden", "SuggestionShown"]
    assert all('"number":1' in record.payload.replace(" ", "") for record in records)
    assert not any("neighbour" in record.payload for record in records)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR])
def test_only_volunteers_hide_a_suggestion(app: Flask, role: Role) -> None:
    _policy, one, _author = planted()
    with pytest.raises(NotAllowed):
        act_on_suggestion(one.id, HIDE, actor=make_actor(role))


def test_nobody_hides_their_own_suggestion_and_a_volunteer_none_by_an_officer(app: Flask) -> None:
    policy = make_policy(mode="reviewed")
    volunteer = make_actor(Role.VOLUNTEER)
    own = make_suggestion(policy, "c3", NEW, volunteer)
    official = make_suggestion(policy, "c3", NEW + "Soon.", make_actor(Role.OFFICER))
    for one in (own, official):
        with pytest.raises(NotAllowed):
            act_on_suggestion(one.id, HIDE, actor=volunteer)


def test_a_comment_is_not_hidden_as_a_suggestion_nor_one_that_is_not_there(app: Flask) -> None:
    comment = make_contribution(make_policy(), clause="c3")
    for wrong in (comment.id, comment.id + 1):
        with pytest.raises(NotFound):
            act_on_suggestion(wrong, HIDE, actor=make_actor(Role.VOLUNTEER))


def test_hiding_twice_is_refused(app: Flask) -> None:
    _policy, one, _author = planted()
    hide_suggestion(one)
    with pytest.raises(RuleBroken):
        act_on_suggestion(one.id, HIDE, actor=make_actor(Role.VOLUNTEER))


def test_a_suggestion_on_a_private_draft_does_not_exist_for_an_outside_volunteer(
    app: Flask,
) -> None:
    office = make_department("Bicycle Office")
    owner = make_actor(Role.OFFICER, department_id=office.id)
    policy = make_policy(owner, mode="reviewed", is_public=False)
    insider = make_actor(Role.RESIDENT, department_id=office.id)
    one = make_suggestion(policy, "c3", NEW, insider)
    with pytest.raises(NotFound):
        act_on_suggestion(one.id, HIDE, actor=make_actor(Role.VOLUNTEER))
    hide_suggestion(one, make_actor(Role.VOLUNTEER, department_id=office.id))
    assert list_actions(VISITOR)[0] == []
    assert [row.place.suggestion for row in list_actions(owner)[0]] == [1]


def test_a_volunteer_hides_and_shows_through_the_pages(client: CheckingClient) -> None:
    policy, one, author = planted()
    sign_in(client, make_actor(Role.VOLUNTEER))
    path = f"/moderation/suggestions/{one.id}"
    listing = f"/policies/{policy.slug}/suggestions"
    assert path in client.get(listing).get_data(as_text=True)
    form = {"action": "hide", "rule": "insult", "reason": "Calls a neighbour names"}
    assert client.post_form(path, form).location.endswith(f"{listing}/1")
    page = client.get(listing).get_data(as_text=True)
    assert "Zyzzogeton" not in page
    assert "Calls a neighbour names" in page
    assert "Suggestion no. 1" in client.get("/moderation/log").get_data(as_text=True)
    sign_in(client, author)
    assert "Calls a neighbour names" in client.get(f"{listing}/1").get_data(as_text=True)
    sign_in(client, make_actor(Role.VOLUNTEER))
    form = {"action": "show", "rule": "insult", "reason": "It was a quotation"}
    assert client.post_form(path, form).status_code == 303
    assert "Zyzzogeton" in client.get(listing).get_data(as_text=True)


def test_without_a_rule_or_a_reason_nothing_is_hidden(client: CheckingClient) -> None:
    _policy, one, _author = planted()
    sign_in(client, make_actor(Role.VOLUNTEER))
    path = f"/moderation/suggestions/{one.id}"
    for form in ({"rule": "insult", "reason": ""}, {"rule": "", "reason": "Rude"}):
        answer = client.post_form(path, {"action": "hide", **form})
        assert answer.status_code == 422
    assert db.session.scalar(select(func.count(Hidden.id))) == 0
