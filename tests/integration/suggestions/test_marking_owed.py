"""A reply gets an answer when a volunteer says so; it keeps its place in the thread."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor, Role
from app.database import committing, db
from app.discussions.services.posting import reply
from app.errors import NotAllowed, RuleBroken
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.suggestions.models import Contribution
from app.suggestions.queries.owed import count_owed
from app.suggestions.queries.shown import get_contribution
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.marking_owed import mark_owed, unmark_owed
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution
from tests.checking_client import CheckingClient

WORDS = "Where do delivery riders wait meanwhile?"


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def volunteer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.VOLUNTEER)


@pytest.fixture
def author(app: Flask, noon: datetime) -> Actor:
    return make_actor()


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, mode="reviewed", slug="bicycles", language="en")


@pytest.fixture
def thread(policy: Policy) -> int:
    found = make_contribution(policy, clause="c3").thread_id
    assert found is not None
    return found


def _reply(thread: int, actor: Actor) -> int:
    with committing():
        return reply(thread, WORDS, actor=actor).id


def test_a_marked_reply_is_a_contribution_with_its_own_words(
    policy: Policy, thread: int, volunteer: Actor, author: Actor
) -> None:
    comment = _reply(thread, author)
    with committing():
        assert mark_owed(comment, actor=volunteer) == 2
    with committing():
        assert mark_owed(comment, actor=volunteer) == 2
    view = get_contribution("bicycles", 2, author)
    assert (view.words, view.clause, view.is_own) == (WORDS, "c3", True)
    assert count_owed(policy.id).owed == 2


def test_it_can_be_unmarked_until_somebody_answered(
    policy: Policy, thread: int, volunteer: Actor, author: Actor, officer: Actor
) -> None:
    comment = _reply(thread, author)
    with committing():
        mark_owed(comment, actor=volunteer)
    with committing():
        unmark_owed(comment, actor=volunteer)
    assert count_owed(policy.id).owed == 1
    with committing():
        mark_owed(comment, actor=volunteer)
    with committing():
        answer("bicycles", 2, NewAnswer("explained", "They wait at the north gate."), actor=officer)
    with pytest.raises(RuleBroken), committing():
        unmark_owed(comment, actor=volunteer)


def test_only_volunteers_mark_and_only_replies_that_are_owed(
    policy: Policy, thread: int, volunteer: Actor, author: Actor, officer: Actor
) -> None:
    comment, office = _reply(thread, author), _reply(thread, officer)
    for actor in (author, officer):
        with pytest.raises(NotAllowed), committing():
            mark_owed(comment, actor=actor)
    with pytest.raises(RuleBroken, match="works on this draft"), committing():
        mark_owed(office, actor=volunteer)
    with pytest.raises(RuleBroken, match="number already"), committing():
        mark_owed(comment - 1, actor=volunteer)
    for phase in ("consultation", "response", "legality_review"):
        with committing():
            set_phase("bicycles", phase, actor=officer)
    with pytest.raises(RuleBroken), committing():
        mark_owed(comment, actor=volunteer)


def test_the_thread_offers_it_to_volunteers_and_tells_everybody(
    app: Flask, policy: Policy, thread: int, volunteer: Actor, author: Actor, client: CheckingClient
) -> None:
    comment = _reply(thread, author)
    page = f"/threads/{thread}?lang=en"
    client.get("/?lang=en")
    assert "This should get an answer" not in client.get(page).get_data(as_text=True)
    sign_in(client, volunteer)
    client.get("/?lang=en")
    assert "This should get an answer" in client.get(f"/threads/{thread}").get_data(as_text=True)
    done = client.post_form(f"/comments/{comment}/owed", form=f"/threads/{thread}")
    assert done.status_code == 303
    words = client.get(f"/threads/{thread}").get_data(as_text=True)
    assert "/policies/bicycles/suggestions/2" in words
    assert "No answer needed after all" in words
    row = db.session.scalars(select(Contribution).where(Contribution.number == 2)).one()
    assert row.comment_id == comment
    visitor = app.test_client()
    assert "/policies/bicycles/suggestions/2" in visitor.get(f"/threads/{thread}").get_data(
        as_text=True
    )
    assert WORDS in visitor.get("/policies/bicycles/suggestions/2").get_data(as_text=True)
