"""A discussion that was slowed down: each resident writes once in a while, whatever they write."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.discussions.models import Slowdown
from app.discussions.services.posting import NewThread, open_thread, reply
from app.errors import RuleBroken, TooMany
from app.policies.models import Policy
from app.suggestions.services.replying import reply as reply_to_contribution
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient

CLAUSE = "c3"


def slow(policy: Policy, minutes: int = 10) -> int:
    with committing():
        row = Slowdown(policy_id=policy.id, minutes=minutes, until=clock.now() + timedelta(hours=6))
        db.session.add(row)
    return row.id


def after(minutes: float) -> datetime:
    return clock.now() + timedelta(minutes=minutes)


def test_a_resident_writes_once_in_the_minutes_of_the_slowdown(app: Flask, noon: object) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    thread = make_thread(policy)
    suggestion = make_suggestion(policy, CLAUSE, "第二条 两日。")
    slow(policy)
    make_reply(thread, author, body="Once.")
    for attempt in (
        lambda: reply(thread.id, "Twice.", actor=author),
        lambda: open_thread(policy.slug, NewThread("Twice."), actor=author),
        lambda: reply_to_contribution(policy.slug, suggestion.number, "Twice.", actor=author),
        lambda: make_contribution(policy, author, reason="Twice."),
        lambda: make_suggestion(policy, CLAUSE, "第二条 一日。", author),
    ):
        with clock.frozen(after(4)), pytest.raises(TooMany) as caught:
            attempt()
        db.session.rollback()
        assert caught.value.retry_after == 360
        assert caught.value.message.values == {"minutes": 10, "left": 6}
    with clock.frozen(after(10)):
        make_reply(thread, author, body="Ten minutes later.")


def test_a_suggestion_counts_as_writing_too(app: Flask, noon: object) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    thread = make_thread(policy)
    slow(policy)
    make_suggestion(policy, CLAUSE, "第二条 两日。", author)
    with pytest.raises(TooMany):
        reply(thread.id, "And besides.", actor=author)


def test_one_sending_of_a_comment_is_one(app: Flask, noon: object) -> None:
    policy, author = make_policy(), make_actor()
    slow(policy)
    first = make_contribution(policy, author, reason="The form was sent twice.")
    again = make_contribution(policy, author, reason="The form was sent twice.")
    assert again.id == first.id


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.OFFICER])
def test_those_who_answer_for_their_words_are_not_slowed(
    app: Flask, noon: object, role: Role
) -> None:
    policy, actor = make_policy(), make_actor(role)
    slow(policy)
    thread = make_thread(policy, actor)
    at_once = make_reply(thread, actor, body="At once.")
    assert (at_once.thread_id, at_once.posted_at) == (thread.id, thread.first.posted_at)


def test_others_and_other_drafts_are_not_slowed(app: Flask) -> None:
    policy, other, author = make_policy(), make_policy(title="Another"), make_actor()
    slow(policy)
    thread = make_thread(policy, author)
    assert make_reply(thread, make_actor()).thread_id == thread.id
    with pytest.raises(TooMany):
        reply(thread.id, "Twice.", actor=author)
    db.session.rollback()
    assert make_thread(other, author).policy_id == other.id


def test_what_was_refused_for_another_reason_counts_as_nothing(app: Flask) -> None:
    policy, author = make_policy(), make_actor()
    slow(policy)
    with pytest.raises(RuleBroken):
        open_thread(policy.slug, NewThread("A word.", clause="c99"), actor=author)
    db.session.rollback()
    make_thread(policy, author)


def test_a_slowdown_ends_by_hand_and_by_time(app: Flask, noon: object) -> None:
    policy, author = make_policy(), make_actor()
    ident = slow(policy, minutes=600)
    thread = make_thread(policy, author)
    with clock.frozen(after(361)):
        make_reply(thread, author, body="The time is over.")
    slow(policy, minutes=600)
    with pytest.raises(TooMany):
        reply(thread.id, "Slowed again.", actor=author)
    db.session.rollback()
    with committing():
        for row in db.session.query(Slowdown).filter(Slowdown.id >= ident):
            row.ended_at = clock.now()
    make_reply(thread, author, body="Ended by hand.")


def test_a_shorter_slowdown_after_a_longer_one_keeps_nobody_waiting(
    app: Flask, noon: object
) -> None:
    policy, author = make_policy(), make_actor()
    ident = slow(policy, minutes=120)
    thread = make_thread(policy, author)
    with committing():
        db.session.get_one(Slowdown, ident).ended_at = clock.now()
    slow(policy, minutes=5)
    with clock.frozen(after(2)), pytest.raises(TooMany) as caught:
        reply(thread.id, "Now?", actor=author)
    assert caught.value.retry_after <= 300


def test_of_eight_at_once_one_is_taken(app: Flask) -> None:
    policy, author = make_policy(), make_actor()
    thread = make_thread(policy)
    slow(policy)
    db.session.remove()
    taken: list[bool] = []

    def send(number: int, actor: Actor) -> None:
        with app.app_context():
            try:
                reply(thread.id, f"Number {number}", actor=actor)
                db.session.commit()
                taken.append(True)
            except TooMany:
                db.session.rollback()
                taken.append(False)

    senders = [threading.Thread(target=send, args=(number, author)) for number in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(taken) == [False] * 7 + [True]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_it_and_gives_the_words_back(client: CheckingClient, language: str) -> None:
    policy, author = make_policy(), make_actor()
    thread = make_thread(policy)
    slow(policy)
    sign_in(client, author)
    client.set_cookie("lang", language)
    path = f"/threads/{thread.id}"
    sentence = "each person writes once in 10 minutes" if language == "en" else "每人10分钟只能"
    for page in (path, f"/policies/{policy.slug}/discussion"):
        assert sentence in client.get(page).get_data(as_text=True)
    assert client.post_form(path, {"body": "Once."}).status_code == 303
    again = client.post_form(path, {"body": "Twice, at once."})
    assert again.status_code == 429
    assert int(again.headers["Retry-After"]) > 500
    page = again.get_data(as_text=True)
    assert sentence in page
    assert "Twice, at once." in page
