"""The course of a draft: its guards, its waivers, on hold and on, and the pages that show it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.consultations.queries.calls import find_call
from app.consultations.queries.due import due_of
from app.consultations.services.lifecycle import enter_phase, list_missing
from app.database import committing, db
from app.errors import Conflict, NotAllowed, RuleBroken
from app.ledger.delivery import deliver
from app.ledger.models import EventRecord
from app.ledger.sealing import seal
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.queries.course import find_waiver, list_steps
from app.policies.services.moving import move_due, set_phase
from app.reactions import REACTIONS
from tests.builders.accounts import make_actor, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution
from tests.checking_client import CheckingClient

DAY = timedelta(days=1)
EXCUSED = {"trial": "Signs only", "examination": "A small change"}


@pytest.fixture
def owner(app: Flask, noon: object) -> Actor:
    return make_actor(Role.OFFICER)


def in_phase(owner: Actor, *phases: str, **overrides: object) -> Policy:
    """A policy that was led through ``phases`` by the state table alone."""
    policy = make_policy(owner, **overrides)
    for phase in phases:
        set_phase(policy.slug, phase, actor=owner)
    db.session.commit()
    return policy


def said(policy: Policy, phase: str) -> list[str]:
    return [str(message) for message in list_missing(policy, phase)]


def test_a_draft_without_seats_and_papers_is_not_put_to_people(owner: Actor) -> None:
    policy = make_policy(owner)
    missing = " ".join(said(policy, "consultation"))
    assert "decision maker" in missing
    assert "legal reviewer" in missing
    assert "explanation" in missing


def test_a_private_draft_is_not_put_to_people(owner: Actor) -> None:
    policy = make_policy(owner, is_public=False)
    assert "Please make the draft public first." in said(policy, "consultation")


def test_leaving_the_answers_is_refused_with_the_numbers_that_are_missing(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    for _each in range(2):
        make_contribution(policy)
    with clock.frozen(clock.now() + 41 * DAY):
        assert "2 comments have no answer yet (1, 2)." in said(policy, "legality_review")
        with pytest.raises(RuleBroken) as refusal:
            enter_phase(policy.slug, "legality_review", actor=owner, waivers=EXCUSED)
        assert str(refusal.value.message) == "2 comments have no answer yet (1, 2)."
        db.session.rollback()
        assert get_policy(policy.slug, owner).phase_now == Phase.RESPONSE


def test_a_step_is_left_out_with_a_public_reason_only(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response")
    with pytest.raises(RuleBroken, match="trial run") as refusal:
        enter_phase(policy.slug, "legality_review", actor=owner)
    assert refusal.value.field == "waiver_trial"
    db.session.rollback()
    enter_phase(policy.slug, "legality_review", actor=owner, waivers=EXCUSED)
    waiver = find_waiver(policy.id, "phase:trial")
    assert waiver is not None
    assert waiver.reason == "Signs only"
    kinds = list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)))
    assert kinds[-3:] == ["PhaseEntered", "DutyWaived", "DutyWaived"]


def test_a_work_plan_takes_the_short_track_without_being_asked(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response", kind="work_plan")
    assert said(policy, "decision") == []
    enter_phase(policy.slug, "decision", actor=owner)
    assert policy.phase_now == Phase.DECISION


def test_a_policy_does_not_reach_its_decision_past_the_legality_review(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response")
    assert "The legality review has no conclusion yet." in said(policy, "decision")


@pytest.mark.parametrize("phase", ["on_hold", "withdrawn"])
def test_stopping_needs_a_reason_that_everybody_reads(owner: Actor, phase: str) -> None:
    policy = make_policy(owner)
    with pytest.raises(RuleBroken, match="say why"):
        enter_phase(policy.slug, phase, actor=owner, reason="  ")
    db.session.rollback()
    enter_phase(policy.slug, phase, actor=owner, reason="Waiting for the new law")
    assert list_steps(policy.id)[-1].reason == "Waiting for the new law"


def test_sending_back_to_drafting_needs_a_reason_but_going_on_does_not(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response")
    with pytest.raises(RuleBroken, match="say why"):
        enter_phase(policy.slug, "drafting", actor=owner)
    db.session.rollback()
    enter_phase(policy.slug, "drafting", actor=owner, reason="Article 2 missed its aim")
    enter_phase(policy.slug, "on_hold", actor=owner, reason="Holidays")
    enter_phase(policy.slug, "drafting", actor=owner)
    assert policy.phase_now == Phase.DRAFTING


def test_only_the_owner_moves_a_draft(owner: Actor) -> None:
    policy = make_policy(owner)
    for role in (Role.OFFICER, Role.RESIDENT, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            enter_phase(policy.slug, "on_hold", actor=make_actor(role), reason="x")


def test_an_officer_who_saw_another_phase_is_told_so(owner: Actor) -> None:
    policy = make_policy(owner)
    enter_phase(policy.slug, "on_hold", actor=owner, reason="Holidays", seen="drafting")
    with pytest.raises(Conflict):
        enter_phase(policy.slug, "withdrawn", actor=owner, reason="Over", seen="drafting")
    assert policy.phase_now == Phase.ON_HOLD


def test_comments_and_decisions_are_not_opened_by_a_button(owner: Actor) -> None:
    policy = make_policy(owner)
    with pytest.raises(RuleBroken, match="call of its own"):
        enter_phase(policy.slug, "consultation", actor=owner)
    db.session.rollback()
    policy = in_phase(owner, "consultation", "response", "decision", title="另一个")
    with pytest.raises(RuleBroken, match="Two officers"):
        enter_phase(policy.slug, "published", actor=owner)


def test_open_comments_on_hold_stay_open_as_much_longer(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    closes_at = policy.closes_at
    assert closes_at is not None
    enter_phase(policy.slug, "on_hold", actor=owner, reason="A court decides first")
    with clock.frozen(clock.now() + 50 * DAY):
        assert policy.phase_now == Phase.ON_HOLD
        assert due_of(policy) is None
        enter_phase(policy.slug, "consultation", actor=owner)
        assert policy.closes_at == closes_at + 50 * DAY
        assert policy.phase_now == Phase.CONSULTATION


def test_answers_on_hold_are_due_as_many_begun_days_later(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    closed_at = policy.closes_at
    assert closed_at is not None
    with clock.frozen(closed_at + 10 * DAY):
        enter_phase(policy.slug, "on_hold", actor=owner, reason="A court decides first")
    with clock.frozen(closed_at + 95 * DAY):
        due = due_of(policy)
        assert due is not None
        assert not due.is_overdue
    with clock.frozen(closed_at + 100 * DAY + timedelta(hours=1)):
        enter_phase(policy.slug, "response", actor=owner)
        due = due_of(policy)
        assert due is not None
        assert due.due_at == closed_at + (60 + 91) * DAY
    with clock.frozen(closed_at + 152 * DAY):
        due = due_of(policy)
        assert due is not None
        assert due.days_overdue == 1


def let_the_worker_run() -> None:
    """Its clock, the ledger, and the reaction that ends rounds."""
    with committing():
        move_due()
    seal()
    db.session.commit()
    while deliver([one for one in REACTIONS if one.name == "consultations.close_rounds"]):
        pass


def test_the_worker_writes_down_when_a_round_ended_and_once(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    closes_at = policy.closes_at
    assert closes_at is not None
    with clock.frozen(closes_at + 3 * DAY):
        due = due_of(policy)
        assert due is not None
        assert due.closed_at == closes_at  # true before the worker came
        let_the_worker_run()
        call = find_call(policy.id)
        assert call is not None
        assert call.closed_at == closes_at
        assert [step.at for step in list_steps(policy.id)][-1] == closes_at
        let_the_worker_run()
        entered = [step for step in list_steps(policy.id) if step.phase == Phase.RESPONSE]
        assert len(entered) == 1


def test_a_clock_that_is_put_back_opens_nothing_that_was_closed(owner: Actor) -> None:
    policy = make_call(make_policy(owner), owner)
    closes_at = policy.closes_at
    assert closes_at is not None
    with clock.frozen(closes_at + timedelta(seconds=1)):
        let_the_worker_run()
    with clock.frozen(closes_at - DAY):
        db.session.expire_all()
        assert policy.phase_now == Phase.RESPONSE
        let_the_worker_run()
        assert policy.phase_now == Phase.RESPONSE


def test_a_clock_that_jumps_ahead_records_each_move_at_its_moment(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response", "decision")
    announced, binding = clock.now() + DAY, clock.now() + 31 * DAY
    with committing():
        policy.announced_at, policy.effective_at = announced, binding
    with clock.frozen(binding + 300 * DAY):
        assert policy.phase_now == Phase.IN_FORCE
        let_the_worker_run()
        moves = [(step.phase, step.at) for step in list_steps(policy.id)[-2:]]
        assert moves == [(Phase.PUBLISHED, announced), (Phase.IN_FORCE, binding)]


def test_the_course_shows_moves_reasons_and_what_was_left_out(
    owner: Actor, client: CheckingClient
) -> None:
    policy = in_phase(owner, "consultation", "response")
    enter_phase(policy.slug, "legality_review", actor=owner, waivers=EXCUSED)
    enter_phase(policy.slug, "on_hold", actor=owner, reason="A court decides first")
    db.session.commit()
    page = client.get(f"/policies/{policy.slug}/course").get_data(as_text=True)
    assert "On hold since" in page
    assert page.count("A court decides first") == 2
    assert "No trial run" in page
    assert "Signs only" in page
    text = client.get(f"/policies/{policy.slug}").get_data(as_text=True)
    assert "A court decides first" in text
    assert f"/policies/{policy.slug}/course" in text


def test_the_phase_page_names_what_is_missing_and_keeps_the_words(
    owner: Actor, client: CheckingClient
) -> None:
    policy = make_call(make_policy(owner), owner)
    make_contribution(policy)
    sign_in(client, owner)
    with clock.frozen(clock.now() + 41 * DAY):
        sign_in(client, owner)
        address = f"/policies/{policy.slug}/phase"
        page = client.get(address).get_data(as_text=True)
        assert "One comment has no answer yet (1)." in page
        answer = client.post_form(address, {"phase": "legality_review", "reason": "Let it go"})
        assert answer.status_code == 422
        assert "One comment has no answer yet (1)." in answer.get_data(as_text=True)
        answer = client.post_form(address, {"phase": "withdrawn"})
        assert answer.status_code == 422
        assert "Please say why" in answer.get_data(as_text=True)
        answer = client.post_form(address, {"phase": "on_hold", "reason": "A court decides first"})
        assert answer.status_code == 303
        answer = client.post_form(
            address, {"phase": "withdrawn", "reason": "Never mind", "seen": "response"}
        )
        assert answer.status_code == 409
        assert "Never mind" in answer.get_data(as_text=True)


def test_the_phase_page_takes_the_reasons_for_what_is_left_out(
    owner: Actor, client: CheckingClient
) -> None:
    policy = in_phase(owner, "consultation", "response")
    sign_in(client, owner)
    address = f"/policies/{policy.slug}/phase"
    answer = client.post_form(address, {"phase": "legality_review", "waiver_trial": "Signs only"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Please say why there is no independent check." in page
    assert "Signs only" in page
    wanted = {"phase": "legality_review", "waiver_trial": "x", "waiver_examination": "y"}
    assert client.post_form(address, wanted).status_code == 303
    assert get_policy(policy.slug, owner).phase_now == Phase.LEGALITY_REVIEW


def test_the_first_page_tells_of_moves_that_its_reader_may_see(
    owner: Actor, client: CheckingClient
) -> None:
    seen, unseen = (
        make_policy(owner, title="公开的"),
        make_policy(owner, title="内部的", is_public=False),
    )
    for policy in (seen, unseen):
        enter_phase(policy.slug, "on_hold", actor=owner, reason=f"等上位法，{policy.title}")
    db.session.commit()
    page = client.get("/").get_data(as_text=True)
    assert "等上位法，公开的" in page
    assert "内部的" not in page


def test_a_draft_begins_where_its_officer_says(owner: Actor, client: CheckingClient) -> None:
    sign_in(client, owner)
    form = {"title": "提议", "language": "zh-Hans", "kind": "policy", "text": "第一条 提议。\n"}
    answer = client.post_form("/policies/new", form | {"phase": "proposed"})
    assert answer.status_code == 303
    page = client.get(answer.location + "/course").get_data(as_text=True)
    assert "Now: Proposed" in page
    assert "1 April 2026" in page  # thirty days after the second of March
    form["title"] = "立项"
    answer = client.post_form("/policies/new", form | {"phase": "registered"})
    assert answer.status_code == 422
    said = {"phase": "registered", "summary": "期限可以商量，范围已定。"}
    answer = client.post_form("/policies/new", form | said)
    assert "期限可以商量" in client.get(answer.location + "/course").get_data(as_text=True)
    form["title"] = "起草"
    answer = client.post_form("/policies/new", form)
    assert "Now: Being drafted" in client.get(answer.location + "/course").get_data(as_text=True)
    assert client.post_form("/policies/new", form | {"phase": "decision"}).status_code == 422


def test_a_proposal_is_taken_up_or_declined_with_what_is_open_and_fixed(owner: Actor) -> None:
    policy = make_policy(owner, phase="proposed")
    with pytest.raises(RuleBroken, match="say why"):
        enter_phase(policy.slug, "registered", actor=owner)
    db.session.rollback()
    enter_phase(policy.slug, "registered", actor=owner, reason="期限可以商量，范围已定。")
    db.session.commit()
    with pytest.raises(RuleBroken) as refusal:
        enter_phase(policy.slug, "drafting", actor=owner)
    assert refusal.value.field == "waiver_experience"
    db.session.rollback()
    enter_phase(policy.slug, "drafting", actor=owner, waivers={"experience": "已经座谈过。"})
    assert policy.phase_now == Phase.DRAFTING


def test_a_visitors_page_says_that_answers_are_overdue_from_that_minute(
    owner: Actor, client: CheckingClient
) -> None:
    policy = make_call(make_policy(owner), owner)
    make_contribution(policy)
    address, closes_at = f"/policies/{policy.slug}/course", policy.closes_at
    assert closes_at is not None
    due_at = closes_at + 60 * DAY
    with clock.frozen(due_at - timedelta(minutes=1)):
        assert "overdue." not in client.get(address).get_data(as_text=True)
    with clock.frozen(due_at + timedelta(minutes=1)):
        assert "The answers are 1 day overdue." in client.get(address).get_data(as_text=True)


def test_numbers_are_listed_as_the_readers_language_lists_them(
    owner: Actor, client: CheckingClient
) -> None:
    policy = make_call(make_policy(owner), owner)
    for _each in range(2):
        make_contribution(policy)
    with clock.frozen(clock.now() + 41 * DAY):
        sign_in(client, owner)
        page = client.get(f"/policies/{policy.slug}/phase").get_data(as_text=True)
        assert "2 comments have no answer yet (1, 2)." in page
        client.get("/?lang=zh")
        page = client.get(f"/policies/{policy.slug}/phase").get_data(as_text=True)
        assert "还有2条意见没有答复（1、2号）。" in page


def test_the_call_of_a_draft_on_hold_does_not_say_that_comments_closed(
    owner: Actor, client: CheckingClient
) -> None:
    policy = make_call(make_policy(owner), owner)
    enter_phase(policy.slug, "on_hold", actor=owner, reason="A court decides first")
    db.session.commit()
    for days in (1, 60):  # before and after the closing time that was put off
        with clock.frozen(clock.now() + days * DAY):
            page = client.get(f"/policies/{policy.slug}/consultation").get_data(as_text=True)
            assert "A court decides first" in page
            assert "On hold: nothing can be sent for now." in page
            assert "Comments closed" not in page
            form = client.get(f"/policies/{policy.slug}/suggest").get_data(as_text=True)
            assert "A court decides first" in form
            assert "Comments on this draft closed at" not in form
            with pytest.raises(RuleBroken):
                make_contribution(policy)
            db.session.rollback()


def test_a_second_round_begins_with_going_back_to_drafting(owner: Actor) -> None:
    policy = in_phase(owner, "consultation", "response")
    assert "Send the draft back" in said(policy, "consultation")[0]
