"""What is owed an answer, what is written, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from app.access.actor import Actor, Role
from app.database import committing
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from app.suggestions.models import Contribution
from app.suggestions.queries.owed import Owed, count_owed
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, make_department
from tests.builders.policies import make_policy
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion

REASON = "The depot needs three days to find the owner."
NOTHING = Owed(0, 0, 0, 0, (), 0, 0, 0, 0, 0)


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER, department_id=make_department("Department of Streets").id)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, mode="reviewed", slug="bicycles")


def _move(officer: Actor, *phases: str) -> None:
    for phase in phases:
        with committing():
            set_phase("bicycles", phase, actor=officer)


def _draft(number: int, officer: Actor, outcome: str = "not_adopted", part: int = 0) -> None:
    with committing():
        save_draft("bicycles", number, NewAnswer(outcome, REASON), actor=officer, part=part)


def _set(policy: Policy, number: int, **values: object) -> None:
    with committing():
        row = Contribution.query.filter_by(policy_id=policy.id, number=number).one()
        for name, value in values.items():
            setattr(row, name, value)


def test_a_policy_without_contributions_owes_nothing(policy: Policy) -> None:
    assert count_owed(policy.id) == NOTHING


def test_owed_are_those_that_came_in_time_from_people_without_a_seat(
    policy: Policy, officer: Actor
) -> None:
    make_contribution(policy)
    make_contribution(policy, officer)
    make_contribution(policy)
    _set(policy, 3, is_late=True, is_owed=False)
    assert count_owed(policy.id) == replace(NOTHING, owed=1, missing=1, first_missing=(1,), late=1)


def test_a_draft_counts_as_written_and_is_not_published(policy: Policy, officer: Actor) -> None:
    for _ in range(3):
        make_contribution(policy)
    _move(officer, "consultation")
    _draft(2, officer)
    found = count_owed(policy.id)
    assert (found.owed, found.drafted, found.published, found.missing) == (3, 1, 0, 2)
    assert (found.first_missing, found.unpublished) == ((1, 3), 1)


def test_an_adoption_without_a_version_is_not_yet_an_answer(policy: Policy, officer: Actor) -> None:
    make_contribution(policy)
    _move(officer, "consultation")
    _draft(1, officer, "adopted")
    found = count_owed(policy.id)
    assert (found.drafted, found.first_missing, found.unpublished) == (0, (1,), 0)


def test_a_split_one_is_written_when_each_point_is(policy: Policy, officer: Actor) -> None:
    make_contribution(policy)
    _set(policy, 1, parts=2)
    _move(officer, "consultation")
    _draft(1, officer, part=1)
    assert count_owed(policy.id).missing == 1
    _draft(1, officer, part=2)
    assert count_owed(policy.id).missing == 0


def test_what_was_taken_back_or_replaced_is_counted_and_not_owed(
    policy: Policy, officer: Actor
) -> None:
    author = make_actor()
    make_contribution(policy, author)
    make_contribution(policy)
    with committing():
        withdraw("bicycles", 1, actor=author)
    _set(policy, 2, state="replaced")
    assert count_owed(policy.id) == replace(NOTHING, withdrawn=1, replaced=1)


def test_hidden_ones_are_owed_and_counted_as_hidden(policy: Policy, officer: Actor) -> None:
    hide_suggestion(make_suggestion(policy, "c3", "第二条 停满一天就挪走。"))
    make_contribution(policy)
    found = count_owed(policy.id)
    assert (found.owed, found.hidden, found.missing) == (2, 1, 2)
