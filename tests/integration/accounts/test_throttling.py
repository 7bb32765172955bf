"""Counting tries: exact under rollback and parallel use, hashed, generic."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Role
from app.accounts.limits import ACTS, Counted, Limit
from app.accounts.models import Throttle
from app.accounts.services import setup, throttling
from app.accounts.services.tidying import forget_expired
from app.database import db, writing
from app.errors import TooMany
from app.web.transaction import abandon
from tests.builders.accounts import make_actor

THREE = Limit("test", "somebody", 3, 60)


def test_the_fourth_of_three_is_refused_until_the_period_ends(app: Flask, noon: datetime) -> None:
    for _ in range(3):
        throttling.take_at_once(THREE)
    with clock.frozen(noon + timedelta(seconds=20)), pytest.raises(TooMany) as refusal:
        throttling.take_at_once(THREE)
    assert refusal.value.retry_after == 40
    assert refusal.value.message.values == {"minutes": 1}
    with clock.frozen(noon + timedelta(seconds=60)):
        throttling.take_at_once(THREE)


def test_kinds_and_keys_are_counted_apart(app: Flask) -> None:
    for _ in range(3):
        throttling.take_at_once(THREE)
    throttling.take_at_once(replace(THREE, key="other"), replace(THREE, kind="other"))
    with pytest.raises(TooMany):
        throttling.take_at_once(THREE)


def test_a_clock_put_back_locks_nobody_out(app: Flask, noon: datetime) -> None:
    with clock.frozen(noon + timedelta(days=40)):
        for _ in range(3):
            throttling.take_at_once(THREE)
        with pytest.raises(TooMany):
            throttling.take_at_once(THREE)
    throttling.take_at_once(THREE)


def test_parallel_tries_do_not_share_the_last_free_place(app: Flask) -> None:
    outcomes: list[bool] = []

    def attempt() -> None:
        with app.app_context():
            try:
                throttling.take_at_once(THREE)
                outcomes.append(True)
            except TooMany:
                outcomes.append(False)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 9 + [True] * 3


def test_an_act_that_is_refused_later_counts_too(app: Flask) -> None:
    for _ in range(3):
        throttling.take(THREE)
        abandon()
    with pytest.raises(TooMany):
        throttling.take(THREE)


def test_an_act_that_succeeds_counts_once(app: Flask) -> None:
    throttling.take(THREE)
    db.session.commit()
    assert db.session.scalar(select(Throttle.count)) == 1


def test_a_try_at_once_never_commits_a_change_of_the_request(app: Flask) -> None:
    writing()
    with pytest.raises(RuntimeError):
        throttling.take_at_once(THREE)


def test_throttles_can_be_switched_off_for_benchmarks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "_settings", replace(setup.settings(), throttles=False))
    for _ in range(5):
        throttling.take_at_once(THREE)
        throttling.take(THREE)
    assert db.session.scalars(select(Throttle)).all() == []


def test_each_person_behind_one_address_counts_for_all_of_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ACTS[Counted.WORDS]
    monkeypatch.setitem(ACTS, Counted.WORDS, replace(row, times=(2,) * 6, origin=3))
    first, second = (replace(make_actor(), origin="one street") for _ in range(2))
    for actor in (first, first, second):
        throttling.count(Counted.WORDS, actor)
        db.session.commit()
    for actor, is_slowed in ((first, True), (second, True), (make_actor(Role.OFFICER), False)):
        if not is_slowed:
            throttling.count(Counted.WORDS, replace(actor, origin="one street"))
            continue
        with pytest.raises(TooMany):
            throttling.count(Counted.WORDS, actor)
        db.session.rollback()


def test_past_periods_are_forgotten(app: Flask, noon: datetime) -> None:
    throttling.take_at_once(THREE)
    with clock.frozen(noon + timedelta(seconds=61)):
        forget_expired()
        db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Throttle)) == 0
