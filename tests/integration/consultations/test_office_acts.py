"""Acts of two officers: asked, agreed to, sent back, called off, and what their time brings."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.consultations.models import ConsultationCall, Decision, OfficeAct
from app.consultations.queries.calls import find_call, list_open_calls
from app.consultations.queries.office_acts import list_waiting_for
from app.consultations.rules import Card
from app.consultations.services.finishing_acts import finish_due
from app.consultations.services.office_acts import agree, ask, call_off, send_back
from app.consultations.two_officers import ActChanged, ActKind, ActState, call_to_json
from app.database import committing, db
from app.errors import Conflict, NotAllowed, NotFound, RuleBroken, SignInNeeded
from app.ledger.models import EventRecord
from app.policies.models import Policy, Waiver
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.policies.services.moving import move_due, set_phase
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.services.publishing_answers import publish_due
from tests.builders.accounts import make_actor, make_department
from tests.builders.consultations import make_call, make_ready, wanted_call
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Office:
    """A department with two officers and a third who works elsewhere."""

    def __init__(self) -> None:
        streets = make_department()
        self.first = make_actor(Role.OFFICER, department_id=streets.id)
        self.second = make_actor(Role.OFFICER, department_id=streets.id)
        self.stranger = make_actor(Role.OFFICER, department_id=make_department("Parks").id)
        self.streets = streets.name

    def draft(self, **overrides: Any) -> Policy:
        """A draft of this department on which nothing but the call is missing."""
        policy = make_policy(self.first, slug="parking", department=self.streets, **overrides)
        return make_ready(policy, self.first)


@pytest.fixture
def office(app: Flask, noon: object) -> Office:
    return Office()


def send(kind: str, office: Office, wanted: dict[str, Any] | None = None, **more: Any) -> OfficeAct:
    act = ask("parking", kind, wanted or {}, more.pop("at", None), actor=office.first, **more)
    db.session.commit()
    return act


def send_call(office: Office, **more: Any) -> OfficeAct:
    call = call_to_json(wanted_call(closes_at=clock.now() + 45 * DAY))
    return send(ActKind.OPEN_CONSULTATION, office, call, **more)


def approve(act: OfficeAct, actor: Actor) -> OfficeAct:
    act = agree("parking", act.id, actor=actor)
    db.session.commit()
    return act


def kinds() -> list[str]:
    return list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)))


def test_making_public_waits_for_a_second_officer_and_for_its_time(office: Office) -> None:
    office.draft(is_public=False)
    start = clock.now()
    act = send(ActKind.MAKE_PUBLIC, office, at=start + HOUR)
    with clock.frozen(start + 2 * HOUR), pytest.raises(NotFound):
        get_policy("parking", VISITOR)
    approve(act, office.second)
    with clock.frozen(start + HOUR - timedelta(seconds=1)), pytest.raises(NotFound):
        get_policy("parking", VISITOR)
    with clock.frozen(start + HOUR):
        assert get_policy("parking", VISITOR).slug == "parking"
        assert finish_due() == 1
        db.session.commit()
        assert (act.state, act.ended_at) == (ActState.DONE, start + HOUR)
        assert finish_due() == 0
    assert kinds()[-4:] == [
        "OfficeActAsked", "PublicationPlanned", "OfficeActAgreed", "OfficeActDone",
    ]  # fmt: skip


def test_the_usual_time_is_tomorrow_at_nine_in_the_time_of_the_site(office: Office) -> None:
    office.draft(is_public=False)
    act = send(ActKind.MAKE_PUBLIC, office)
    # The frozen noon is that of Asia/Shanghai; nine there is one in the morning in UTC.
    assert act.at.hour == 1
    assert act.at - clock.now() == 21 * HOUR


def test_nothing_takes_effect_sooner_than_in_fifteen_minutes(office: Office) -> None:
    office.draft(is_public=False)
    with pytest.raises(RuleBroken) as caught:
        send(ActKind.MAKE_PUBLIC, office, at=clock.now() + timedelta(minutes=14))
    assert caught.value.field == "at"
    db.session.rollback()
    at = clock.now() + timedelta(minutes=15)
    act = send(ActKind.MAKE_PUBLIC, office, at=at)
    with clock.frozen(at + timedelta(seconds=1)):
        approve(act, office.second)
        assert act.at == at + timedelta(minutes=16)  # the next full minute
        with pytest.raises(NotFound):
            get_policy("parking", VISITOR)


@pytest.mark.parametrize("who", ["first", "stranger"])
def test_nobody_agrees_to_their_own_act_or_to_one_of_another_department(
    office: Office, who: str
) -> None:
    office.draft()
    act = send_call(office)
    for step in (agree, lambda *a, **k: send_back(*a, "no", **k)):
        with pytest.raises(NotAllowed):
            step("parking", act.id, actor=getattr(office, who))
        db.session.rollback()
    assert act.state == ActState.ASKED


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.VOLUNTEER, Role.ADMINISTRATOR])
def test_only_officers_ask_and_agree(office: Office, role: Role) -> None:
    office.draft()
    act = send_call(office)
    other = make_actor(role)
    with pytest.raises(NotAllowed):
        ask("parking", ActKind.OPEN_CONSULTATION, {}, None, actor=other)
    with pytest.raises(NotAllowed):
        agree("parking", act.id, actor=other)
    with pytest.raises(NotAllowed):
        call_off("parking", act.id, actor=other)
    with pytest.raises(SignInNeeded):
        agree("parking", act.id, actor=VISITOR)


def test_one_officer_alone_gives_a_reason_that_everybody_reads(app: Flask, noon: object) -> None:
    alone = make_actor(Role.OFFICER, department_id=make_department().id)
    policy = make_policy(alone, slug="parking", is_public=False, department="Department of Streets")
    with pytest.raises(RuleBroken) as caught:
        ask("parking", ActKind.MAKE_PUBLIC, {}, None, actor=alone)
    assert caught.value.field == "alone_reason"
    db.session.rollback()
    act = ask("parking", ActKind.MAKE_PUBLIC, {}, None, actor=alone, alone_reason="只有一人。")
    db.session.commit()
    assert (act.state, act.agreed_by_id) == (ActState.AGREED, None)
    assert policy.publish_at == act.at
    waiver = db.session.get_one(Waiver, (policy.id, "second_officer:make_public"))
    assert waiver.reason == "只有一人。"


def test_nobody_is_alone_in_a_department_of_two(office: Office) -> None:
    office.draft(is_public=False)
    with pytest.raises(RuleBroken, match="another officer"):
        send(ActKind.MAKE_PUBLIC, office, alone_reason="I am quicker.")


def test_comments_open_and_close_at_their_seconds_while_the_worker_is_away(office: Office) -> None:
    policy = office.draft()
    start = clock.now()
    act = approve(send_call(office, at=start + HOUR), office.second)
    assert policy.opens_at == act.at == start + HOUR
    closes_at = policy.closes_at
    assert closes_at is not None
    call = find_call(policy.id)
    assert call is not None
    assert (call.round, call.opened_at, call.revision) == (1, act.at, 1)
    with clock.frozen(act.at - timedelta(seconds=1)):
        assert policy.phase_now == Phase.DRAFTING
        assert not list_open_calls(VISITOR)
    with clock.frozen(act.at):
        assert (policy.phase, policy.phase_now) == (Phase.DRAFTING, Phase.CONSULTATION)
        assert [one.policy.id for one in list_open_calls(VISITOR)] == [policy.id]
    with clock.frozen(closes_at - timedelta(seconds=1)):
        assert policy.phase_now == Phase.CONSULTATION
    with clock.frozen(closes_at):
        assert policy.phase_now == Phase.RESPONSE
        assert move_due() == 1
        assert finish_due() == 1
        db.session.commit()
        assert (policy.phase, policy.opens_at) == (Phase.RESPONSE, None)
    assert kinds().count("ConsultationOpened") == 1
    assert kinds().count("PhaseEntered") == 2


def test_the_text_that_waits_for_its_opening_is_frozen(office: Office) -> None:
    policy = office.draft(mode="open")
    approve(send_call(office), office.second)
    with pytest.raises(RuleBroken, match="waits for its opening"):
        save_text("parking", TEXT.replace("三日", "两日"), actor=office.first, base=1)
    db.session.rollback()
    with pytest.raises(RuleBroken, match="call that off first"):
        set_phase("parking", Phase.WITHDRAWN, actor=office.first)
    db.session.rollback()
    assert policy.head_number == 1


@pytest.mark.parametrize("who", ["first", "second"])
def test_an_opening_is_called_off_until_its_time_and_leaves_no_trace(
    office: Office, who: str
) -> None:
    policy = office.draft()
    act = approve(send_call(office), office.second)
    with clock.frozen(act.at), pytest.raises(RuleBroken, match="time has passed"):
        call_off("parking", act.id, actor=getattr(office, who))
    db.session.rollback()
    with clock.frozen(act.at - timedelta(seconds=1)):
        call_off("parking", act.id, actor=getattr(office, who), note="wrong text")
        db.session.commit()
    assert (policy.opens_at, policy.closes_at, policy.round) == (None, None, 0)
    assert db.session.scalar(select(func.count()).select_from(ConsultationCall)) == 0
    assert act.state == ActState.CALLED_OFF
    with clock.frozen(act.at + DAY):
        assert policy.phase_now == Phase.DRAFTING
        assert move_due() == finish_due() == 0
    assert save_text("parking", TEXT.replace("三日", "两日"), actor=office.first, base=1) == 2


def test_a_second_round_that_is_called_off_leaves_the_first_as_it_was(office: Office) -> None:
    policy = make_call(office.draft(), office.first)
    closed_at = policy.closes_at
    with clock.frozen(clock.now() + 50 * DAY):
        set_phase("parking", Phase.DRAFTING, actor=office.first)
        db.session.commit()
        act = approve(send_call(office), office.second)
        assert policy.round == 2
        call_off("parking", act.id, actor=office.second)
        db.session.commit()
    assert (policy.round, policy.closes_at) == (1, closed_at)
    call = find_call(policy.id)
    assert call is not None
    assert call.round == 1


def test_a_text_saved_after_asking_is_shown_to_the_second_officer_and_nothing_happens(
    office: Office,
) -> None:
    policy = office.draft()
    act = send_call(office)
    save_text("parking", TEXT.replace("三日", "一日"), actor=office.first, base=1)
    with pytest.raises(ActChanged) as caught:
        agree("parking", act.id, actor=office.second)
    assert [str(change) for change in caught.value.changes] == [
        "The text: version 1 was checked, version 2 is there now."
    ]
    db.session.rollback()
    assert (act.state, policy.opens_at, find_call(policy.id)) == (ActState.ASKED, None, None)
    send_back("parking", act.id, "Please check the days.", actor=office.second)
    db.session.commit()
    assert (act.state, act.note) == (ActState.SENT_BACK, "Please check the days.")
    assert send_call(office).id != act.id


def test_only_one_act_of_a_kind_waits(office: Office) -> None:
    office.draft()
    act = send_call(office)
    with pytest.raises(Conflict):
        send_call(office)
    db.session.rollback()
    approve(act, office.second)
    with pytest.raises(Conflict):
        send_call(office)


@pytest.mark.parametrize("end", ["agree", "send_back", "call_off"])
def test_what_is_over_is_not_agreed_to_again(office: Office, end: str) -> None:
    office.draft()
    act = send_call(office)
    if end == "agree":
        approve(act, office.second)
    elif end == "send_back":
        send_back("parking", act.id, "Not yet.", actor=office.second)
    else:
        call_off("parking", act.id, actor=office.first)
    db.session.commit()
    before = len(kinds())
    for again in (agree, lambda *a, **k: send_back(*a, "Not yet.", **k)):
        with pytest.raises(Conflict):
            again("parking", act.id, actor=office.second)
        db.session.rollback()
    assert len(kinds()) == before


def test_a_call_whose_days_ran_out_while_it_waited_is_not_opened(office: Office) -> None:
    office.draft()
    call = call_to_json(wanted_call(closes_at=clock.now() + 32 * DAY))
    act = send(ActKind.OPEN_CONSULTATION, office, call)
    with clock.frozen(clock.now() + 4 * DAY), pytest.raises(RuleBroken, match="fewer than 30 days"):
        agree("parking", act.id, actor=office.second)


def test_thirty_days_are_counted_from_opening(office: Office) -> None:
    office.draft()
    at = clock.now() + 2 * DAY
    for days, is_enough in ((31, False), (32, True)):
        call = call_to_json(wanted_call(closes_at=clock.now() + days * DAY))
        if is_enough:
            assert send(ActKind.OPEN_CONSULTATION, office, call, at=at).state == ActState.ASKED
        else:
            with pytest.raises(RuleBroken, match="fewer than 30 days"):
                send(ActKind.OPEN_CONSULTATION, office, call, at=at)
            db.session.rollback()


def test_a_draft_that_lacks_people_or_papers_is_not_sent_for_approval(office: Office) -> None:
    make_policy(office.first, slug="parking", department=office.streets)
    with pytest.raises(RuleBroken, match="decision maker"):
        send_call(office)


def test_an_article_that_is_not_there_is_not_asked_about(office: Office) -> None:
    office.draft()
    call = call_to_json(wanted_call(cards=(Card("第九条", "好吗？"),)))
    with pytest.raises(RuleBroken, match="There is no article"):
        send(ActKind.OPEN_CONSULTATION, office, call)


def test_acts_that_wait_stand_on_the_page_of_those_who_can_agree(office: Office) -> None:
    office.draft()
    act = send_call(office)
    assert [one.id for one, _policy in list_waiting_for(office.second)] == [act.id]
    for other in (office.first, office.stranger, VISITOR, make_actor()):
        assert not list_waiting_for(other)
    approve(act, office.second)
    assert not list_waiting_for(office.second)


def closed_with_answers(office: Office, *, drafted: int, missing: int) -> Policy:
    """A draft whose comments are closed, some of them with an answer that waits."""
    policy = make_call(office.draft(), office.first)
    resident = make_actor()
    numbers = [
        make_contribution(policy, resident, reason=f"Reason number {place}, please.").number
        for place in range(drafted + missing)
    ]
    rows = db.session.scalars(
        select(Contribution).where(Contribution.number.in_(numbers[:drafted]))
    ).all()
    with committing():
        for row in rows:
            db.session.add(
                AnswerDraft(
                    contribution_id=row.id,
                    policy_id=policy.id,
                    outcome="noted",
                    reason="已经记下，谢谢您的意见。",
                    by_id=office.first.person_id,
                    by_role="officer",
                    saved_at=clock.now(),
                )
            )
    return policy


def test_answers_are_not_sent_while_one_is_missing_and_the_numbers_are_named(
    office: Office,
) -> None:
    closed_with_answers(office, drafted=1, missing=2)
    with clock.frozen(clock.now() + 41 * DAY), pytest.raises(RuleBroken) as caught:
        send(ActKind.PUBLISH_ANSWERS, office)
    assert str(caught.value.message) == "2 comments have no answer yet (2, 3)."


def test_answers_are_published_at_their_time_and_not_before(office: Office) -> None:
    policy = closed_with_answers(office, drafted=2, missing=0)
    with clock.frozen(clock.now() + 41 * DAY):
        act = approve(send(ActKind.PUBLISH_ANSWERS, office), office.second)
        assert policy.answers_at == act.at
        assert publish_due() == 0
        with pytest.raises(RuleBroken, match="about to be published"):
            set_phase("parking", Phase.DRAFTING, actor=office.first)
        db.session.rollback()
    with clock.frozen(act.at):
        assert publish_due() == 2
        assert finish_due() == 1
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(Answer)) == 2
        assert policy.answers_at is None


def test_an_answer_written_after_asking_is_not_published_unseen(office: Office) -> None:
    policy = closed_with_answers(office, drafted=1, missing=0)
    with clock.frozen(clock.now() + 41 * DAY):
        act = send(ActKind.PUBLISH_ANSWERS, office)
        with committing():
            db.session.scalars(select(AnswerDraft)).one().reason = "另写一条理由，说得清楚些。"
        with pytest.raises(ActChanged) as caught:
            agree("parking", act.id, actor=office.second)
        assert "answers" in str(caught.value.changes[0])
        db.session.rollback()
        assert policy.answers_at is None


def test_answers_that_are_called_off_stay_drafts(office: Office) -> None:
    policy = closed_with_answers(office, drafted=1, missing=0)
    with clock.frozen(clock.now() + 41 * DAY):
        act = approve(send(ActKind.PUBLISH_ANSWERS, office), office.second)
        call_off("parking", act.id, actor=office.first)
        db.session.commit()
    with clock.frozen(act.at + DAY):
        assert policy.answers_at is None
        assert publish_due() == 0
        assert db.session.scalar(select(func.count()).select_from(AnswerDraft)) == 1


def test_answers_are_not_published_while_comments_are_open(office: Office) -> None:
    closed_with_answers(office, drafted=1, missing=0)
    with pytest.raises(RuleBroken, match="after comments have closed"):
        send(ActKind.PUBLISH_ANSWERS, office)


def decided(office: Office, **overrides: Any) -> Policy:
    """A draft with a decision that adopts its text and binds in 60 days."""
    policy = office.draft()
    for phase in ("consultation", "response", "decision"):
        set_phase("parking", phase, actor=office.first)
    values: dict[str, Any] = {
        "policy_id": policy.id,
        "revision": 1,
        "outcome": "adopt",
        "body": "市人民政府",
        "document_number": "京政发〔2026〕3号",
        "signed_by": "示例",
        "passed_on": clock.now().date(),
        "effective_on": clock.now().date() + 60 * DAY,
        "by_id": office.first.person_id,
        "at": clock.now(),
    }
    with committing():
        db.session.add(Decision(**values | overrides))
    return policy


def test_a_decision_is_announced_at_its_time_and_binds_on_its_day(office: Office) -> None:
    policy = decided(office)
    act = approve(send(ActKind.PUBLISH_DECISION, office), office.second)
    assert policy.announced_at == act.at
    effective_at = policy.effective_at
    assert effective_at is not None
    assert effective_at.hour == 16  # midnight in Asia/Shanghai
    with clock.frozen(act.at - timedelta(seconds=1)):
        assert policy.phase_now == Phase.DECISION
    with clock.frozen(act.at):
        assert policy.phase_now == Phase.PUBLISHED
    with clock.frozen(effective_at):
        assert policy.phase_now == Phase.IN_FORCE


def test_an_announcement_called_off_is_not_made(office: Office) -> None:
    policy = decided(office)
    act = approve(send(ActKind.PUBLISH_DECISION, office), office.second)
    call_off("parking", act.id, actor=office.second)
    db.session.commit()
    with clock.frozen(act.at + DAY):
        assert policy.phase_now == Phase.DECISION
        assert (policy.announced_at, policy.effective_at) == (None, None)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"outcome": "return"}, "record the decision"),
        ({"revision": 7}, "another version"),
        ({"effective_on": None}, "record the decision"),
    ],
)
def test_what_was_not_adopted_is_not_announced(
    office: Office, overrides: dict[str, Any], words: str
) -> None:
    decided(office, **overrides)
    with pytest.raises(RuleBroken, match=words):
        send(ActKind.PUBLISH_DECISION, office)


def test_a_decision_that_binds_soon_needs_its_reason(office: Office) -> None:
    soon = clock.now().date() + 30 * DAY
    decided(office, effective_on=soon)
    with pytest.raises(RuleBroken, match="fewer than 30 days"):
        send(ActKind.PUBLISH_DECISION, office, at=clock.now() + 3 * DAY)


def test_the_events_tell_no_words_and_only_the_office(office: Office) -> None:
    office.draft()
    act = send_call(office)
    send_back("parking", act.id, "A private note.", actor=office.second)
    db.session.commit()
    rows = db.session.scalars(
        select(EventRecord).where(EventRecord.kind.like("OfficeAct%")).order_by(EventRecord.id)
    ).all()
    assert [row.is_public for row in rows] == [False, False]
    for row in rows:
        told = json.loads(row.payload)
        assert told["kind"] == ActKind.OPEN_CONSULTATION
        assert told["check_code"] == act.check_code
        assert "private note" not in row.payload
