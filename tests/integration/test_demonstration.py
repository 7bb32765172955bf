"""A new demonstration site shows every kind of page with something on it, and says what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from app.accounts.models import Person
from app.accounts.services import setup
from app.accounts.services.demonstration import ensure_demo_people, find_demo_owner
from app.commands.demonstration import CROWD, answer_demo_drafts, open_demo_calls
from app.consensus.models import ClauseState
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.importing import load_starters
from app.worker import Worker


@pytest.fixture
def demonstration(
    app: Flask, settings: config.Settings, monkeypatch: pytest.MonkeyPatch
) -> dict[str, dict[str, int]]:
    """By address of a draft: how many of its clauses stand how, after a first start."""
    monkeypatch.setattr(setup, "_settings", replace(setup.settings(), app_env="demo"))
    with committing():
        ensure_demo_people()
    with committing():
        load_starters(config.ROOT / "wiki_pages", owner_id=find_demo_owner())
        open_demo_calls()
        answer_demo_drafts()
    Worker(settings.instance_dir).drain()
    found: dict[str, dict[str, int]] = {}
    rows = db.session.execute(
        select(Policy.slug, ClauseState.shown, func.count())
        .join(Policy, Policy.id == ClauseState.policy_id)
        .group_by(Policy.slug, ClauseState.shown)
    )
    for slug, shown, count in rows:
        found.setdefault(slug, {})[shown] = count
    return found


def test_one_article_of_four_drafts_is_disputed_and_some_are_calm(
    demonstration: dict[str, dict[str, int]],
) -> None:
    disputed = {slug for slug, shown in demonstration.items() if shown.get("contested") == 1}
    assert disputed == {"zh-bicycle-parking", "street-trees", "zh-street-vending", "night-noise"}
    assert {
        slug: demonstration[slug]["none"] for slug in ("zh-bicycle-parking", "street-trees")
    } == {
        "zh-bicycle-parking": 2,
        "street-trees": 2,
    }
    assert demonstration["zh-street-vending"]["settled"] == 3


def test_made_up_people_say_so_in_their_names_and_cannot_sign_in(
    demonstration: dict[str, dict[str, int]],
) -> None:
    names = [name.format(n=n) for _, many, name, _ in CROWD for n in range(1, many + 1)]
    crowd = db.session.scalars(select(Person).where(Person.name.in_(names))).all()
    assert len(crowd) == sum(many for _, many, _, _ in CROWD)
    for person in crowd:
        assert "示例" in person.name
        assert (person.email, person.phone, person.password_hash) == (None, None, None)
