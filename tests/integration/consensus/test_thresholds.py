"""An officer sets for a draft from how many on something counts; everybody reads what and why."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

import config
from app.access.actor import Actor, Role
from app.consensus.models import ClauseState, ThresholdChange
from app.consensus.queries.facts import get_thresholds
from app.consensus.rules.thresholds import Thresholds
from app.consensus.services.setting_thresholds import set_thresholds
from app.database import db
from app.errors import NotAllowed, RuleBroken
from app.ledger.models import EventRecord
from app.worker import Worker
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

WHY = "Only two officers and nine residents live in this lane"


def set_it(slug: str, actor: Actor, **wanted: int) -> list[str]:
    seen = db.session.scalar(select(ThresholdChange.id).order_by(ThresholdChange.id.desc())) or 0
    names = set_thresholds(slug, wanted, WHY, seen=seen, actor=actor)
    db.session.commit()
    return names


def test_only_what_differs_is_written_and_the_last_choice_counts(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    assert set_it(policy.slug, officer, readers=20, rivals=3) == ["readers"]
    assert set_it(policy.slug, officer, readers=8, objections=1) == ["readers", "objections"]
    assert get_thresholds(policy.id) == Thresholds(readers=8, objections=1)
    rows = db.session.scalars(select(ThresholdChange).order_by(ThresholdChange.id)).all()
    assert [(row.name, row.was, row.value, row.reason, row.by_role) for row in rows] == [
        ("readers", 10, 20, WHY, "officer"),
        ("readers", 20, 8, WHY, "officer"),
        ("objections", 2, 1, WHY, "officer"),
    ]
    kinds = db.session.scalars(
        select(EventRecord.is_public).where(EventRecord.kind == "ThresholdChanged")
    ).all()
    assert kinds == [True, True, True]


def test_a_choice_without_a_reason_beside_its_range_or_of_nothing_new_is_refused(
    app: Flask,
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer).slug
    for wanted, reason, field in (
        ({"readers": 20}, " ", "reason"),
        ({"readers": 4}, WHY, "readers"),
        ({"readers": 10}, WHY, "reason"),
    ):
        with pytest.raises(RuleBroken) as broken:
            set_thresholds(slug, wanted, reason, seen=0, actor=officer)
        assert broken.value.field == field
        db.session.rollback()


def test_who_began_before_somebody_else_changed_them_looks_again(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer).slug
    set_it(slug, officer, readers=20)
    with pytest.raises(RuleBroken) as broken:
        set_thresholds(slug, {"objections": 1}, WHY, seen=0, actor=officer)
    assert broken.value.field == "reason"


def test_residents_volunteers_and_officers_of_elsewhere_may_only_read_them(app: Flask) -> None:
    slug = make_policy(make_actor(Role.OFFICER)).slug
    for role in (Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER):
        with pytest.raises(NotAllowed):
            set_thresholds(slug, {"readers": 20}, WHY, seen=0, actor=make_actor(role))
        db.session.rollback()


def test_a_changed_number_is_applied_as_soon_as_the_worker_hears_of_it(
    app: Flask, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    slug, policy_id = policy.slug, policy.id
    thread = make_thread(policy, clause="c3", kind="objection")
    make_reply(thread)
    Worker(settings.instance_dir).drain()
    state = db.session.get_one(ClauseState, (policy_id, "c3"))
    assert state.shown == "moving"
    set_it(slug, officer, objections=1)
    Worker(settings.instance_dir).drain()
    state = db.session.get_one(ClauseState, (policy_id, "c3"), populate_existing=True)
    assert (state.shown, state.reason) == ("contested", "objections")


def test_everybody_reads_the_numbers_and_the_officer_changes_them_on_the_page(
    app: Flask, client: CheckingClient
) -> None:
    officer = make_actor(Role.OFFICER)
    slug = make_policy(officer).slug
    path = f"/policies/{slug}/consensus/settings"
    assert "Set these numbers" not in client.get(path).text
    sign_in(client, officer)
    page = client.get(path).text
    sent = dict(re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', page))
    refused = client.post(path, data=sent | {"readers": "3", "reason": WHY})
    assert refused.status_code == 422
    assert "from 5 to 10000" in refused.text
    assert client.post(path, data=sent | {"readers": "x", "reason": WHY}).status_code == 422
    client.post(path, data=sent | {"readers": "25", "reason": WHY})
    visitor = app.test_client()
    shown = visitor.get(path).text
    assert "People who have read it: 10 became 25" in shown
    assert WHY in shown
