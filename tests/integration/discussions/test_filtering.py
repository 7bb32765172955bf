"""Advertising by new accounts waits; everybody else's links and repetitions do not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.discussions.queries import get_thread
from app.discussions.services.editing import edit_comment
from app.discussions.services.filtering import looks_like_advertising
from app.errors import NotFound, RuleBroken
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion

TWO = "See https://one.example and www.two.example for the figures."
THREE = f"{TWO} Or HTTP://three.example."
OFFER = "Cheap parking cards, call me."


@pytest.fixture
def newcomer(app: Flask, noon: datetime) -> Actor:
    return make_actor()


def test_many_links_of_a_new_account_are_looked_at_first(newcomer: Actor) -> None:
    assert not looks_like_advertising(TWO, newcomer)
    assert looks_like_advertising(THREE, newcomer)


@pytest.mark.parametrize(
    ("words", "is_link"),
    [("1. www.a.b", True), ("(https://a)", True), ("see.www.x", False), ("https://", False)],
)
def test_what_counts_as_a_link(newcomer: Actor, words: str, is_link: bool) -> None:
    assert looks_like_advertising(f"{TWO} {words}", newcomer) == is_link


def test_the_same_words_on_a_third_draft_are_looked_at_first(newcomer: Actor) -> None:
    for slug in ("one", "two"):
        assert not looks_like_advertising(OFFER, newcomer)
        make_thread(make_policy(slug=slug), newcomer, OFFER)
    assert looks_like_advertising(OFFER, newcomer)
    assert not looks_like_advertising(f"{OFFER} Really.", newcomer)
    assert not looks_like_advertising(OFFER, make_actor())


def test_an_older_account_and_whoever_answers_for_it_sends_what_they_like(
    newcomer: Actor, noon: datetime
) -> None:
    assert not looks_like_advertising(THREE, make_actor(created_at=noon - timedelta(hours=24)))
    for role in (Role.OFFICER, Role.VOLUNTEER):
        assert not looks_like_advertising(THREE, make_actor(role))
    with clock.frozen(noon + timedelta(hours=24)):
        assert not looks_like_advertising(THREE, newcomer)


def test_such_words_wait_until_the_morning_and_are_received(newcomer: Actor) -> None:
    policy = make_policy()
    thread = make_thread(policy, newcomer, THREE)
    assert thread.first.held_until is not None
    assert clock.now() < thread.first.held_until <= clock.now() + timedelta(days=1)
    assert make_thread(policy, newcomer, TWO).first.held_until is None
    with pytest.raises(NotFound):
        get_thread(thread.id, make_actor())
    assert get_thread(thread.id, make_actor(Role.VOLUNTEER))[1].id == thread.id
    reply = make_reply(make_thread(policy), newcomer, THREE)
    assert reply.held_until is not None


def test_shown_words_are_not_changed_into_such_ones(newcomer: Actor) -> None:
    thread = make_thread(make_policy(), newcomer, TWO)
    with pytest.raises(RuleBroken) as refusal:
        edit_comment(thread.first.id, THREE, actor=newcomer)
    assert refusal.value.field == "body"
    db.session.rollback()
    with clock.frozen(clock.now() + timedelta(days=2)), committing():
        edit_comment(thread.first.id, THREE, actor=newcomer)


def test_a_suggestion_with_such_a_reason_waits_too(newcomer: Actor) -> None:
    policy = make_policy(mode="reviewed")
    words = "第二条 共享自行车停放超过一日的，应当移走。"
    assert make_suggestion(policy, "c3", words, newcomer, reason=THREE).held_until is not None
    assert make_suggestion(policy, "c3", words, newcomer, reason=TWO).held_until is None
