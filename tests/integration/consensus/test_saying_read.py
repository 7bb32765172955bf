"""Read, no comment: people who pressed it, never who looked at a page."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.consensus.models import Reading
from app.consensus.services.saying_read import say_read
from app.database import committing, db
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.policies.phases import Phase
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient


def _say(policy: Policy, actor: Actor, *, is_read: bool = True) -> None:
    say_read(policy.slug, "c3", actor=actor, is_read=is_read)
    db.session.commit()


def _readings() -> list[Reading]:
    db.session.rollback()
    return list(db.session.scalars(select(Reading)))


def _events() -> list[EventRecord]:
    return list(db.session.scalars(select(EventRecord).where(EventRecord.kind == "ClauseRead")))


def test_pressed_twice_it_is_one_reading(app: Flask) -> None:
    policy, actor = make_policy(), make_actor(confirmation=Confirmation.MOBILE)
    _say(policy, actor)
    _say(policy, actor)
    (row,) = _readings()
    assert (row.clause, row.role, row.confirmation, row.number) == ("c3", "resident", "mobile", 1)
    (event,) = _events()
    assert not event.is_public
    assert json.loads(event.payload)["is_read"] is True


def test_taken_back_it_is_gone(app: Flask) -> None:
    policy, actor = make_policy(), make_actor()
    _say(policy, actor)
    _say(policy, actor, is_read=False)
    _say(policy, actor, is_read=False)
    assert _readings() == []
    assert [json.loads(event.payload)["is_read"] for event in _events()] == [True, False]


def test_said_of_new_words_it_takes_the_place_of_the_earlier(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy, actor = make_policy(officer), make_actor()
    _say(policy, actor)
    before = _readings()[0].wording
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    _say(policy, actor)
    (row,) = _readings()
    assert row.wording != before
    assert row.number == 2


def test_looking_at_pages_is_no_reading(client: CheckingClient) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    for path in ("", "/clauses/c3", "/clauses/c3/read", "/positions/c-c3", "/suggestions"):
        assert client.get(f"/policies/{policy.slug}{path}").status_code == 200
    assert _readings() == []


@pytest.mark.parametrize("clause", ["c1", "c999", "", "x", "s-1"])
def test_nothing_else_than_a_clause_is_read(app: Flask, clause: str) -> None:
    policy = make_policy()
    with pytest.raises(NotFound):
        say_read(policy.slug, clause, actor=make_actor())


def test_refusals_say_why(app: Flask) -> None:
    policy = make_policy()
    with pytest.raises(SignInNeeded):
        say_read(policy.slug, "c3", actor=Actor())
    suspended = make_actor(suspended_until=clock.now() + timedelta(days=1))
    with pytest.raises(NotAllowed, match="suspended"):
        say_read(policy.slug, "c3", actor=suspended)
    unconfirmed = make_actor(confirmation=Confirmation.NONE)
    with pytest.raises(RuleBroken, match="confirm"):
        say_read(policy.slug, "c3", actor=unconfirmed)
    reader = make_actor()
    _say(policy, reader)
    with committing():
        db.session.merge(policy).phase = Phase.DECISION
    with pytest.raises(RuleBroken, match="phase"):
        say_read(policy.slug, "c3", actor=make_actor())
    db.session.rollback()
    _say(policy, reader, is_read=False)
    assert _readings() == []


def test_an_article_that_left_the_draft_is_read_no_more(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    kept = "\n\n".join(part for part in TEXT.split("\n\n") if "第二条" not in part)
    save_text(policy.slug, kept, actor=officer, base=1)
    with pytest.raises(RuleBroken, match="no longer in the draft"):
        say_read(policy.slug, "c3", actor=make_actor())


def test_the_button_stands_beside_the_article_and_can_be_taken_back(
    client: CheckingClient,
) -> None:
    policy = make_policy()
    page, here = f"/policies/{policy.slug}/clauses/c3", f"/policies/{policy.slug}/clauses/c3/read"
    visit = client.get(page).get_data(as_text=True)
    assert f'href="{here}">Read, no comment</a>' in visit
    assert "Reading itself is not tracked." in visit
    sign_in(client, make_actor())
    answer = client.post_form(here, {"next": page}, form=page)
    assert (answer.status_code, answer.location) == (303, page)
    said = client.get(page).get_data(as_text=True)
    assert "You said that you have read this." in said
    assert ">Read, no comment</button>" not in said
    assert client.post_form(here, {"step": "back"}).status_code == 303
    assert ">Read, no comment</button>" in client.get(page).get_data(as_text=True)


def test_a_form_that_was_open_too_long_comes_back(client: CheckingClient) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    here = f"/policies/{policy.slug}/clauses/c3/read"
    answer = client.post(here, data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert "Read, no comment" in answer.get_data(as_text=True)
    assert _readings() == []
