"""Answers: what each outcome needs, who gives them, who is told, and what stands for ever."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import OutgoingMessage
from app.database import committing, db
from app.discussions.queries import list_comments
from app.errors import Conflict, NotAllowed, RuleBroken
from app.notifications.letters import compose
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.queries.shown import get_contribution
from app.suggestions.rules import State
from app.suggestions.services.answering import NewAnswer, answer
from tests.builders.accounts import last_message, make_actor, make_department
from tests.builders.discussions import hide
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion

TEXT = """# Bicycle parking

Article 1

Bicycles stand in racks.

Article 2

A bicycle left for three days is removed.
"""
BETTER = "Article 2\n\nA bicycle left for two days is removed."
REASON = "The depot needs three days to find the owner."


@pytest.fixture
def officer(app: Flask) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department("Department of Streets").id)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, slug="bicycles", language="en", text=TEXT, mode="reviewed")


def _answer(number: int, actor: Actor, outcome: str = "not_adopted", **wanted: Any) -> None:
    values: dict[str, Any] = {"reason": REASON, **wanted}
    answer("bicycles", number, NewAnswer(outcome, **values), actor=actor)
    db.session.commit()


def _answers() -> list[Answer]:
    return list(db.session.scalars(select(Answer).order_by(Answer.id)))


def _one() -> Contribution:
    db.session.rollback()
    return db.session.scalars(select(Contribution)).one()


@pytest.mark.parametrize("outcome", ["not_adopted", "explained", "noted"])
def test_an_answer_stands_with_who_gave_it_and_when(
    policy: Policy, officer: Actor, outcome: str
) -> None:
    make_contribution(policy, clause="c3", kind="question")
    _answer(1, officer, outcome)
    [row] = _answers()
    assert (row.outcome, row.reason, row.reference) == (outcome, REASON, "")
    assert (row.by_id, row.by_role) == (officer.id, "officer")
    assert row.department_id == officer.department_id
    assert (row.revision, row.clauses) == (None, "")
    one = _one()
    assert one.state == "answered"
    assert one.news_at == row.answered_at


@pytest.mark.parametrize(
    ("outcome", "reference"),
    [("already_covered", "Road Traffic Act, Article 59"), ("outside_scope", "Fire service")],
)
def test_some_outcomes_need_a_law_or_an_office(
    policy: Policy, officer: Actor, outcome: str, reference: str
) -> None:
    make_contribution(policy)
    with pytest.raises(RuleBroken) as refused:
        _answer(1, officer, outcome, reference=" ")
    assert refused.value.field == "reference"
    _answer(1, officer, outcome, reference=f" {reference} ")
    assert _answers()[0].reference == reference


@pytest.mark.parametrize(
    "reason",
    ["", "  \n", "No.", "经研究不予采纳", "经研究，决定不予采纳。", "Considered, not adopted."],
)
def test_a_reason_that_fits_everything_is_no_reason(
    policy: Policy, officer: Actor, reason: str
) -> None:
    make_contribution(policy)
    with pytest.raises(RuleBroken) as refused:
        _answer(1, officer, reason=reason)
    assert refused.value.field == "reason"
    assert _one().state == "open"


def test_an_outcome_that_does_not_exist_is_refused(policy: Policy, officer: Actor) -> None:
    make_contribution(policy)
    with pytest.raises(RuleBroken) as refused:
        _answer(1, officer, "maybe")
    assert refused.value.field == "outcome"


def test_adopted_points_at_the_version_and_articles_that_changed(
    policy: Policy, officer: Actor
) -> None:
    make_contribution(policy, clause="c3")
    text = TEXT.replace("three", "two").replace("racks", "lockers")
    save_text("bicycles", text, actor=officer, base=1)
    _answer(1, officer, "adopted", revision=2)
    _answer(1, officer, "partly_adopted", revision=2, clauses=["article 2"])
    _answer(1, officer, "partly_adopted", revision=2, clauses=["c2"])
    assert [row.clauses for row in _answers()] == ["c2 c3", "c3", "c2"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, "revision"),
        ({"revision": 1}, "revision"),
        ({"revision": 3}, "revision"),
        ({"revision": 2, "clauses": ["c2"]}, "clauses"),
        ({"revision": 2, "clauses": ["Article 9"]}, "clauses"),
    ],
)
def test_adopted_without_a_change_behind_it_is_refused(
    policy: Policy, officer: Actor, wanted: dict[str, Any], field: str
) -> None:
    make_contribution(policy, clause="c3")
    save_text("bicycles", TEXT.replace("three", "two"), actor=officer, base=1)
    with pytest.raises(RuleBroken) as refused:
        _answer(1, officer, "adopted", **wanted)
    assert refused.value.field == field


def test_a_version_that_changed_only_blank_lines_adopted_nothing(
    policy: Policy, officer: Actor
) -> None:
    make_contribution(policy, clause="c3")
    save_text("bicycles", TEXT.replace("\n\nA bicycle", "\n\n\nA bicycle"), actor=officer, base=1)
    with pytest.raises(RuleBroken) as refused:
        _answer(1, officer, "adopted", revision=2)
    assert refused.value.field == "revision"


def test_a_further_answer_stands_beside_the_first(policy: Policy, officer: Actor) -> None:
    make_contribution(policy)
    _answer(1, officer)
    _answer(1, officer, "explained", reason="The depot opens at weekends from May on.")
    assert [row.outcome for row in _answers()] == ["not_adopted", "explained"]
    assert [row.reason for row in _answers()][0] == REASON


def test_the_same_answer_sent_twice_is_one(policy: Policy, officer: Actor) -> None:
    make_contribution(policy)
    _answer(1, officer)
    _answer(1, officer)
    assert len(_answers()) == 1
    assert db.session.scalar(select(func.count(OutgoingMessage.id))) == 1


def test_only_officers_of_the_draft_answer_and_not_themselves(
    policy: Policy, officer: Actor
) -> None:
    make_contribution(policy)
    make_contribution(policy, officer)
    for actor in (make_actor(), make_actor(Role.VOLUNTEER), make_actor(Role.OFFICER)):
        with pytest.raises(NotAllowed):
            _answer(1, actor)
    with pytest.raises(NotAllowed):
        _answer(2, officer)


def test_answers_wait_while_comments_are_open(policy: Policy, officer: Actor) -> None:
    make_contribution(policy)
    set_phase("bicycles", "consultation", actor=officer)
    db.session.commit()
    for reason in (REASON, "Racks at the north gate are planned for May."):
        with pytest.raises(Conflict) if reason != REASON else nullcontext():
            _answer(1, officer, reason=reason)
        db.session.rollback()
    assert (_one().state, _answers()) == ("open", [])
    draft = db.session.scalars(select(AnswerDraft)).one()
    assert (draft.outcome, draft.reason, draft.by_id) == ("not_adopted", REASON, officer.id)
    set_phase("bicycles", "response", actor=officer)
    db.session.commit()
    _answer(1, officer)
    assert (_one().state, _answers()) == ("open", [])


def test_no_answer_is_given_after_the_answers(policy: Policy, officer: Actor) -> None:
    make_contribution(policy)
    for phase in ("consultation", "response", "legality_review"):
        set_phase("bicycles", phase, actor=officer)
        db.session.commit()
    with pytest.raises(RuleBroken, match="Answers are written"):
        _answer(1, officer)


def test_what_was_taken_back_is_not_answered_and_what_is_hidden_is(
    policy: Policy, officer: Actor
) -> None:
    row = make_contribution(policy)
    author = make_actor()
    hidden = make_contribution(policy, author, reason="The neighbour in number 5 does it.")
    assert hidden.thread_id is not None
    hide(list_comments(hidden.thread_id, officer)[0][0])
    with committing():
        db.session.get_one(Contribution, row.id).state = State.WITHDRAWN
    with pytest.raises(Conflict, match="taken back"):
        _answer(1, officer)
    _answer(2, officer)
    seen = [get_contribution("bicycles", 2, reader) for reader in (author, make_actor(), officer)]
    assert [(one.words, len(one.answers)) for one in seen] == [("", 1), ("", 0), ("", 0)]


def test_who_left_no_contact_is_answered_and_gets_no_message(
    policy: Policy, officer: Actor
) -> None:
    resident = make_actor(email=None, confirmation=Confirmation.NONE)
    make_contribution(policy, resident)
    _answer(1, officer)
    assert _one().state == "answered"
    assert db.session.scalar(select(func.count(OutgoingMessage.id))) == 0


def test_an_address_that_was_never_confirmed_gets_no_message(
    policy: Policy, officer: Actor
) -> None:
    make_contribution(policy, make_actor(confirmation=Confirmation.NONE))
    _answer(1, officer)
    assert db.session.scalar(select(func.count(OutgoingMessage.id))) == 0


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ({"email": "lin@example.org", "phone": "+8613800138000"}, "mail"),
        ({"email": None, "phone": "+8613800138000", "confirmation": Confirmation.MOBILE}, "sms"),
    ],
)
def test_the_author_is_told_once_in_their_language(
    policy: Policy, officer: Actor, contact: dict[str, Any], channel: str
) -> None:
    make_suggestion(policy, "c3", BETTER, make_actor(locale="zh_Hans_CN", **contact))
    _answer(1, officer)
    [row] = db.session.scalars(select(OutgoingMessage)).all()
    assert row.channel == channel
    told = last_message(row.address)
    assert (told["template"], told["locale"]) == ("answered", "zh_Hans_CN")
    assert (str(told["number"]), told["label"]) == ("1", "Article 2")
    assert told["outcome"] == "not_adopted"


VALUES: dict[str, Any] = {
    "site_name": "共议",
    "site_url": "https://gongyi.example.cn",
    "title": "非机动车停放管理办法",
    "label": "第五条",
    "number": 14,
    "kind": "suggestion",
    "outcome": "partly_adopted",
    "reason": "时限改为二小时。",
    "policy": 3,
    "slug": "bicycle-parking",
}


def test_a_text_message_in_chinese_holds_number_outcome_and_link() -> None:
    values = {**VALUES, "title": "停放办法"}
    words = compose("answered", "sms", "zh_Hans_CN", values).body
    assert words == (
        "【共议】您对《停放办法》第五条的建议（第14号）已答复：部分采纳。 "
        "https://gongyi.example.cn/n/3-14"
    )
    assert len(words) <= 70


@pytest.mark.parametrize("length", [4, 9, 10, 11, 30, 200])
@pytest.mark.parametrize("label", ["", "第五条", "第一百二十三条之一"])
@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_a_text_message_fits_into_one_whatever_the_title(
    length: int, label: str, locale: str
) -> None:
    title = "条" * length if locale == "zh_Hans_CN" else "word " * length
    values = {**VALUES, "title": title.strip(), "label": label}
    if locale == "en":
        values |= {"site_name": "Gongyi", "label": "Article 5" if label else ""}
    words = compose("answered", "sms", locale, values).body
    assert len(words) <= (70 if locale == "zh_Hans_CN" else 160)
    assert "14" in words
    assert words.endswith(" https://gongyi.example.cn/n/3-14")


def test_a_mail_says_the_outcome_first_and_gives_the_reason() -> None:
    letter = compose("answered", "mail", "en", {**VALUES, "title": "Parking", "label": "Article 5"})
    assert letter.subject == "Your suggestion (no. 14) has been answered: Partly adopted"
    assert "时限改为二小时。" in letter.body
    assert "https://gongyi.example.cn/policies/bicycle-parking/suggestions/14" in letter.body
