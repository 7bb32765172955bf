"""Replies to contributions: a suggestion's thread begins with the first one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import VISITOR, Confirmation, Role
from app.database import committing, db
from app.discussions.models import Comment, Thread
from app.discussions.queries import get_thread, list_threads
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.suggestions.models import Contribution
from app.suggestions.rules import State
from app.suggestions.services.replying import reply
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.policies import make_policy, plan_publication
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion
from tests.checking_client import CheckingClient

NEW = "第二条 企业应当移走。"


def planted() -> tuple[Policy, Contribution]:
    policy = make_policy(mode="reviewed")
    return policy, make_suggestion(policy, "c3", NEW)


def threads() -> list[Thread]:
    return list(db.session.scalars(select(Thread).order_by(Thread.id)))


def test_the_first_reply_opens_the_thread_and_the_second_joins_it(app: Flask) -> None:
    policy, one = planted()
    first = reply(policy.slug, one.number, "I see it too.", actor=make_actor())
    second = reply(policy.slug, one.number, "So do I.", actor=make_actor())
    db.session.commit()
    assert first.thread_id == second.thread_id
    (thread,) = threads()
    assert (thread.kind, thread.clause, thread.subject_kind, thread.subject_id) == (
        "replies", "c3", "suggestion", one.id,
    )  # fmt: skip
    query = select(EventRecord.kind).order_by(EventRecord.id.desc()).limit(3)
    assert list(db.session.scalars(query)) == ["CommentPosted", "CommentPosted", "ThreadOpened"]


def test_replies_are_no_contributions_and_no_thread_of_the_discussion(app: Flask) -> None:
    policy, one = planted()
    reply(policy.slug, one.number, "I see it too.", actor=make_actor())
    db.session.commit()
    assert db.session.scalar(select(func.count(Contribution.id))) == 1
    assert list_threads(policy, VISITOR)[0] == []


def test_a_reply_to_a_comment_goes_into_its_own_thread(app: Flask) -> None:
    policy = make_policy()
    one = make_contribution(policy, clause="c3")
    assert reply(policy.slug, 1, "I see it too.", actor=make_actor()).thread_id == one.thread_id
    db.session.commit()
    assert len(threads()) == 1


def test_the_same_words_twice_within_a_minute_are_one_reply(app: Flask) -> None:
    policy, one = planted()
    actor = make_actor()
    for _ in range(2):
        reply(policy.slug, one.number, "I see it too.", actor=actor)
        db.session.commit()
    assert db.session.scalar(select(func.count(Comment.id))) == 1


def test_nobody_replies_to_words_that_are_hidden_or_taken_back(app: Flask) -> None:
    policy, one = planted()
    gone = make_suggestion(policy, "c3", NEW + "马上。")
    hide_suggestion(one)
    with committing():
        db.session.get_one(Contribution, gone.id).state = State.WITHDRAWN
    for number in (1, 2):
        with pytest.raises(RuleBroken, match="no longer shown"):
            reply(policy.slug, number, "I see it too.", actor=make_actor())


def test_visitors_and_administrators_do_not_reply_and_nobody_to_nothing(app: Flask) -> None:
    policy, one = planted()
    with pytest.raises(SignInNeeded):
        reply(policy.slug, one.number, "Words", actor=VISITOR)
    with pytest.raises(NotAllowed):
        reply(policy.slug, one.number, "Words", actor=make_actor(Role.ADMINISTRATOR))
    with pytest.raises(NotFound):
        reply(policy.slug, 99, "Words", actor=make_actor())
    assert threads() == []


def test_replies_are_seen_by_whoever_sees_the_suggestion(app: Flask) -> None:
    """They carry its time and its author, so neither a private time nor an unknown author leaks."""
    office = make_department("Bicycle Office")
    owner = make_actor(Role.OFFICER, department_id=office.id)
    policy = make_policy(owner, mode="reviewed", is_public=False)
    early = make_suggestion(policy, "c3", NEW, owner)
    plan_publication(policy.slug, at=None, with_history=False, actor=owner)
    db.session.commit()
    unknown = make_actor(confirmation=Confirmation.NONE)
    late = make_suggestion(policy, "c3", NEW + "马上。", unknown)
    first = reply(policy.slug, early.number, "Among ourselves.", actor=owner)
    second = reply(policy.slug, late.number, "A postscript.", actor=unknown)
    db.session.commit()
    for outsider in (VISITOR, make_actor()):
        for comment in (first, second):
            with pytest.raises(NotFound):
                get_thread(comment.thread_id, outsider)
    assert get_thread(first.thread_id, owner)[1].first.body == "Among ourselves."
    assert get_thread(second.thread_id, unknown)[1].first.body == "A postscript."


def test_a_person_replies_through_the_page_and_then_in_the_thread(client: CheckingClient) -> None:
    policy, one = planted()
    path = f"/policies/{policy.slug}/suggestions/{one.number}/reply"
    assert "Sign in to reply" in client.get(path).get_data(as_text=True)
    sign_in(client, make_actor())
    answer = client.post_form(path, {"body": "I see it too."})
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "Replies to no. 1" in page
    assert "I see it too." in page
    assert client.get(path).location == answer.location.partition("#")[0] + "#reply"
    listing = client.get(f"/policies/{policy.slug}/suggestions").get_data(as_text=True)
    assert "1 reply" in listing
    answer = client.post_form(answer.location.partition("#")[0], {"body": "And again."})
    assert answer.status_code == 303
    assert len(threads()) == 1


def test_a_refused_reply_keeps_its_words(client: CheckingClient) -> None:
    policy, one = planted()
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/suggestions/{one.number}/reply"
    answer = client.post_form(path, {"body": " "})
    assert answer.status_code == 422
    assert "Please write something" in answer.get_data(as_text=True)
    answer = client.post(path, data={"body": "Kept words", "csrf_token": "stale"})
    assert answer.status_code == 400
    assert "Kept words" in answer.get_data(as_text=True)
    assert threads() == []


def test_a_draft_closed_for_comment_says_so_instead_of_a_form(client: CheckingClient) -> None:
    policy, one = planted()
    with committing():
        db.session.get_one(Policy, policy.id).phase = "archived"
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/suggestions/{one.number}/reply"
    page = client.get(path).get_data(as_text=True)
    assert "This page is closed for comment" in page
    assert "<textarea" not in page


def test_the_thread_of_a_comment_shows_its_number(client: CheckingClient) -> None:
    policy = make_policy()
    one = make_contribution(policy, clause="c3")
    page = client.get(f"/threads/{one.thread_id}").get_data(as_text=True)
    assert f'href="/policies/{policy.slug}/suggestions/1">No. 1</a>' in page
    assert "No. 1" in client.get(f"/policies/{policy.slug}/discussion").get_data(as_text=True)


def test_a_comment_from_the_discussion_page_gets_a_number_and_keeps_its_title(
    client: CheckingClient,
) -> None:
    policy = make_policy()
    sign_in(client, make_actor())
    path = f"/policies/{policy.slug}/discussion"
    sent = {"body": "Add a map.", "kind": "question", "title": "A map", "clause": "c3"}
    for _ in range(2):  # sent twice, it is one
        assert client.post_form(path, sent).status_code == 303
    one = db.session.scalars(select(Contribution)).one()
    assert (one.number, one.kind, one.clause, one.state) == (1, "question", "c3", "open")
    assert one.lookup_hash is not None
    (thread,) = threads()
    assert (thread.id, thread.title) == (one.thread_id, "A map")
