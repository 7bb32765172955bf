"""Opening a call for comment, its clock, and what may change while people comment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.consultations.queries.calls import find_call, list_cards
from app.consultations.rules import Card
from app.consultations.services.calling import change_call, open_consultation
from app.database import db
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.ledger.models import EventRecord
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.services.moving import move_due, set_phase
from tests.builders.accounts import make_actor
from tests.builders.consultations import make_call, wanted_call
from tests.builders.policies import make_policy

DAY = timedelta(days=1)


@pytest.fixture
def owner(app: Flask, noon: object) -> Actor:
    return make_actor(Role.OFFICER)


def kinds() -> list[str]:
    return list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)))


def test_opening_a_call_opens_the_policy_until_its_closing_time(owner: Actor) -> None:
    policy = make_policy(owner)
    version = policy.page_version
    policy = make_call(policy, owner)
    assert policy.phase_now == Phase.CONSULTATION
    assert policy.closes_at == clock.now() + 40 * DAY
    assert policy.page_version > version
    call = find_call(policy.id)
    assert call is not None
    assert (call.question, call.answer_days) == ("自行车怎么停？请您出主意", 60)
    assert call.opened_at == clock.now()
    assert [card.question for card in list_cards(policy.id)] == ["没人骑的共享自行车，几天该挪走？"]
    assert kinds()[-2:] == ["PhaseEntered", "ConsultationOpened"]


@pytest.mark.parametrize(
    ("role", "refusal"),
    [(Role.OFFICER, NotAllowed), (Role.RESIDENT, NotAllowed), (Role.ADMINISTRATOR, NotAllowed)],
)
def test_only_the_officer_who_owns_the_draft_asks(
    owner: Actor, role: Role, refusal: type[Exception]
) -> None:
    policy = make_policy(owner)
    for ask in (open_consultation, change_call):
        with pytest.raises(refusal):
            ask(policy.slug, wanted_call(), actor=make_actor(role))
        with pytest.raises(SignInNeeded):
            ask(policy.slug, wanted_call(), actor=VISITOR)


def test_a_private_draft_is_made_public_first(owner: Actor) -> None:
    policy = make_policy(owner, is_public=False)
    with pytest.raises(RuleBroken, match="public first"):
        open_consultation(policy.slug, wanted_call(), actor=owner)
    with pytest.raises(NotFound):
        open_consultation(policy.slug, wanted_call(), actor=make_actor(Role.OFFICER))


def test_a_call_that_is_open_is_not_opened_again(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    with pytest.raises(RuleBroken, match="already"):
        open_consultation(policy.slug, wanted_call(), actor=owner)


def test_a_policy_in_force_is_not_put_to_residents(owner: Actor) -> None:
    policy = make_policy(owner)
    for phase in ("consultation", "response", "decision", "published", "in_force"):
        set_phase(policy.slug, phase, actor=owner)
    with pytest.raises(RuleBroken):
        open_consultation(policy.slug, wanted_call(), actor=owner)
    db.session.rollback()
    assert find_call(policy.id) is None


def test_the_clock_closes_comments_before_the_worker_writes_it_down(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    closes_at = policy.closes_at
    assert closes_at is not None
    with clock.frozen(closes_at - timedelta(seconds=1)):
        assert move_due() == 0
        assert policy.phase_now == Phase.CONSULTATION
    with clock.frozen(closes_at):
        assert (policy.phase, policy.phase_now) == (Phase.CONSULTATION, Phase.RESPONSE)
        assert move_due() == 1
        assert policy.phase == Phase.RESPONSE
        assert kinds()[-1] == "PhaseEntered"
        db.session.commit()
        assert move_due() == 0


def test_comments_are_not_closed_before_their_time_by_hand(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    with pytest.raises(RuleBroken, match="until their closing time"):
        set_phase(policy.slug, "response", actor=owner)
    db.session.rollback()
    assert get_policy(policy.slug, owner).phase_now == Phase.CONSULTATION


def test_after_closing_the_draft_moves_on_though_nothing_was_written_down(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    with clock.frozen(clock.now() + 41 * DAY):
        set_phase(policy.slug, "decision", actor=owner)
        assert policy.phase == Phase.DECISION


def test_comments_can_be_asked_for_again(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    with clock.frozen(clock.now() + 50 * DAY):
        policy = make_call(policy, owner, question="再问一次？", cards=(Card("1", "好吗？"),))
        call = find_call(policy.id)
        assert call is not None
        assert (call.question, call.opened_at) == ("再问一次？", clock.now())
        assert [card.question for card in list_cards(policy.id)] == ["好吗？"]
        assert policy.phase_now == Phase.CONSULTATION


def test_the_texts_of_an_open_call_change_and_its_time_grows(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    opened_at = clock.now()
    with clock.frozen(opened_at + 5 * DAY):
        later = wanted_call(question="怎么停才好？", cards=(Card("3", "何时起？"), Card("1", "？")))
        change_call(policy.slug, later, actor=owner)
    call = find_call(policy.id)
    assert call is not None
    assert (call.question, call.opened_at) == ("怎么停才好？", opened_at)
    assert policy.closes_at == opened_at + 45 * DAY
    assert [card.question for card in list_cards(policy.id)] == ["何时起？", "？"]
    assert kinds()[-1] == "ConsultationChanged"


@pytest.mark.parametrize(
    ("overrides", "field"),
    [({"closes_at": None}, "closes_at"), ({"answer_days": 90}, "answer_days")],
)
def test_what_residents_were_promised_is_not_taken_back(
    owner: Actor, overrides: dict[str, object], field: str
) -> None:
    policy = make_call(make_policy(owner), owner)
    if "closes_at" in overrides:
        overrides = {"closes_at": clock.now() + 39 * DAY}
    with pytest.raises(RuleBroken) as caught:
        change_call(policy.slug, wanted_call(**overrides), actor=owner)
    assert caught.value.field == field


def test_a_short_call_says_why_and_keeps_saying_it(owner: Actor) -> None:
    policy = make_policy(owner)
    soon = clock.now() + 10 * DAY
    with pytest.raises(RuleBroken) as caught:
        open_consultation(policy.slug, wanted_call(closes_at=soon), actor=owner)
    assert caught.value.field == "short_reason"
    db.session.rollback()
    make_call(policy, owner, closes_at=soon, short_reason="汛期将至。")
    with pytest.raises(RuleBroken):
        change_call(policy.slug, wanted_call(closes_at=soon), actor=owner)


@pytest.mark.parametrize("days", [-1, 41])
def test_a_call_that_is_not_open_is_not_changed(owner: Actor, days: int) -> None:
    policy = make_policy(owner)
    if days > 0:
        make_call(policy, owner)
    with clock.frozen(clock.now() + days * DAY), pytest.raises(RuleBroken, match="not open"):
        change_call(policy.slug, wanted_call(), actor=owner)
