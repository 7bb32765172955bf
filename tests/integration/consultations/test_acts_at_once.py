"""Two officers at one moment: one effect, the other is told, and never half of anything."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import Actor, Role
from app.consultations.models import ConsultationCall, OfficeAct
from app.consultations.services.office_acts import ask
from app.consultations.two_officers import ActKind, call_to_json
from app.database import db
from app.ledger.models import EventRecord
from app.policies.models import Policy, Revision
from tests.builders.accounts import make_actor, make_department
from tests.builders.at_once import Sending, browser, in_order
from tests.builders.consultations import make_call, make_ready, wanted_call
from tests.builders.policies import TEXT, make_policy

OPEN = ActKind.OPEN_CONSULTATION


@pytest.fixture
def officers(app: Flask) -> list[Actor]:
    """Three of one department; the first owns the draft at ``parking`` and asks to open it."""
    streets = make_department()
    people = [make_actor(Role.OFFICER, department_id=streets.id) for _ in range(3)]
    make_ready(make_policy(people[0], slug="parking", department=streets.name), people[0])
    return people


@pytest.fixture
def asked(officers: list[Actor]) -> str:
    """The address of the act that waits."""
    act = ask("parking", OPEN, call_to_json(wanted_call()), None, actor=officers[0])
    db.session.commit()
    return f"/policies/parking/acts/{act.id}"


def posting(app: Flask, actor: Actor, path: str, **fields: str) -> Sending:
    client = browser(app, actor)
    sent = fields | {"csrf_token": client.get_token("/policies/parking/acts")}
    return lambda: client.post(path, data=sent)


def count(model: type, *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def is_whole() -> str:
    """The state of the one act, once all that belongs to it was found."""
    db.session.rollback()
    act, policy = (
        db.session.scalars(select(OfficeAct)).one(),
        db.session.scalars(select(Policy)).one(),
    )
    is_planned = act.state == "agreed"
    assert (policy.opens_at is not None) == is_planned
    assert count(ConsultationCall) == policy.round == int(is_planned)
    assert (policy.closes_at is not None) == is_planned
    assert count(EventRecord, EventRecord.kind == "OfficeActAgreed") <= 1
    return act.state


def test_two_officers_agree_at_once_and_one_is_told(
    app: Flask, officers: list[Actor], asked: str
) -> None:
    statuses = in_order(app, *(posting(app, one, asked, step="agree") for one in officers[1:]))
    assert sorted(statuses) == [303, 409]
    assert is_whole() == "agreed"


def test_one_agrees_and_one_sends_back_at_once(
    app: Flask, officers: list[Actor], asked: str
) -> None:
    agrees, returns = in_order(
        app,
        posting(app, officers[1], asked, step="agree"),
        posting(app, officers[2], asked, step="send_back", note="Not yet."),
    )
    assert sorted((agrees, returns)) == [303, 409]
    assert is_whole() == ("agreed" if agrees == 303 else "sent_back")


def test_called_off_while_somebody_agrees_nothing_opens(
    app: Flask, officers: list[Actor], asked: str
) -> None:
    called_off, agreed = in_order(
        app,
        posting(app, officers[0], asked, step="call_off"),
        posting(app, officers[1], asked, step="agree"),
    )
    assert called_off == 303  # before or after the agreement
    assert agreed in (303, 409)
    assert is_whole() == "called_off"


def test_the_text_that_was_agreed_to_is_the_text_that_opens(
    app: Flask, officers: list[Actor], asked: str
) -> None:
    text = TEXT.replace("三日", "两日")
    saved, agreed = in_order(
        app,
        posting(app, officers[0], "/policies/parking/edit", text=text, base="1", summary="days"),
        posting(app, officers[1], asked, step="agree"),
    )
    state = is_whole()
    if agreed == 303:
        assert (saved, state, count(Revision)) == (422, "agreed", 1)
        assert db.session.scalars(select(ConsultationCall)).one().revision == 1
    else:
        assert (saved, agreed, state, count(Revision)) == (303, 409, "asked", 2)


def test_asked_twice_at_once_one_act_waits(app: Flask, officers: list[Actor]) -> None:
    form = {
        "question": "好吗？",
        "closes_at": f"{wanted_call().closes_at:%Y-%m-%dT%H:%M}",
        "answer_days": "60",
        "clause_1": "第二条",
        "question_1": "几天？",
    }
    path = "/policies/parking/consultation/edit"
    sendings = [posting(app, officers[0], path, step="ask", **form) for _ in range(2)]
    assert sorted(in_order(app, *sendings)) == [303, 409]
    assert count(OfficeAct) == 1


def test_two_corrections_at_once_lose_no_word(app: Flask, officers: list[Actor]) -> None:
    policy = db.session.scalars(select(Policy)).one()
    make_call(policy, officers[0])
    sendings = [
        posting(
            app, officers[0], "/policies/parking/correct", text=TEXT.replace("三日", days),
            base="1", summary="days", matter="substance",
        )
        for days in ("两日", "一日")
    ]  # fmt: skip
    assert sorted(in_order(app, *sendings)) == [303, 409]
    assert count(Revision) == 2
    assert count(EventRecord, EventRecord.kind == "TextCorrected") == 1
