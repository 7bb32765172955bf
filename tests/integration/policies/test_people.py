"""Who works on a draft: seats are named, ended and left open with a reason, by its owner."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.grants import may
from app.database import db
from app.errors import NotAllowed, NotFound, RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy, PolicyMember, Seat
from app.policies.queries import facts, is_member
from app.policies.queries.course import find_waiver, list_seats, office_facts
from app.policies.seats import SeatKind
from app.policies.services.seating import (
    NewSeat,
    end_seat,
    name_person,
    name_seat,
    unname_person,
    waive_seat,
)
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER, name="Owner Li")


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, slug="bicycles", is_public=False)


def _name(owner: Actor, kind: str, person: Actor | None = None, **values: object) -> Seat:
    address = person.public_id if person else ""
    seat = name_seat("bicycles", NewSeat(kind, address, **values), actor=owner)  # type: ignore[arg-type]
    db.session.commit()
    return seat


def _events(kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(select(EventRecord.payload).where(EventRecord.kind == kind))
    return [json.loads(payload) for payload in rows]


def test_a_drafter_writes_and_an_expert_only_reads(policy: Policy, owner: Actor) -> None:
    drafter, expert = make_actor(Role.OFFICER), make_actor(Role.RESIDENT)
    _name(owner, SeatKind.DRAFTER, drafter)
    _name(owner, SeatKind.EXPERT, expert)
    assert may(drafter, Act.EDIT_POLICY, facts(policy, drafter))
    assert not may(expert, Act.EDIT_POLICY, facts(policy, expert))
    assert may(expert, Act.GIVE_OPINION, office_facts(policy, expert))


def test_a_second_seat_that_writes_lets_the_same_person_write(policy: Policy, owner: Actor) -> None:
    person = make_actor(Role.OFFICER)
    _name(owner, SeatKind.EXPERT, person)
    drafts = _name(owner, SeatKind.DRAFTER, person)
    assert is_member(policy.id, person.id)
    end_seat("bicycles", drafts.id, actor=owner)
    db.session.commit()
    assert not is_member(policy.id, person.id)
    assert db.session.get(PolicyMember, (policy.id, person.person_id)) is not None


def test_with_the_last_seat_a_person_leaves_the_private_draft(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    person = make_actor(Role.RESIDENT)
    seat = _name(owner, SeatKind.COMMUNITY, person)
    sign_in(client, person)
    assert client.get("/policies/bicycles").status_code == 200
    end_seat("bicycles", seat.id, actor=owner)
    db.session.commit()
    assert client.get("/policies/bicycles").status_code == 404


def test_the_evaluator_may_not_become_a_drafter_nor_a_drafter_the_evaluator(
    policy: Policy, owner: Actor
) -> None:
    writes, judges = make_actor(Role.OFFICER), make_actor(Role.RESIDENT)
    _name(owner, SeatKind.DRAFTER, writes)
    _name(owner, SeatKind.EVALUATOR, judges)
    with pytest.raises(RuleBroken, match="may not write the draft"):
        _name(owner, SeatKind.EVALUATOR, writes)
    with pytest.raises(RuleBroken, match="may not write the draft"):
        _name(owner, SeatKind.DRAFTER, judges)
    with pytest.raises(RuleBroken, match="may not write the draft"):
        name_person("bicycles", address=judges.public_id, actor=owner)
    assert not is_member(policy.id, judges.id)


@pytest.mark.parametrize("kind", [SeatKind.FRONT_LINE, SeatKind.DISTRICT])
def test_nobody_who_writes_in_another_seat_evaluates(
    policy: Policy, owner: Actor, kind: SeatKind
) -> None:
    person = make_actor(Role.OFFICER)
    _name(owner, kind, person, body="Xicheng")
    with pytest.raises(RuleBroken, match="may not write the draft"):
        _name(owner, SeatKind.EVALUATOR, person)


def test_the_owner_does_not_evaluate_the_own_draft(policy: Policy, owner: Actor) -> None:
    with pytest.raises(RuleBroken, match="may not write the draft"):
        _name(owner, SeatKind.EVALUATOR, owner)


def test_one_body_does_not_draft_and_evaluate(policy: Policy, owner: Actor) -> None:
    _name(owner, SeatKind.DRAFTER, body="Institute of Streets")
    with pytest.raises(RuleBroken, match="may not write the draft"):
        _name(owner, SeatKind.EVALUATOR, body="institute of streets")


def test_after_the_drafters_seat_ended_the_person_may_evaluate(
    policy: Policy, owner: Actor
) -> None:
    person = make_actor(Role.RESIDENT)
    drafts = _name(owner, SeatKind.DRAFTER, person)
    end_seat("bicycles", drafts.id, actor=owner)
    assert _name(owner, SeatKind.EVALUATOR, person).id != drafts.id


def test_a_body_without_an_account_is_a_name(policy: Policy, owner: Actor) -> None:
    seat = _name(owner, SeatKind.LEGAL_REVIEWER, body="  Legal Affairs Office ")
    assert (seat.person, seat.body) == (None, "Legal Affairs Office")


def test_naming_the_same_seat_twice_is_one(policy: Policy, owner: Actor) -> None:
    person = make_actor(Role.OFFICER)
    first = _name(owner, SeatKind.DRAFTER, person)
    assert _name(owner, SeatKind.DRAFTER, person).id == first.id
    assert len(list_seats(policy.id)) == 1


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (NewSeat("owner", body="Office"), "what this person or body is there for"),
        (NewSeat("mayor", body="Office"), "what this person or body is there for"),
        (NewSeat("expert"), "whom you mean"),
        (NewSeat("expert", address="nobody@example.org"), "Nobody here"),
        (NewSeat("expert", body="X", shows_name=False), "Only front-line officers"),
        (NewSeat("front_line", address="p1", shows_name=False), "write the district"),
    ],
)
def test_what_cannot_be_named_is_refused_in_words(
    policy: Policy, owner: Actor, new: NewSeat, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        name_seat("bicycles", new, actor=owner)


def test_a_resident_cannot_hold_a_seat_whose_acts_are_an_officers(
    policy: Policy, owner: Actor
) -> None:
    with pytest.raises(RuleBroken, match="Only officers"):
        _name(owner, SeatKind.LEGAL_REVIEWER, make_actor(Role.RESIDENT))


def test_an_account_is_found_by_its_mobile_number(policy: Policy, owner: Actor) -> None:
    person = make_actor(Role.RESIDENT, phone="+8613800138000")
    seat = name_seat("bicycles", NewSeat("expert", "138 0013 8000"), actor=owner)
    assert seat.person_id == person.id


def test_only_the_owner_names_ends_and_waives(policy: Policy, owner: Actor) -> None:
    person = make_actor(Role.OFFICER)
    seat = _name(owner, SeatKind.DRAFTER, person)
    with pytest.raises(NotAllowed):
        name_seat("bicycles", NewSeat("expert", body="X"), actor=person)
    with pytest.raises(NotAllowed):
        end_seat("bicycles", seat.id, actor=person)
    with pytest.raises(NotAllowed):
        waive_seat("bicycles", "expert", "None is needed.", actor=person)
    with pytest.raises(NotFound):
        name_seat("bicycles", NewSeat("expert", body="X"), actor=make_actor(Role.OFFICER))


def test_a_seat_of_another_draft_cannot_be_ended_from_here(policy: Policy, owner: Actor) -> None:
    seat = _name(owner, SeatKind.EXPERT, body="X")
    make_policy(owner, slug="trees")
    with pytest.raises(NotFound):
        end_seat("trees", seat.id, actor=owner)
    assert seat.left_at is None


def test_taking_a_person_off_ends_all_their_seats(policy: Policy, owner: Actor) -> None:
    person = make_actor(Role.OFFICER)
    _name(owner, SeatKind.DRAFTER, person)
    _name(owner, SeatKind.LEGAL_REVIEWER, person)
    unname_person("bicycles", public_id=person.public_id, actor=owner)
    assert list_seats(policy.id) == []
    assert db.session.get(PolicyMember, (policy.id, person.person_id)) is None


def test_a_seat_is_left_open_only_with_a_reason(policy: Policy, owner: Actor) -> None:
    with pytest.raises(RuleBroken):
        waive_seat("bicycles", "legal_reviewer", "  ", actor=owner)
    waive_seat("bicycles", "legal_reviewer", "A work plan of one office.", actor=owner)
    waiver = find_waiver(policy.id, "seat:legal_reviewer")
    assert waiver is not None
    assert waiver.reason == "A work plan of one office."


def test_the_owners_seat_cannot_be_left_open(policy: Policy, owner: Actor) -> None:
    with pytest.raises(RuleBroken):
        waive_seat("bicycles", "owner", "Because.", actor=owner)


def test_the_record_holds_seats_and_no_free_words(policy: Policy, owner: Actor) -> None:
    person = make_actor(Role.OFFICER)
    seat = _name(owner, SeatKind.DRAFTER, person, body="District squad")
    end_seat("bicycles", seat.id, actor=owner)
    named = {"policy": policy.id, "seat": seat.id, "kind": "drafter"}
    assert _events("SeatNamed") == [{**named, "person": person.public_id, "shows_name": True}]
    assert _events("SeatEnded") == [named]


def test_who_is_named_without_a_name_is_not_in_the_public_record(owner: Actor) -> None:
    make_policy(owner, slug="bicycles")
    person = make_actor(Role.OFFICER)
    _name(owner, SeatKind.FRONT_LINE, person, body="Xicheng", shows_name=False)
    record = db.session.scalars(select(EventRecord).where(EventRecord.kind == "SeatNamed")).one()
    assert not record.is_public


def test_everybody_reads_who_works_on_a_public_draft(owner: Actor, client: CheckingClient) -> None:
    make_policy(owner, slug="bicycles")
    _name(owner, SeatKind.EXPERT, make_actor(name="Expert Wang"), body="Institute of Streets")
    _name(owner, SeatKind.LEGAL_REVIEWER, body="Legal Affairs Office")
    waive_seat("bicycles", "decision_maker", "The council decides later.", actor=owner)
    db.session.commit()
    page = client.get("/policies/bicycles/people").get_data(as_text=True)
    for words in (
        "Owner Li",
        "Expert Wang",
        "Institute of Streets",
        "Legal Affairs Office",
        "The council decides later.",
    ):
        assert words in page
    assert "Name somebody" not in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_a_waiver_no_longer_shows_once_somebody_holds_the_seat(
    owner: Actor, client: CheckingClient
) -> None:
    make_policy(owner, slug="bicycles")
    waive_seat("bicycles", "legal_reviewer", "Nobody is free.", actor=owner)
    _name(owner, SeatKind.LEGAL_REVIEWER, body="Legal Affairs Office")
    assert "Nobody is free." not in client.get("/policies/bicycles/people").get_data(as_text=True)


def test_the_owner_names_ends_and_waives_on_the_page(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    person = make_actor(name="Drafter Zhao")
    sign_in(client, owner)
    url = "/policies/bicycles/people"
    assert client.post_form(url, {"address": person.public_id}).status_code == 303
    page = client.get(url).get_data(as_text=True)
    assert "Drafter Zhao" in page
    assert "Please name the decision maker, or say why there is none." in page
    sent = {"kind": "decision_maker", "body": "Bureau meeting"}
    assert client.post_form(url, sent).status_code == 303
    sent = {"waive": "yes", "seat": "legal_reviewer", "reason": "One office only."}
    assert client.post_form(url, sent).status_code == 303
    page = client.get(url).get_data(as_text=True)
    assert "One office only." in page
    assert "Before comments can be opened" not in page
    seat = list_seats(policy.id)[0]
    assert client.post_form(url, {"end": str(seat.id)}).status_code == 303
    assert "Drafter Zhao" not in client.get(url).get_data(as_text=True)


def test_a_refusal_stands_beside_its_field_and_keeps_the_words(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, owner)
    url = "/policies/bicycles/people"
    answer = client.post_form(url, {"kind": "expert", "address": "nobody@example.org"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Nobody here has this e-mail address or number." in page
    assert "nobody@example.org" in page
    answer = client.post_form(url, {"waive": "yes", "seat": "legal_reviewer", "reason": ""})
    assert answer.status_code == 422
