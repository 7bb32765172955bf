"""How the clauses stand: evaluated when something happens and once a day, from what all may read."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

import config
from app import clock
from app.access.actor import Role
from app.consensus.models import ClauseState
from app.consensus.rules.figures import ClauseFigures
from app.database import db
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, save_text
from tests.conftest import NOON


def states(policy_id: int) -> dict[str, ClauseState]:
    query = select(ClauseState).where(ClauseState.policy_id == policy_id)
    return {row.clause: row for row in db.session.scalars(query)}


def test_a_saved_change_is_evaluated_once_it_was_measured(
    app: Flask, settings: config.Settings
) -> None:
    officer = make_actor(Role.OFFICER)
    with clock.frozen(NOON):
        policy = make_policy(officer)
        slug, policy_id = policy.slug, policy.id
        Worker(settings.instance_dir).drain()
        assert {row.shown for row in states(policy_id).values()} == {"moving"}
    with clock.frozen(NOON + timedelta(days=15)):
        save_text(slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
        Worker(settings.instance_dir).drain()
        changed = states(policy_id)["c3"]
        assert (changed.found, changed.reason, changed.changed_number) == ("moving", "changing", 2)
        figures = ClauseFigures.from_json(changed.figures)
        assert (figures.revisions, figures.gross, figures.net) == (1, 2, 2)
        assert states(policy_id)["c2"].found == "unseen"
