"""What the texts of a comparison are called: in force, for comment, for review, or by number."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.consultations.models import Correction
from app.database import committing, db
from app.papers.queries.choosing import choose_pair
from app.papers.queries.naming import TextKind, name_text, name_texts
from app.papers.queries.standing import standing_of
from app.papers.rules import Standing
from app.policies.models import PhaseStep, Policy
from app.policies.phases import Phase
from tests.builders.accounts import make_actor
from tests.builders.papers import CONSULTED, FINAL, make_consulted
from tests.builders.policies import make_policy, save_text


@pytest.fixture
def owner(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


def _step(policy: Policy, phase: Phase, at: datetime) -> None:
    with committing():
        db.session.add(PhaseStep(policy_id=policy.id, came_from="", phase=phase, at=at))


def test_a_text_in_force_is_called_so_only_where_it_is_amended(
    owner: Actor, noon: datetime
) -> None:
    policy = make_policy(owner, slug="rules")
    _step(policy, Phase.IN_FORCE, noon)
    with clock.frozen(noon + timedelta(days=400)):
        save_text("rules", CONSULTED, actor=owner, base=1)
    db.session.refresh(policy)
    amended, draft = name_texts(policy, 1, 2)
    assert (amended.kind, draft.kind) == (TextKind.IN_FORCE, TextKind.VERSION)
    assert [name.kind for name in name_texts(policy, 2, 1)] == [TextKind.VERSION] * 2
    assert choose_pair(policy, VISITOR) == (1, 2)


def test_a_draft_that_never_was_in_force_is_no_text_in_force(owner: Actor) -> None:
    policy = make_policy(owner, slug="rules")
    save_text("rules", CONSULTED, actor=owner, base=1)
    db.session.refresh(policy)
    assert [name.kind for name in name_texts(policy, 1, 2)] == [TextKind.VERSION] * 2
    assert choose_pair(policy, VISITOR) == (1, 2)


def test_one_version_cannot_be_compared(owner: Actor) -> None:
    assert choose_pair(make_policy(owner, slug="rules"), VISITOR) is None


def test_a_text_corrected_while_comments_were_open_is_a_draft_for_comment(
    owner: Actor, noon: datetime
) -> None:
    policy = make_policy(owner, slug="rules")
    with committing():
        db.session.add(
            Correction(
                policy_id=policy.id,
                number=1,
                phase=Phase.CONSULTATION,
                clauses="c2",
                is_editorial=True,
                reason="错字",
                by_id=owner.person_id,
                at=noon + timedelta(days=3),
            )
        )
    name = name_text(policy, 1)
    assert (name.kind, name.at) == (TextKind.COMMENT, noon + timedelta(days=3))


def test_papers_compare_what_people_were_asked_with_what_became_of_it(
    app: Flask, noon: datetime
) -> None:
    policy = make_consulted().policy
    assert choose_pair(policy, VISITOR) == (1, 3)
    assert [name.kind for name in name_texts(policy, 1, 3)] == [TextKind.COMMENT, TextKind.REVIEW]
    assert FINAL != CONSULTED


def test_the_office_the_group_and_everybody_stand_differently(owner: Actor) -> None:
    policy = make_policy(owner, slug="rules")
    assert standing_of(policy, owner) is Standing.OFFICE
    assert standing_of(policy, make_actor()) is Standing.PUBLIC
    assert standing_of(policy, VISITOR) is Standing.PUBLIC
    assert standing_of(policy, make_actor(Role.SUPERVISOR)) is Standing.OFFICE
