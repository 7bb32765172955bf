"""Nothing is public by accident: planned, called off, with or without history, and absent before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.database import db
from app.errors import NotAllowed, NotFound, RuleBroken
from app.policies import queries
from app.policies.services.creating import rename
from app.policies.services.moving import set_phase
from app.policies.services.publishing import (
    call_off_publication,
    make_private,
    publish_due,
)
from app.policies.services.seating import name_person
from tests.builders.accounts import make_actor, make_department, make_person, sign_in
from tests.builders.policies import TEXT, make_policy, plan_publication, save_text
from tests.checking_client import CheckingClient


def private_policy(owner: Actor) -> str:
    return make_policy(owner, is_public=False, title="Secret plan", slug="secret-plan").slug


def test_the_department_and_named_people_see_a_private_draft(app: Flask) -> None:
    streets = make_department()
    owner = make_actor(Role.OFFICER, department_id=streets.id)
    colleague = make_actor(Role.OFFICER, department_id=streets.id)
    named = make_person()
    slug = private_policy(owner)
    name_person(slug, address=named.email or "", actor=owner)
    db.session.commit()
    assert queries.get_policy(slug, colleague).title == "Secret plan"
    assert queries.get_policy(slug, named.actor(clock.now())).title == "Secret plan"
    for stranger in (VISITOR, make_actor(), make_actor(Role.ADMINISTRATOR)):
        with pytest.raises(NotFound):
            queries.get_policy(slug, stranger)


@pytest.mark.parametrize(
    "path",
    ["", "/history", "/revisions/1", "/revisions/1/raw", "/compare/1...1", "/clauses/c1",
     "/clauses/c1/history", "/consensus", "/discussion", "/edit", "/settings"],
)  # fmt: skip
def test_every_page_of_a_private_draft_is_absent_for_a_resident(
    app: Flask, client: CheckingClient, path: str
) -> None:
    slug = private_policy(make_actor(Role.OFFICER))
    sign_in(client, make_person())
    answer = client.get(f"/policies/{slug}{path}")
    assert answer.status_code in (403, 404)
    if path not in ("/edit", "/settings"):
        assert answer.status_code == 404
    assert b"Secret plan" not in answer.data


def test_a_private_draft_is_in_no_list(app: Flask, client: CheckingClient) -> None:
    private_policy(make_actor(Role.OFFICER))
    for path in ("/", "/policies", "/recent", "/search?q=Secret"):
        assert b"Secret plan" not in client.get(path).data
    assert queries.count_policies(VISITOR, queries.Filters()) == 0


def test_a_plan_counts_at_its_second_and_can_be_called_off_until_then(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    slug = private_policy(owner)
    start = clock.now()
    plan_publication(slug, at=start + timedelta(hours=1), with_history=False, actor=owner)
    db.session.commit()
    with clock.frozen(start + timedelta(minutes=59)), pytest.raises(NotFound):
        queries.get_policy(slug, VISITOR)
    with clock.frozen(start + timedelta(hours=1)):
        assert queries.get_policy(slug, VISITOR).slug == slug
        with pytest.raises(RuleBroken):
            call_off_publication(slug, actor=owner)
        db.session.rollback()
        assert publish_due() == 1
        db.session.commit()
        assert queries.get_policy(slug, VISITOR).is_public
        assert publish_due() == 0


def test_a_plan_called_off_stays_private(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    slug = private_policy(owner)
    start = clock.now()
    plan_publication(slug, at=start + timedelta(hours=1), with_history=False, actor=owner)
    db.session.commit()
    call_off_publication(slug, actor=owner)
    db.session.commit()
    with clock.frozen(start + timedelta(hours=2)), pytest.raises(NotFound):
        queries.get_policy(slug, VISITOR)


@pytest.mark.parametrize(("with_history", "first"), [(False, 2), (True, 1)])
def test_the_officer_chooses_whether_earlier_history_becomes_public(
    app: Flask, client: CheckingClient, with_history: bool, first: int
) -> None:
    owner = make_actor(Role.OFFICER)
    slug = private_policy(owner)
    save_text(slug, TEXT.replace("三日", "两日"), actor=owner, base=1, summary="cat out of bag")
    plan_publication(slug, at=None, with_history=with_history, actor=owner)
    db.session.commit()
    policy = queries.get_policy(slug, VISITOR)
    assert queries.first_number(policy, VISITOR) == first
    assert queries.first_number(policy, owner) == 1
    expected = 200 if with_history else 404
    for path in ("revisions/1", "revisions/1/raw", "compare/1...2"):
        assert client.get(f"/policies/{slug}/{path}").status_code == expected
    assert client.get(f"/policies/{slug}/revisions/2").status_code == 200
    recent = queries.list_recent(VISITOR)[0]
    assert [revision.number for revision, _policy, _hidden in recent] == (
        [2, 1] if first == 1 else [2]
    )


def test_only_the_owner_makes_public_and_moves_on(app: Flask) -> None:
    owner, other = make_actor(Role.OFFICER), make_actor(Role.OFFICER)
    slug = make_policy(owner).slug
    with pytest.raises(NotAllowed):
        set_phase(slug, "consultation", actor=other)
    with pytest.raises(NotAllowed):
        make_private(slug, actor=other)


def test_a_phase_cannot_be_jumped_to(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner).slug
    with pytest.raises(RuleBroken):
        set_phase(slug, "in_force", actor=owner)


def test_a_policy_made_private_again_is_gone_at_once_from_the_visitors_cache(
    app: Flask, client: CheckingClient
) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner).slug
    assert client.get(f"/policies/{slug}").status_code == 200
    assert client.get(f"/policies/{slug}").status_code == 200
    make_private(slug, actor=owner)
    db.session.commit()
    assert client.get(f"/policies/{slug}").status_code == 404


def test_former_addresses_lead_to_the_new_one(app: Flask, client: CheckingClient) -> None:
    owner = make_actor(Role.OFFICER)
    slug = make_policy(owner, slug="old-name").slug
    rename(slug, title="New name", new_slug="new-name", actor=owner)
    db.session.commit()
    answer = client.get("/policies/old-name")
    assert (answer.status_code, answer.location) == (301, "/policies/new-name")
    assert client.get("/policies/old-name/history").status_code == 200


def test_versions_saved_after_the_planned_time_stay_readable_however_late_it_is_recorded(
    app: Flask, client: CheckingClient
) -> None:
    owner = make_actor(Role.OFFICER)
    slug = private_policy(owner)
    start = clock.now()
    plan_publication(slug, at=start + timedelta(hours=1), with_history=False, actor=owner)
    db.session.commit()
    with clock.frozen(start + timedelta(hours=2)):
        save_text(slug, TEXT.replace("三日", "两日"), actor=owner, base=1)
        publish_due()
        db.session.commit()
        assert queries.get_policy(slug, VISITOR).public_from == 1
        assert client.get(f"/policies/{slug}/compare/1...2").status_code == 200
