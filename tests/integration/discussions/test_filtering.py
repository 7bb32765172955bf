"""Advertising by new accounts waits; everybody else's links and repetitions do not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import Actor, Role
from app.discussions.services.filtering import looks_like_advertising
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy

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
