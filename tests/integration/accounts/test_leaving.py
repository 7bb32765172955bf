"""Leaving: the account goes, the words stay under a neutral name, and the record holds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.addresses import Address
from app.accounts.look_alikes import skeleton
from app.accounts.models import OneTimeCode, OutgoingMessage, Person, SignIn
from app.accounts.passwords import hash_password
from app.accounts.rules import FORMER_OFFICER, FORMER_RESIDENT
from app.accounts.services.codes import send_code
from app.accounts.services.leaving import Leaving, leave
from app.accounts.services.naming import ensure_name_free
from app.database import committing, db
from app.discussions.models import DutyShift
from app.errors import RuleBroken
from app.home.queries.duties import Duty, list_open_duties
from app.ledger.chain import Head
from app.ledger.models import EventRecord
from app.ledger.queries import verify
from app.moderation.models import Inspection, ModerationCase
from app.policies.models import Draft
from app.policies.phases import Phase
from app.policies.services.moving import set_phase
from app.policies.services.seating import NewSeat, name_seat
from app.suggestions.models import Assignment, Contribution, KeptWords
from app.suggestions.services.keeping import keep_words
from app.suggestions.services.sending import Wanted
from tests.builders.accounts import make_actor, make_department, make_person, sign_in
from tests.builders.discussions import make_thread
from tests.builders.policies import TEXT, make_policy
from tests.builders.suggestions import make_contribution
from tests.builders.whole_site import drain
from tests.checking_client import CheckingClient


def gone(actor: Actor) -> Person:
    db.session.rollback()
    return db.session.get_one(Person, actor.id)


def erase(actor: Actor) -> None:
    with committing():
        leave(Leaving(name=actor.name), actor=actor, duties=list_open_duties)


def test_everything_by_which_somebody_could_be_found_is_gone(app: Flask) -> None:
    actor = make_actor(
        name="Lin Mei", name_skeleton=skeleton("Lin Mei"), speaks_for="Hutong Club", phone="1"
    )
    with committing():
        person = db.session.get_one(Person, actor.id)
        send_code(Address("mail", person.email or ""), person, locale="en")
    erase(actor)
    row = gone(actor)
    assert (row.name, row.email, row.phone, row.password_hash) == (FORMER_RESIDENT, *[None] * 3)
    assert (row.speaks_for, row.locale, row.role, row.hides_list) == ("", "", "resident", True)
    assert row.erased_at is not None
    assert row.public_id == actor.public_id
    for table in (SignIn, OneTimeCode, OutgoingMessage):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_words_stay_and_the_record_holds(client: CheckingClient) -> None:
    actor = make_actor(name="Lin Mei", name_skeleton=skeleton("Lin Mei"))
    policy = make_policy()
    thread = make_thread(policy, actor, "A marzipan kerb.")
    drain()
    client.get(f"/threads/{thread.id}")  # kept, with the name
    erase(actor)
    drain()
    page = client.get(f"/threads/{thread.id}").text
    assert "A marzipan kerb." in page
    assert "Lin Mei" not in page
    assert "A former resident" in page
    assert f"/people/{actor.public_id}" in page
    client.set_cookie("lang", "zh")
    assert "一位已注销的居民" in client.get(f"/threads/{thread.id}").text
    assert isinstance(verify(), Head)
    event = db.session.scalars(select(EventRecord).where(EventRecord.kind == "PersonErased")).one()
    assert event.is_public
    assert "Lin" not in event.payload


def test_the_page_of_who_left_says_so_and_lists_nothing(client: CheckingClient) -> None:
    actor = make_actor(name="Lin Mei", name_skeleton=skeleton("Lin Mei"))
    make_thread(make_policy(), actor, "A marzipan kerb.")
    erase(actor)
    page = client.get(f"/people/{actor.public_id}").text
    assert "This person has left." in page
    assert "marzipan" not in page
    assert "Lin Mei" not in page


def test_what_was_unsent_goes_and_look_up_codes_end(app: Flask) -> None:
    actor, policy = make_actor(), make_policy(mode="reviewed")
    ident = make_contribution(policy, actor).id
    with committing():
        keep_words(policy.slug, Wanted(1, TEXT, "Later", token="t"), actor=actor)
        values = {"policy_id": policy.id, "person_id": actor.person_id, "clause": "", "base": 1}
        db.session.add(Draft(**values, text=TEXT, kept_at=clock.now()))
    erase(actor)
    drain()
    assert db.session.scalars(select(KeptWords)).all() == []
    assert db.session.scalars(select(Draft)).all() == []
    assert db.session.get_one(Contribution, ident).lookup_hash is None


def test_nobody_is_given_the_name_of_somebody_who_left(app: Flask) -> None:
    erase(make_actor(name="Lin Mei", name_skeleton=skeleton("Lin Mei")))
    with pytest.raises(RuleBroken, match="taken"):
        ensure_name_free("Lin Mei")
    ensure_name_free("Lin Hai")


def test_two_people_may_leave(app: Flask) -> None:
    first, second = make_actor(), make_actor()
    erase(first)
    erase(second)
    assert [gone(actor).name for actor in (first, second)] == [FORMER_RESIDENT] * 2
    assert gone(first).name_skeleton != gone(second).name_skeleton


def test_the_password_is_asked_for_where_there_is_one(app: Flask) -> None:
    actor = make_actor(password_hash=hash_password("three old words"))
    wrong = Leaving(password="three new words", name=actor.name)
    with pytest.raises(RuleBroken) as refusal:
        leave(wrong, actor=actor, duties=list_open_duties)
    assert refusal.value.field == "password"
    leave(Leaving(password="three old words"), actor=actor, duties=list_open_duties)
    db.session.commit()
    assert gone(actor).erased_at is not None


def test_without_a_password_the_name_must_be_written(app: Flask) -> None:
    actor = make_actor()
    with pytest.raises(RuleBroken) as refusal:
        leave(Leaving(name="somebody"), actor=actor, duties=list_open_duties)
    assert refusal.value.field == "name"


def test_officers_leave_under_another_word(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    erase(officer)
    assert gone(officer).name == FORMER_OFFICER


def test_who_owns_a_draft_hands_it_over_first(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    assert [duty.kind for duty in list_open_duties(officer.person_id)] == [Duty.OWNER]
    with pytest.raises(RuleBroken, match="hand over"):
        leave(Leaving(name=officer.name), actor=officer, duties=list_open_duties)
    with committing():
        set_phase(policy.slug, Phase.WITHDRAWN, actor=officer, reason="Replaced")
    assert list_open_duties(officer.person_id) == []


def test_an_operator_gives_a_draft_to_another_officer_and_the_first_may_leave(app: Flask) -> None:
    office = make_department()
    first, second = (make_actor(Role.OFFICER, department_id=office.id) for _ in range(2))
    policy = make_policy(first)
    run = app.test_cli_runner().invoke
    strangers = (make_actor(Role.OFFICER), make_actor(department_id=office.id))
    for who in ("nobody@example.org", *(one.public_id for one in strangers)):
        refused = run(args=["policies", "hand-over", policy.slug, who])
        assert refused.exit_code == 1
    absent = run(args=["policies", "hand-over", "absent", second.public_id])
    assert (absent.exit_code, "There is no policy at absent." in absent.output) == (1, True)
    assert list_open_duties(second.person_id) == []
    for _ in range(2):
        assert run(args=["policies", "hand-over", policy.slug, second.public_id]).exit_code == 0
    named = db.session.scalars(select(EventRecord).where(EventRecord.kind == "OwnerNamed")).all()
    assert [json.loads(event.payload)["person"] for event in named] == [second.public_id]
    assert [duty.kind for duty in list_open_duties(second.person_id)] == [Duty.OWNER]
    with committing():
        leave(Leaving(name=first.name), actor=first, duties=list_open_duties)


@pytest.mark.parametrize(
    ("seat", "said"),
    [
        (NewSeat("evaluator"), "independent evaluator may not write the draft"),
        (NewSeat("front_line", body="Xicheng", shows_name=False), "appears by name"),
    ],
)
def test_who_evaluates_a_draft_or_stands_behind_a_district_does_not_become_its_owner(
    app: Flask, seat: NewSeat, said: str
) -> None:
    office = make_department()
    first, second = (make_actor(Role.OFFICER, department_id=office.id) for _ in range(2))
    policy = make_policy(first)
    with committing():
        name_seat(policy.slug, replace(seat, address=second.public_id), actor=first)
    refused = app.test_cli_runner().invoke(
        args=["policies", "hand-over", policy.slug, second.public_id]
    )
    assert refused.exit_code == 1
    assert said in refused.output
    assert Duty.OWNER not in {duty.kind for duty in list_open_duties(second.person_id)}


def test_every_open_duty_is_named(app: Flask) -> None:
    owner, actor = make_actor(Role.OFFICER), make_actor(Role.OFFICER)
    policy, now = make_policy(owner, mode="reviewed"), clock.now()
    one = make_contribution(policy)
    with committing():
        name_seat(policy.slug, NewSeat(address=actor.public_id), actor=owner)
        passed = {"contribution_id": one.id, "to_id": actor.id, "by_id": owner.id, "at": now}
        db.session.add(Assignment(**passed))
        db.session.add(DutyShift(person_id=actor.id, begins_at=now, ends_at=now.replace(year=2100)))
        facts = {"kind": "comment", "object_id": 1, "rule": "insult", "opened_at": now}
        db.session.add(ModerationCase(**facts, claimed_by_id=actor.id, claimed_at=now))
        db.session.add(Inspection(about="policy", words="?", salt=b"s", by_id=actor.id, at=now))
    found = list_open_duties(actor.person_id)
    assert {duty.kind for duty in found} == set(Duty) - {Duty.OWNER}


def test_the_page_explains_and_ends_every_sign_in(client: CheckingClient) -> None:
    actor = make_actor(name="Lin Mei", name_skeleton=skeleton("Lin Mei"))
    sign_in(client, actor)
    page = client.get("/settings/leave").text
    assert "What stays" in page
    assert "please write your name: Lin Mei" in page
    answer = client.post_form("/settings/leave", {"name": "Lin Hai"})
    assert answer.status_code == 422
    answer = client.post_form("/settings/leave", {"name": "Lin Mei"})
    assert answer.status_code == 303
    assert "Sign in" in client.get("/").text
    assert client.get("/settings/leave").status_code == 303


def test_a_suspended_person_may_leave(client: CheckingClient) -> None:
    person = make_person(suspended_until=clock.now().replace(year=2100))
    sign_in(client, person)
    assert client.post_form("/settings/leave", {"name": person.name}).status_code == 303


def test_the_page_lists_what_must_be_handed_over(client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    make_policy(officer)
    sign_in(client, officer)
    page = client.get("/settings/leave").text
    assert "You own a draft:" in page
    assert 'name="name"' not in page
    assert client.post_form("/settings/leave", {"name": officer.name}).status_code == 422
