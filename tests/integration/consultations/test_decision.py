"""The legality review and the decision: who writes them, what they need, what they bring about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.consultations.decision_rules import WantedDecision
from app.consultations.models import Decision
from app.consultations.queries.deciding import find_decision, find_review
from app.consultations.services.deciding import conclude_review, record_decision
from app.consultations.services.lifecycle import enter_phase, list_missing
from app.database import committing, db
from app.errors import Conflict, NotAllowed, RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy, Seat
from app.policies.phases import Phase
from app.policies.queries.course import list_steps
from app.policies.services.moving import set_phase
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

DAY = timedelta(days=1)


@pytest.fixture
def owner(app: Flask, noon: object) -> Actor:
    return make_actor(Role.OFFICER)


def seat(policy: Policy, kind: str) -> Actor:
    """An officer who holds this seat on the policy."""
    actor = make_actor(Role.OFFICER)
    with committing():
        db.session.add(
            Seat(
                policy_id=policy.id,
                kind=kind,
                person_id=actor.person_id,
                named_by_id=policy.owner_id,
                named_at=clock.now(),
            )
        )
    return actor


def in_phase(owner: Actor, *phases: str, **overrides: Any) -> Policy:
    policy = make_policy(owner, **overrides)
    for phase in phases:
        set_phase(policy.slug, phase, actor=owner)
    db.session.commit()
    return policy


def in_review(owner: Actor) -> Policy:
    return in_phase(owner, "consultation", "response", "legality_review")


def awaiting(owner: Actor, **overrides: Any) -> Policy:
    return in_phase(owner, "consultation", "response", "decision", **overrides)


def order(**overrides: Any) -> WantedDecision:
    """An adoption with all that its order states."""
    values: dict[str, Any] = {
        "outcome": "adopt",
        "body": "南门街道办事处",
        "document_number": "南街办发〔2026〕3号",
        "passed_on": date(2026, 3, 1),
        "signed_by": "办事处主任",
        "effective_on": date(2026, 5, 1),
    }
    values.update(overrides)
    return WantedDecision(**values)


def said(policy: Policy) -> list[str]:
    return [str(message) for message in list_missing(policy, "decision")]


def test_only_the_legal_reviewer_writes_the_conclusion(owner: Actor) -> None:
    policy = in_review(owner)
    for actor in (owner, make_actor(Role.OFFICER), seat(policy, "decision_maker")):
        with pytest.raises(NotAllowed):
            conclude_review(policy.slug, is_lawful=True, words="x", seen=1, actor=actor)


def test_a_lawful_conclusion_opens_the_way_after_seven_working_days(owner: Actor) -> None:
    policy = in_review(owner)  # on a Monday
    reviewer = seat(policy, "legal_reviewer")
    conclude_review(policy.slug, is_lawful=True, words="符合上位法。", seen=1, actor=reviewer)
    with clock.frozen(clock.now() + 8 * DAY):  # Tuesday of the next week
        assert said(policy) == ["The legality review takes at least 7 working days; 6 have passed."]
    with clock.frozen(clock.now() + 9 * DAY):
        assert said(policy) == []
        enter_phase(policy.slug, "decision", actor=owner)
        assert policy.phase_now == Phase.DECISION


def test_days_on_hold_do_not_count_as_review(owner: Actor) -> None:
    policy = in_review(owner)
    reviewer = seat(policy, "legal_reviewer")
    conclude_review(policy.slug, is_lawful=True, words="符合上位法。", seen=1, actor=reviewer)
    with clock.frozen(clock.now() + 3 * DAY):  # Thursday: three days have passed
        enter_phase(policy.slug, "on_hold", actor=owner, reason="A court decides first")
    with clock.frozen(clock.now() + 21 * DAY):  # Monday, three weeks on
        enter_phase(policy.slug, "legality_review", actor=owner)
    with clock.frozen(clock.now() + 24 * DAY):
        assert "6 have passed." in said(policy)[0]
    with clock.frozen(clock.now() + 25 * DAY):
        assert said(policy) == []


def test_nobody_goes_past_an_unlawful_conclusion_not_even_a_work_plan(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response", "legality_review", kind="work_plan")
    reviewer = seat(policy, "legal_reviewer")
    conclude_review(policy.slug, is_lawful=False, words="超越权限。", seen=1, actor=reviewer)
    with clock.frozen(clock.now() + 60 * DAY):
        assert said(policy) == ["The legality review found this text unlawful; it must be changed."]


def test_a_conclusion_on_another_text_is_none(owner: Actor) -> None:
    policy = in_review(owner)
    reviewer = seat(policy, "legal_reviewer")
    with pytest.raises(Conflict):
        conclude_review(policy.slug, is_lawful=True, words="x", seen=2, actor=reviewer)
    db.session.rollback()
    conclude_review(policy.slug, is_lawful=True, words="x", seen=1, actor=reviewer)
    with committing():
        policy.head_number = 2  # as after an edit in the phase of answering
    assert said(policy)[0] == "The legality review looked at version 1; the text is 2 now."


def test_a_conclusion_is_written_only_during_the_review_and_in_words(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response")
    reviewer = seat(policy, "legal_reviewer")
    with pytest.raises(RuleBroken, match="not in its legality review"):
        conclude_review(policy.slug, is_lawful=True, words="x", seen=1, actor=reviewer)
    db.session.rollback()
    with pytest.raises(RuleBroken, match="in words"):
        conclude_review(policy.slug, is_lawful=True, words=" ", seen=1, actor=reviewer)


def test_the_reviewer_writes_on_a_page_that_everybody_reads(
    owner: Actor, client: CheckingClient
) -> None:
    policy = in_review(owner)
    address = f"/policies/{policy.slug}/legality"
    assert "There is no conclusion yet." in client.get(address).get_data(as_text=True)
    reviewer = seat(policy, "legal_reviewer")
    sign_in(client, reviewer)
    answer = client.post_form(address, {"conclusion": "lawful", "seen": "1"})
    assert answer.status_code == 422
    wanted = {"conclusion": "lawful", "words": "符合上位法。", "seen": "1"}
    assert client.post_form(address, wanted).status_code == 303
    sign_in(client, owner)
    assert client.post_form(address, wanted, form="/settings").status_code == 403
    page = client.get(address).get_data(as_text=True)
    assert "符合上位法。" in page
    assert "Version 1: lawful" in page


@pytest.mark.parametrize("kind", ["owner", "decision_maker"])
def test_the_owner_or_the_decision_maker_records_what_was_adopted(owner: Actor, kind: str) -> None:
    policy = awaiting(owner)
    actor = owner if kind == "owner" else seat(policy, "decision_maker")
    record_decision(policy.slug, order(), actor=actor)
    decision = find_decision(policy.id)
    assert decision is not None
    assert (decision.outcome, decision.revision) == ("adopt", 1)
    assert decision.document_number == "南街办发〔2026〕3号"
    assert policy.phase_now == Phase.DECISION  # two officers announce it
    assert list_missing(policy, "published") == []


def test_nobody_else_records_a_decision(owner: Actor) -> None:
    policy = awaiting(owner)
    for actor in (make_actor(Role.OFFICER), make_actor(), seat(policy, "legal_reviewer")):
        with pytest.raises(NotAllowed):
            record_decision(policy.slug, order(), actor=actor)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", "perhaps"),
        ("body", ""),
        ("document_number", ""),
        ("document_number", "南街办发[2026]3号"),
        ("document_number", "南街办发〔26〕3号"),
        ("passed_on", None),
        ("passed_on", date(2026, 3, 3)),
        ("signed_by", " "),
        ("effective_on", None),
        ("effective_on", date(2026, 3, 2)),
    ],
)
def test_an_order_states_all_that_it_must(owner: Actor, field: str, value: object) -> None:
    policy = awaiting(owner)
    with pytest.raises(RuleBroken) as refusal:
        record_decision(policy.slug, order(**{field: value}), actor=owner)
    assert refusal.value.field == field


def test_an_english_policy_numbers_its_documents_as_it_likes(owner: Actor) -> None:
    policy = awaiting(owner, language="en", title="Parking", text="# Parking\n\n1. Park well.\n")
    record_decision(policy.slug, order(document_number="No. 3 of 2026"), actor=owner)
    decision = find_decision(policy.id)
    assert decision is not None
    assert decision.document_number == "No. 3 of 2026"


def test_fewer_than_thirty_days_before_it_binds_need_a_reason(owner: Actor) -> None:
    policy = awaiting(owner)
    soon = date(2026, 3, 31)  # 29 days after the second of March
    with pytest.raises(RuleBroken) as refusal:
        record_decision(policy.slug, order(effective_on=soon), actor=owner)
    assert refusal.value.field == "short_reason"
    db.session.rollback()
    record_decision(policy.slug, order(effective_on=date(2026, 4, 1)), actor=owner)
    earlier = find_decision(policy.id)
    assert earlier is not None
    again = order(effective_on=soon, short_reason="防汛", seen=earlier.id)
    record_decision(policy.slug, again, actor=owner)


def test_an_announcement_put_off_too_long_is_refused_without_a_reason(owner: Actor) -> None:
    policy = awaiting(owner)
    record_decision(policy.slug, order(), actor=owner)
    with clock.frozen(datetime(2026, 4, 15, tzinfo=UTC)):
        missing = [str(message) for message in list_missing(policy, "published")]
    assert missing == ["It would bind fewer than 30 days after publication, without a reason."]


@pytest.mark.parametrize(
    ("outcome", "phase"), [("return", Phase.DRAFTING), ("reject", Phase.WITHDRAWN)]
)
def test_what_is_not_adopted_goes_back_or_ends_with_the_reasons(
    owner: Actor, outcome: str, phase: Phase
) -> None:
    policy = awaiting(owner)
    with pytest.raises(RuleBroken) as refusal:
        record_decision(policy.slug, order(outcome=outcome), actor=owner)
    assert refusal.value.field == "reasons"
    db.session.rollback()
    record_decision(policy.slug, order(outcome=outcome, reasons="条件不成熟。"), actor=owner)
    assert policy.phase_now == phase
    assert list_steps(policy.id)[-1].reason == "条件不成熟。"


def test_two_who_decide_at_once_are_not_both_right(owner: Actor) -> None:
    policy = awaiting(owner)
    record_decision(policy.slug, order(), actor=owner)
    db.session.commit()
    with pytest.raises(Conflict):
        record_decision(
            policy.slug, order(signed_by="副主任"), actor=seat(policy, "decision_maker")
        )
    db.session.rollback()
    assert db.session.scalar(select(func.count(Decision.id))) == 1


def test_what_is_about_to_be_announced_is_neither_changed_nor_moved(owner: Actor) -> None:
    policy = awaiting(owner)
    record_decision(policy.slug, order(), actor=owner)
    found = find_decision(policy.id)
    assert found is not None
    policy.announced_at = clock.now() + timedelta(hours=1)
    db.session.commit()
    with pytest.raises(RuleBroken, match="about to be announced"):
        record_decision(policy.slug, order(seen=found.id), actor=owner)
    db.session.rollback()
    with pytest.raises(RuleBroken, match="about to be announced"):
        enter_phase(policy.slug, "on_hold", actor=owner, reason="Wait")


def test_an_adopted_decision_is_the_offices_own_until_it_is_announced(
    owner: Actor, client: CheckingClient
) -> None:
    policy = awaiting(owner)
    address = f"/policies/{policy.slug}/decision"
    sign_in(client, owner)
    wanted = {
        "outcome": "adopt",
        "body": "南门街道办事处",
        "document_number": "南街办发〔2026〕3号",
        "passed_on": "2026-03-01",
        "signed_by": "办事处主任",
        "effective_on": "2026-05-01",
        "seen": "0",
    }
    refused = client.post_form(address, wanted | {"document_number": "南街办发"})
    assert refused.status_code == 422
    assert "办事处主任" in refused.get_data(as_text=True)
    assert client.post_form(address, wanted).status_code == 303
    assert "南街办发〔2026〕3号" in client.get(address).get_data(as_text=True)
    visitor = client.application.test_client()
    page = visitor.get(address).get_data(as_text=True)
    assert "No decision has been announced." in page
    assert "南街办发" not in page
    event = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "DecisionRecorded")
    ).one()
    assert not event.is_public
    with committing():
        db.session.get_one(Policy, policy.id).announced_at = clock.now() + timedelta(hours=1)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        page = visitor.get(address).get_data(as_text=True)
        assert "南街办发〔2026〕3号" in page
        course = visitor.get(f"/policies/{policy.slug}/course").get_data(as_text=True)
        assert "南街办发〔2026〕3号" in course


def test_a_conclusion_is_kept_when_a_later_one_differs(owner: Actor) -> None:
    policy = in_review(owner)
    reviewer = seat(policy, "legal_reviewer")
    conclude_review(policy.slug, is_lawful=False, words="超越权限。", seen=1, actor=reviewer)
    conclude_review(policy.slug, is_lawful=True, words="复核后合法。", seen=1, actor=reviewer)
    latest = find_review(policy.id)
    assert latest is not None
    assert latest.is_lawful
