"""Answers that wait as drafts are published at their second, whole, and in portions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import OutgoingMessage
from app.database import committing, db
from app.errors import RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.services import publishing_answers
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.publishing_answers import answers_code, publish_due
from app.suggestions.services.splitting import split
from tests.builders.accounts import make_actor, make_department
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution

REASON = "The depot needs three days to find the owner."
OTHER = "Racks at the north gate are planned for May."
LATER = timedelta(minutes=20)


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department("Department of Streets").id)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    policy = make_policy(officer, mode="reviewed", slug="bicycles")
    for _ in range(3):
        make_contribution(policy)
    with committing():
        set_phase("bicycles", "consultation", actor=officer)
    return policy


def _draft(number: int, officer: Actor, outcome: str = "not_adopted", part: int = 0) -> None:
    reason = OTHER if part == 2 else REASON
    with committing():
        save_draft("bicycles", number, NewAnswer(outcome, reason), actor=officer, part=part)


def _agree(policy: Policy, at: datetime) -> None:
    with committing():
        db.session.get_one(Policy, policy.id).answers_at = at


def _answers() -> list[tuple[int, int, str]]:
    db.session.rollback()
    query = select(Contribution.number, Answer.part, Answer.reason).join(
        Answer, Answer.contribution_id == Contribution.id
    )
    rows = db.session.execute(query.order_by(Contribution.number, Answer.part, Answer.id))
    return [(number, part, reason) for number, part, reason in rows]


def test_nothing_is_published_before_its_second(
    policy: Policy, officer: Actor, noon: datetime
) -> None:
    _draft(1, officer)
    assert publish_due() == 0
    _agree(policy, noon + LATER)
    assert publish_due() == 0
    assert _answers() == []
    with clock.frozen(noon + LATER):
        assert publish_due() == 1
    assert _answers() == [(1, 0, REASON)]


def test_a_published_answer_bears_the_moment_that_was_agreed(
    policy: Policy, officer: Actor, noon: datetime
) -> None:
    _draft(2, officer)
    _agree(policy, noon + LATER)
    with clock.frozen(noon + 3 * LATER):
        publish_due()
    row = db.session.scalars(select(Answer)).one()
    assert (row.answered_at, row.by_id, row.by_role) == (noon + LATER, officer.id, "officer")
    assert row.department_id == officer.department_id
    one = db.session.get_one(Contribution, row.contribution_id)
    assert (one.state, one.news_at) == ("answered", noon + LATER)
    assert db.session.get_one(Policy, policy.id).answers_at is None
    assert db.session.scalar(select(func.count()).select_from(AnswerDraft)) == 0


def test_many_answers_are_published_in_portions(
    policy: Policy, officer: Actor, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing_answers, "PORTION", 2)
    for number in (1, 2, 3):
        _draft(number, officer)
    _agree(policy, noon)
    monkeypatch.setattr(publishing_answers, "TURN", 0.0)
    assert publish_due() == 0
    monkeypatch.setattr(publishing_answers, "TURN", 60.0)
    assert publish_due() == 3
    assert [number for number, _part, _reason in _answers()] == [1, 2, 3]
    assert publish_due() == 0


def test_each_answer_is_an_event_of_who_wrote_it(
    policy: Policy, officer: Actor, noon: datetime
) -> None:
    colleague = make_actor(Role.OFFICER, department_id=officer.department_id)
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.department_id = officer.department_id
    _draft(1, officer)
    _draft(2, colleague)
    _agree(policy, noon)
    publish_due()
    query = select(EventRecord).where(EventRecord.kind == "ContributionAnswered")
    found = db.session.scalars(query.order_by(EventRecord.id)).all()
    assert [one.actor for one in found] == [officer.public_id, colleague.public_id]
    assert REASON not in "".join(one.payload for one in found)


def test_a_split_contribution_waits_for_its_last_point_and_is_told_of_once(
    policy: Policy, officer: Actor, noon: datetime
) -> None:
    with committing():
        split("bicycles", 1, ["The racks.", "The depot."], actor=officer)
    _draft(1, officer, part=1)
    _agree(policy, noon)
    assert publish_due() == 0
    assert _answers() == []
    _draft(1, officer, "explained", part=2)
    _agree(policy, noon)
    before = db.session.scalar(select(func.count()).select_from(OutgoingMessage))
    publish_due()
    assert _answers() == [(1, 1, REASON), (1, 2, OTHER)]
    after = db.session.scalar(select(func.count()).select_from(OutgoingMessage))
    assert (after or 0) - (before or 0) == 1


def test_a_further_answer_stands_beside_the_first(
    policy: Policy, officer: Actor, noon: datetime
) -> None:
    _draft(1, officer)
    _agree(policy, noon)
    publish_due()
    with committing():
        save_draft("bicycles", 1, NewAnswer("explained", OTHER), actor=officer)
    _agree(policy, noon)
    publish_due()
    assert _answers() == [(1, 0, REASON), (1, 0, OTHER)]


def test_no_draft_changes_while_its_publication_is_agreed(
    policy: Policy, officer: Actor, noon: datetime
) -> None:
    _draft(1, officer)
    _agree(policy, noon + LATER)
    with pytest.raises(RuleBroken):
        _draft(1, officer, "explained")
    db.session.rollback()
    with pytest.raises(RuleBroken):
        _draft(2, officer)


def test_the_check_code_follows_every_word_and_no_order_of_writing(
    policy: Policy, officer: Actor
) -> None:
    empty = answers_code(policy.id)
    _draft(2, officer)
    one = answers_code(policy.id)
    _draft(1, officer)
    both = answers_code(policy.id)
    assert len({empty, one, both}) == 3
    _draft(1, officer, "explained")
    assert answers_code(policy.id) != both
    with committing():
        save_draft("bicycles", 1, NewAnswer("not_adopted", REASON), actor=officer)
    assert answers_code(policy.id) == both
