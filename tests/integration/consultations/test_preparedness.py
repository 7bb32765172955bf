"""What a draft lacks before comments open: seats and papers, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

import config
from app import clock
from app.access.actor import Actor, Role
from app.accounts.services import setup
from app.consultations.models import Annex
from app.consultations.queries.preparedness import missing_papers, missing_seats
from app.database import committing, db
from app.policies.models import Policy, Seat, Waiver
from app.policies.seats import SeatKind
from tests.builders.accounts import make_actor
from tests.builders.policies import make_policy

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner)


def _sentences(policy: Policy) -> list[str]:
    return [str(message) for message in missing_seats(policy)]


def _sit(policy: Policy, owner: Actor, kind: str, *, left_at: datetime | None = None) -> None:
    with committing():
        db.session.add(
            Seat(
                policy_id=policy.id,
                kind=kind,
                body="Legal Affairs Office",
                named_by_id=owner.person_id,
                named_at=clock.now(),
                left_at=left_at,
            )
        )


def test_the_default_seats_are_missed_by_name(policy: Policy) -> None:
    assert _sentences(policy) == [
        "Please name the decision maker, or say why there is none.",
        "Please name the legal reviewer, or say why there is none.",
    ]


def test_a_seat_that_somebody_holds_is_not_missed_until_it_ends(
    policy: Policy, owner: Actor
) -> None:
    _sit(policy, owner, SeatKind.DECISION_MAKER)
    _sit(policy, owner, SeatKind.LEGAL_REVIEWER, left_at=clock.now())
    assert _sentences(policy) == ["Please name the legal reviewer, or say why there is none."]


def test_a_waived_seat_is_not_missed(policy: Policy, owner: Actor) -> None:
    with committing():
        for kind in (SeatKind.DECISION_MAKER, SeatKind.LEGAL_REVIEWER):
            waiver = Waiver(
                policy_id=policy.id,
                what=f"seat:{kind}",
                reason="A work plan of one office.",
                by_id=owner.person_id,
                at=clock.now(),
            )
            db.session.add(waiver)
    assert _sentences(policy) == []


def test_a_draft_without_an_owner_says_so(policy: Policy) -> None:
    with committing():
        policy.owner_id = None
    assert _sentences(policy)[0] == "No officer owns this draft."


def test_the_operator_chooses_which_seats_are_required(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = replace(setup.settings(), seats_required=("front_line",))
    monkeypatch.setattr(setup, "_settings", chosen)
    assert _sentences(policy) == ["Please name a front-line officer, or say why there is none."]


def test_the_explanation_is_missed_until_it_is_written(policy: Policy, owner: Actor) -> None:
    assert [str(message) for message in missing_papers(policy)] == [
        "Please write the explanation of the draft; it is published with it."
    ]
    with committing():
        db.session.add(
            Annex(
                policy_id=policy.id,
                kind="explanation",
                title="起草说明",
                text="为什么起草。",
                by_id=owner.person_id,
                saved_at=clock.now(),
            )
        )
    assert missing_papers(policy) == []


def test_a_paper_that_is_no_explanation_does_not_stand_for_it(policy: Policy, owner: Actor) -> None:
    with committing():
        db.session.add(
            Annex(
                policy_id=policy.id,
                kind="paper",
                title="地图",
                text="停放点。",
                by_id=owner.person_id,
                saved_at=clock.now(),
            )
        )
    assert len(missing_papers(policy)) == 1


def test_the_settings_know_every_seat_but_the_owners() -> None:
    assert set(config.SEATS) == set(SeatKind) - {SeatKind.OWNER}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ("decision_maker", "legal_reviewer")),
        ("none", ()),
        ("expert, expert,drafter", ("expert", "drafter")),
    ],
)
def test_the_setting_is_a_list_between_commas(
    tmp_path: object, value: str, expected: tuple[str, ...]
) -> None:
    environ = {"INSTANCE_DIR": str(tmp_path), "SEATS_REQUIRED": value}
    assert config.read(environ).seats_required == expected


def test_a_seat_that_does_not_exist_is_refused(tmp_path: object) -> None:
    with pytest.raises(config.SettingRefused, match="mayor"):
        config.read({"INSTANCE_DIR": str(tmp_path), "SEATS_REQUIRED": "mayor"})
