"""Two officers at one moment, and the closing second with the worker away or there twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.consultations.models import Decision
from app.database import committing, db
from app.errors import RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import PhaseStep, Policy
from app.policies.services.moving import move_due, set_phase
from tests.builders.accounts import make_actor, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution
from tests.checking_client import CheckingClient

SECOND = timedelta(seconds=1)
T = TypeVar("T")


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


def at_once(app: Flask, *acts: Callable[[], T]) -> list[T]:
    """What the acts answer when they begin at one moment, each in a thread of its own."""
    together = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        with app.app_context():
            together.wait(10)
            try:
                return act()
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def browser(app: Flask, actor: Actor) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    sign_in(client, actor)
    return client


def press(app: Flask, actor: Actor, address: str, form: dict[str, str]) -> Callable[[], int]:
    """A button of a page that was loaded before anybody pressed one."""
    client = browser(app, actor)
    token = client.get_token(address)
    data = {"csrf_token": token, **form}
    return lambda: client.post(address, data=data).status_code


def count(model: type, *conditions: object) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_of_two_moves_at_once_one_happens_and_the_other_is_told(app: Flask, owner: Actor) -> None:
    policy = make_policy(owner)
    address, slug_id = f"/policies/{policy.slug}/phase", policy.id
    form = {"reason": "A court decides first", "seen": "drafting"}
    buttons = [
        press(app, owner, address, form | {"phase": phase}) for phase in ("on_hold", "withdrawn")
    ]
    assert sorted(at_once(app, *buttons)) == [303, 409]
    assert count(PhaseStep, PhaseStep.policy_id == slug_id) == 1


def test_of_two_decisions_at_once_one_is_recorded(app: Flask, owner: Actor) -> None:
    policy = make_policy(owner)
    for phase in ("consultation", "response", "decision"):
        set_phase(policy.slug, phase, actor=owner)
    db.session.commit()
    ident = policy.id
    form = {"outcome": "return", "body": "办公会议", "reasons": "条件不成熟。", "seen": "0"}
    address = f"/policies/{policy.slug}/decision"
    buttons = [press(app, owner, address, form) for _each in range(2)]
    assert sorted(at_once(app, *buttons)) == [303, 422]
    assert count(Decision) == 1
    assert count(PhaseStep, PhaseStep.policy_id == ident, PhaseStep.phase == "drafting") == 1


def test_two_workers_at_the_closing_second_close_once(app: Flask, owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    ident, closes_at = policy.id, policy.closes_at
    assert closes_at is not None

    def work() -> int:
        with committing():
            return move_due()

    with clock.frozen(closes_at):
        assert sorted(at_once(app, work, work)) == [0, 1]
    entered = (PhaseStep.policy_id == ident, PhaseStep.phase == "response")
    assert count(PhaseStep, *entered) == 1
    assert count(PhaseStep, *entered, PhaseStep.at == closes_at) == 1
    assert count(EventRecord, EventRecord.kind == "PhaseEntered") == 2  # opened and closed


def test_with_the_worker_away_the_pages_are_true_at_the_closing_second(
    app: Flask, owner: Actor, client: CheckingClient
) -> None:
    policy = make_call(make_policy(owner), owner)
    address, closes_at = f"/policies/{policy.slug}/course", policy.closes_at
    assert closes_at is not None
    with clock.frozen(closes_at - SECOND):
        assert "Now: Open for comment" in client.get(address).get_data(as_text=True)
        make_contribution(policy)
    with clock.frozen(closes_at):
        assert "Now: The department is answering" in client.get(address).get_data(as_text=True)
        with pytest.raises(RuleBroken):
            make_contribution(policy)
        db.session.rollback()
        late = make_contribution(policy, begun_at=closes_at - SECOND)
        assert (late.is_late, late.is_owed) == (True, False)
    with clock.frozen(closes_at + timedelta(days=2)):
        with pytest.raises(RuleBroken):
            make_contribution(policy, begun_at=closes_at - SECOND)
        db.session.rollback()
    assert db.session.get_one(Policy, policy.id).phase == "consultation"  # nobody wrote it down
