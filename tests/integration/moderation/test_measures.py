"""Measures without a report: on the page of a thread, of a draft's talk, of a person."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app import clock
from app.access.actor import Role
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Slowdown, Thread
from app.moderation.models import ModerationAction
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import make_thread
from tests.builders.moderation import WHY
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

FORM = {"rule": "insult", "reason": WHY}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_replies_are_stopped_from_the_page_of_the_thread_and_go_on(
    client: CheckingClient, language: str
) -> None:
    thread = make_thread(make_policy())
    path, page = f"/moderation/threads/{thread.id}", f"/threads/{thread.id}"
    client.set_cookie("lang", language)
    sign_in(client, make_actor(Role.VOLUNTEER))
    assert path in client.get(page).get_data(as_text=True)
    answer = client.post_form(path, {**FORM, "action": "lock"})
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert db.session.get_one(Thread, thread.id).locked_at is not None
    again = client.post_form(path, {**FORM, "action": "lock"})
    assert again.status_code == 422
    assert client.post_form(path, {**FORM, "action": "unlock"}).status_code == 303
    assert db.session.get_one(Thread, thread.id).locked_at is None
    assert client.post_form(path, {**FORM, "action": "slow:30"}).status_code == 303
    row = db.session.scalars(select(Slowdown)).one()
    assert (row.policy_id, row.minutes) == (thread.policy_id, 30)


def test_a_drafts_talk_is_slowed_down_and_let_go(client: CheckingClient) -> None:
    policy = make_policy()
    path = f"/moderation/policies/{policy.slug}"
    sign_in(client, make_actor(Role.VOLUNTEER))
    assert client.post_form(path, {**FORM, "action": "slow:10"}).status_code == 303
    assert 'value="end_slow"' in client.get(path).get_data(as_text=True)
    assert client.post_form(path, {**FORM, "action": "end_slow"}).status_code == 303
    assert db.session.scalars(select(Slowdown)).one().ended_at is not None
    assert client.post_form(path, {**FORM, "action": "lock"}).status_code == 422


def test_a_person_is_reminded_suspended_and_let_write_again(client: CheckingClient) -> None:
    resident = make_actor()
    path = f"/moderation/people/{resident.public_id}"
    sign_in(client, make_actor(Role.VOLUNTEER))
    for action in ("remind", "suspend:7", "end_suspend"):
        assert f'value="{action}"' in client.get(path).get_data(as_text=True)
        assert client.post_form(path, {**FORM, "action": action}).status_code == 303
    assert not db.session.get_one(Person, resident.id).actor(clock.now()).is_suspended
    assert client.get(path).get_data(as_text=True).count(WHY) == 2  # the way back is no measure
    missing = client.post_form(path, {"action": "remind", "rule": "insult"})
    assert missing.status_code == 422
    assert "Please give a reason" in missing.get_data(as_text=True)


def test_who_may_not_act_finds_no_form(client: CheckingClient) -> None:
    volunteer, policy = make_actor(Role.VOLUNTEER), make_policy()
    own = make_thread(policy, volunteer, body="My own")
    other = make_thread(policy)
    sign_in(client, volunteer)
    assert client.get(f"/moderation/threads/{own.id}").status_code == 403
    for one in (volunteer, make_actor(Role.OFFICER), make_actor(Role.VOLUNTEER)):
        path = f"/moderation/people/{one.public_id}"
        assert 'name="reason"' not in client.get(path).get_data(as_text=True)
        assert client.post_form(path, {**FORM, "action": "remind"}).status_code == 403
    sign_in(client, make_actor(Role.SUPERVISOR))
    for path in (f"/moderation/threads/{other.id}", f"/moderation/policies/{policy.slug}"):
        assert client.get(path).status_code == 403
    page = client.get(f"/moderation/people/{make_actor().public_id}").get_data(as_text=True)
    assert 'name="reason"' not in page
    assert client.get("/moderation/threads/999").status_code == 403
    assert db.session.scalar(select(func.count(ModerationAction.id))) == 0
