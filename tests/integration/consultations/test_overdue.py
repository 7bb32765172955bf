"""Which answers are overdue, who can read it, and the calendar that working days are counted by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import Actor, Role
from app.consultations.queries.calendar import calendar
from app.consultations.queries.due import due_of, list_due
from app.consultations.services.keeping_holidays import put_holiday, remove_holiday
from app.database import db
from app.errors import NotAllowed
from app.policies.models import Policy
from app.policies.services.moving import set_phase
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution
from tests.checking_client import CheckingClient

DAY = timedelta(days=1)


@pytest.fixture
def owner(app: Flask, noon: object) -> Actor:
    return make_actor(Role.OFFICER)


def closed_policy(owner: Actor, **overrides: object) -> Policy:
    """Open for forty days, answers promised sixty days after that; one comment was sent."""
    policy = make_call(make_policy(owner, **overrides), owner)
    make_contribution(policy)
    return policy


def test_answers_are_due_sixty_days_after_closing(owner: Actor) -> None:
    policy = closed_policy(owner)
    closed_at = policy.closes_at
    assert closed_at is not None
    assert due_of(policy) is None  # nothing is due while comments are open
    with clock.frozen(closed_at + 53 * DAY):
        due = due_of(policy)
        assert due is not None
        assert (due.closed_at, due.due_at) == (closed_at, closed_at + 60 * DAY)
        assert (due.is_overdue, due.days_overdue) == (False, 0)
        assert due.working_days_left == 5  # seven days hold one weekend


def test_a_holiday_leaves_fewer_working_days(owner: Actor) -> None:
    policy = closed_policy(owner)
    closed_at = policy.closes_at
    assert closed_at is not None
    admin = make_actor(Role.ADMINISTRATOR)
    day = (closed_at + 55 * DAY).date()
    assert day.weekday() < 5
    put_holiday(day, is_working=False, name="Day off", actor=admin)
    with clock.frozen(closed_at + 53 * DAY):
        due = due_of(policy)
        assert due is not None
        assert due.working_days_left == 4
    remove_holiday(day, actor=admin)
    assert calendar() == {}


def test_the_second_after_the_due_moment_is_the_first_day_overdue(owner: Actor) -> None:
    policy = closed_policy(owner)
    closed_at = policy.closes_at
    assert closed_at is not None
    with clock.frozen(closed_at + 60 * DAY):
        due = due_of(policy)
        assert due is not None
        assert not due.is_overdue
    with clock.frozen(closed_at + 60 * DAY + timedelta(seconds=1)):
        due = due_of(policy)
        assert due is not None
        assert due.days_overdue == 1


def test_work_that_was_stopped_or_sent_back_owes_nothing_by_a_day(owner: Actor) -> None:
    for phase in ("drafting", "withdrawn"):
        policy = closed_policy(owner, title=f"停放办法 {phase}")
        with clock.frozen(clock.now() + 200 * DAY):
            set_phase(policy.slug, phase, actor=owner)
            assert due_of(policy) is None


def test_the_public_page_lists_the_longest_overdue_first(
    owner: Actor, client: CheckingClient
) -> None:
    make_department("Department of Streets")
    early = closed_policy(owner, title="早的办法", department="Department of Streets")
    with clock.frozen(clock.now() + 5 * DAY):
        late = closed_policy(owner, title="晚的办法")
        closed_policy(make_actor(Role.OFFICER), title="不公开的办法", is_public=True)
    with clock.frozen(clock.now() + 110 * DAY):
        assert [policy.id for policy, _due in list_due(owner)][:2] == [early.id, late.id]
        page = client.get("/overdue").get_data(as_text=True)
    assert page.index("早的办法") < page.index("晚的办法")
    assert "10 days overdue" in page
    assert "5 days overdue" in page
    assert "1 of 1 answers are missing" in page
    assert "Department of Streets" in page


def test_a_policy_on_hold_does_not_come_onto_the_list(owner: Actor, client: CheckingClient) -> None:
    policy = closed_policy(owner)
    with clock.frozen(clock.now() + 50 * DAY):
        set_phase(policy.slug, "on_hold", actor=owner, reason="A court decides first")
        db.session.commit()
    with clock.frozen(clock.now() + 300 * DAY):
        assert "No answer is overdue." in client.get("/overdue").get_data(as_text=True)


def test_only_administrators_keep_the_calendar(owner: Actor, client: CheckingClient) -> None:
    with pytest.raises(NotAllowed):
        put_holiday(date(2026, 10, 1), is_working=False, name="", actor=owner)
    sign_in(client, owner)
    assert client.get("/admin/holidays").status_code == 403


def test_the_calendar_page_takes_days_on_and_off_the_list(
    owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, make_actor(Role.ADMINISTRATOR))
    page = "/admin/holidays"
    assert page in client.get("/settings").get_data(as_text=True)
    answer = client.post_form(page, {"day": "2026-10-01", "kind": "free", "name": "国庆节"})
    assert answer.status_code == 303
    client.post_form(page, {"day": "2026-10-10", "kind": "worked", "name": ""})
    assert calendar() == {date(2026, 10, 1): False, date(2026, 10, 10): True}
    shown = client.get(page).get_data(as_text=True)
    assert "国庆节" in shown
    assert client.post_form(page, {"day": "soon", "kind": "free"}).status_code == 422
    assert client.post_form(page, {"remove": "2026-10-01"}).status_code == 303
    db.session.rollback()
    assert calendar() == {date(2026, 10, 10): True}
