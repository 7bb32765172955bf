"""Figures of a whole policy: counted by a duty, kept, counted anew, and never all lost to one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

import config
from app import clock
from app.access.actor import Role
from app.consensus.models import MeasuredPolicy, PolicyFigure
from app.consensus.queries.figures import find_figure, list_due, list_figures
from app.consensus.services import figuring
from app.database import committing, db
from app.policies.models import Policy
from app.policies.queries import find_policy_id
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, save_text

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # a Wednesday, noon in Shanghai


def counted_policy(settings: config.Settings, *, measured: int = 2) -> int:
    """The id of a policy with two versions, of which the worker measured ``measured``."""
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer).slug
    save_text(slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    Worker(settings.instance_dir).drain()
    policy_id = find_policy_id(slug)
    assert policy_id is not None
    if measured < 2:
        with committing():
            db.session.get_one(MeasuredPolicy, policy_id).number = measured
            db.session.execute(delete(PolicyFigure))
    return policy_id


def due(at: datetime, today: datetime) -> list[int]:
    return list(list_due(tuple(figuring.FIGURES), now=at, today=today, size=20))


def test_a_figure_is_found_with_the_revision_it_was_counted_of(
    app: Flask, settings: config.Settings
) -> None:
    policy_id = counted_policy(settings)
    with clock.frozen(NOON):
        figuring.figure(policy_id)
    found = find_figure(policy_id, "heartbeat")
    assert found is not None
    assert (found.number, found.computed_at, found.data["edits"]) == (2, NOON, 1)
    assert set(list_figures(policy_id)) == set(figuring.FIGURES)
    assert find_figure(policy_id, "no such figure") is None


def test_the_duty_counts_what_is_measured_and_does_it_once(
    app: Flask, settings: config.Settings
) -> None:
    counted_policy(settings)
    with clock.frozen(NOON):
        assert figuring.figure_due() == 1
        assert figuring.figure_due() == 0


def test_a_policy_whose_head_is_not_measured_yet_waits(
    app: Flask, settings: config.Settings
) -> None:
    counted_policy(settings, measured=1)
    assert figuring.figure_due() == 0


def test_a_new_day_and_a_new_version_make_figures_due_again(
    app: Flask, settings: config.Settings
) -> None:
    policy_id = counted_policy(settings)
    midnight = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
    with clock.frozen(NOON):
        figuring.figure(policy_id)
    assert due(NOON, midnight) == []
    assert due(NOON + timedelta(days=1), midnight + timedelta(days=1)) == [policy_id]
    with committing():
        db.session.get_one(Policy, policy_id).head_number = 3
        db.session.get_one(MeasuredPolicy, policy_id).number = 3
    assert due(NOON + timedelta(hours=1), midnight) == []  # its words are not attributed yet
    with committing():
        db.session.get_one(Policy, policy_id).head_number = 2
    assert due(NOON + timedelta(hours=1), midnight) == []


def test_a_clock_that_was_put_back_makes_figures_due(app: Flask, settings: config.Settings) -> None:
    policy_id = counted_policy(settings)
    with clock.frozen(NOON):
        figuring.figure(policy_id)
    earlier = NOON - timedelta(hours=2)
    assert due(earlier, datetime(2026, 3, 3, 16, 0, tzinfo=UTC)) == [policy_id]


def test_a_figure_that_fails_is_not_counted_and_takes_no_other_with_it(
    app: Flask,
    settings: config.Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    policy_id = counted_policy(settings)

    def fails(_policy: Policy) -> dict[str, Any]:
        raise ZeroDivisionError

    table: dict[str, Callable[[Policy], dict[str, Any]]] = {
        "broken": fails, "heartbeat": figuring.FIGURES["heartbeat"],
    }  # fmt: skip
    monkeypatch.setattr(figuring, "FIGURES", table)
    with caplog.at_level(logging.ERROR), clock.frozen(NOON):
        assert figuring.figure_due() == 1
        assert figuring.figure_due() == 0  # it is not tried again and again
    assert "broken" in caplog.text
    assert find_figure(policy_id, "broken") is None
    assert find_figure(policy_id, "heartbeat") is not None


def test_pages_are_made_anew_only_when_a_figure_changed(
    app: Flask, settings: config.Settings
) -> None:
    policy_id = counted_policy(settings)

    def page_version() -> int:
        db.session.expire_all()
        return db.session.get_one(Policy, policy_id).page_version

    before = page_version()
    with clock.frozen(NOON):
        figuring.figure(policy_id)
        first = page_version()
        figuring.figure(policy_id)
    assert (first, page_version()) == (before + 1, before + 1)


def test_dropped_figures_are_counted_again(app: Flask, settings: config.Settings) -> None:
    policy_id = counted_policy(settings)
    figuring.figure(policy_id)
    figuring.drop()
    assert list_figures(policy_id) == {}
    assert figuring.figure_due() == 1
    assert set(list_figures(policy_id)) == set(figuring.FIGURES)


def test_a_figure_of_history_that_nobody_may_read_any_more_is_not_told(
    app: Flask, settings: config.Settings
) -> None:
    """A draft was to be published with its history, was counted so, and then was without."""
    policy_id = counted_policy(settings)
    with committing():
        policy = db.session.get_one(Policy, policy_id)
        policy.published_at, policy.publish_history = None, True
    with clock.frozen(NOON):
        figuring.figure(policy_id)
    found = find_figure(policy_id, "heartbeat")
    assert found is not None
    assert found.data["first"] == 1
    with committing():
        policy = db.session.get_one(Policy, policy_id)
        policy.published_at, policy.public_from = NOON + timedelta(hours=1), 2
    assert find_figure(policy_id, "heartbeat") is None
    assert list_figures(policy_id) == {}
    assert due(NOON + timedelta(hours=2), datetime(2026, 3, 3, 16, 0, tzinfo=UTC)) == [policy_id]
