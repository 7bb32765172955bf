"""On duty: who is, until when, what there is to do, and what the last ones left for the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.accounts.services import setup
from app.database import db
from app.discussions.models import DutyShift
from app.discussions.services.waiting import find_wait, is_watched
from app.errors import NotAllowed, RuleBroken
from app.ledger.models import EventRecord
from app.moderation.queries.duty import count_workload, list_notes, list_on_duty
from app.moderation.rules import Kind
from app.moderation.services.duty import go_off_duty, go_on_duty, hand_over
from app.policies.models import Policy
from tests.builders.accounts import make_actor
from tests.builders.at_once import browser
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.moderation import make_report
from tests.builders.policies import make_policy
from tests.integration.moderation.test_holding import hold, read

NIGHT = (time(22), time(8))
MIDNIGHT = datetime(2026, 3, 2, 16, tzinfo=UTC)  # in Beijing
EIGHT = datetime(2026, 3, 3, 0, tzinfo=UTC)


@pytest.fixture
def nights(app: Flask) -> Iterator[None]:
    """A site with nights; tests have none otherwise."""
    before = setup.settings()
    setup.configure(replace(before, night=NIGHT))
    yield
    setup.configure(before)


def old_policy(**more: str) -> Policy:
    """A draft that was there days before the night of these tests."""
    with clock.frozen(MIDNIGHT - timedelta(days=5)):
        return make_policy(**more)


def begin(volunteer: Actor, hours: int = 1) -> datetime:
    until = go_on_duty(hours, actor=volunteer)
    db.session.commit()
    return until


def test_a_shift_lasts_as_long_as_was_chosen(noon: datetime, app: Flask) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    assert begin(volunteer, 4) == noon + timedelta(hours=4)
    assert is_watched(noon)
    assert is_watched(noon + timedelta(hours=3, minutes=59))
    assert not is_watched(noon + timedelta(hours=4))
    assert not is_watched(noon - timedelta(seconds=1))


def test_choosing_again_while_on_duty_moves_the_end(noon: datetime, app: Flask) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    begin(volunteer, 8)
    with clock.frozen(noon + timedelta(hours=1)):
        assert begin(volunteer, 1) == noon + timedelta(hours=2)
        (one,) = list_on_duty()
        assert (one.person.id, one.until) == (volunteer.id, noon + timedelta(hours=2))
    assert db.session.scalar(select(func.count()).select_from(DutyShift)) == 1


def test_going_off_duty_ends_it_at_once_and_twice_is_once(noon: datetime, app: Flask) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    begin(volunteer, 8)
    for _ in range(2):
        go_off_duty(actor=volunteer)
        db.session.commit()
    assert not is_watched(noon)
    rows = db.session.execute(
        select(EventRecord.payload, EventRecord.is_public).where(EventRecord.kind == "ShiftChanged")
    ).all()
    ends = (noon + timedelta(hours=8)).isoformat()
    assert [json.loads(payload) for payload, _ in rows] == [{"until": ends}, {"until": ""}]
    assert not any(is_public for _, is_public in rows)


@pytest.mark.parametrize("hours", [0, 3, 24, -1])
def test_other_lengths_are_refused(app: Flask, hours: int) -> None:
    with pytest.raises(RuleBroken):
        go_on_duty(hours, actor=make_actor(Role.VOLUNTEER))


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_only_volunteers_are_on_duty(app: Flask, role: Role) -> None:
    with pytest.raises(NotAllowed):
        go_on_duty(1, actor=make_actor(role))
    with pytest.raises(NotAllowed):
        hand_over("Mind the gate.", actor=make_actor(role))


def test_the_workload_counts_what_waits_and_what_was_done_today(noon: datetime, app: Flask) -> None:
    policy, volunteer = old_policy(), make_actor(Role.VOLUNTEER)
    rude, danger = make_thread(policy, body="Rude."), make_thread(policy, body="Dangerous.")
    with clock.frozen(noon - timedelta(hours=20)):
        hide(make_thread(policy, body="Yesterday.").first, volunteer)
    make_report(Kind.COMMENT, rude.first.id)
    with clock.frozen(noon + timedelta(hours=1)):
        make_report(Kind.COMMENT, danger.first.id, "danger")
        hold(policy)
        make_reply(rude)
        hide(make_thread(policy, make_actor(), "Today.").first, volunteer)
        begin(volunteer)
        work = count_workload()
        assert (work.open, work.urgent, work.oldest_at) == (2, 1, noon)
        assert (work.held, work.acted) == (1, 1)
        (one,) = list_on_duty()
        assert (one.claimed, one.acted) == (0, 1)


def test_the_next_on_duty_reads_the_latest_notes_first(noon: datetime, app: Flask) -> None:
    first, second = make_actor(Role.VOLUNTEER), make_actor(Role.VOLUNTEER)
    for number in range(7):
        hand_over(f"Note {number}.", actor=first)
    db.session.commit()
    begin(second)
    assert [note.words for note in list_notes()] == [f"Note {n}." for n in (6, 5, 4, 3, 2)]
    page = read(browser(app, second), "/moderation/duty")
    assert page.index("Note 6.") < page.index("Note 5.") < page.index("On duty now")
    page = read(browser(app, first), "/moderation/duty")
    assert page.index("On duty now") < page.index("Note 6.")


def test_the_page_of_duty_is_worked_by_its_buttons(noon: datetime, app: Flask) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    client = browser(app, volunteer)
    assert "Nobody is on duty now." in read(client, "/moderation/duty")
    page = "/moderation/duty"
    assert client.post_form(page, {"step": "begin", "hours": "4"}).status_code == 303
    shown = read(client, page)
    assert volunteer.name in shown
    assert "until 2 March 2026 16:00" in shown
    assert client.post_form(page, {"step": "begin", "hours": "many"}).status_code == 422
    assert client.post_form(page, {"step": "note", "body": "   "}).status_code == 422
    assert client.post_form(page, {"step": "note", "body": "Mind the gate."}).status_code == 303
    assert "Mind the gate." in read(client, page)
    assert client.post_form(page, {"step": "end"}).status_code == 303
    assert "Nobody is on duty now." in read(client, page)


def test_names_on_duty_are_for_those_who_keep_order(noon: datetime, app: Flask) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    begin(volunteer)
    watcher = browser(app, make_actor(Role.SUPERVISOR))
    page = read(watcher, "/moderation/duty")
    assert volunteer.name in page
    assert "Go on duty" not in page
    for role in (Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR):
        assert browser(app, make_actor(role)).get("/moderation/duty").status_code == 403
    visitor = app.test_client()
    assert visitor.get("/moderation/duty").status_code == 303
    log = read(visitor, "/moderation/log")
    assert "A volunteer who keeps order is on duty now." in log
    assert volunteer.name not in log
    with clock.frozen(noon + timedelta(hours=1)):
        assert "No volunteer who keeps order is on duty now." in read(visitor, "/moderation/log")


def test_at_night_the_words_of_new_accounts_wait_while_nobody_watches(
    nights: None, app: Flask
) -> None:
    policy = old_policy()
    with clock.frozen(MIDNIGHT - timedelta(hours=24)):
        old = make_actor()
    with clock.frozen(MIDNIGHT - timedelta(hours=23)):
        new = make_actor()
    with clock.frozen(MIDNIGHT):
        assert make_thread(policy, new, "New.").first.held_until == EIGHT
        assert make_thread(policy, old, "Old.").first.held_until is None
        begin(make_actor(Role.VOLUNTEER), 2)
        assert make_thread(policy, new, "Watched.").first.held_until is None
    with clock.frozen(MIDNIGHT + timedelta(hours=2)):
        new = make_actor()
        assert make_thread(policy, new, "Alone again.").first.held_until == EIGHT
        assert make_thread(policy, old, "Old again.").first.held_until is None
    with clock.frozen(EIGHT):
        assert make_thread(policy, new, "By day.").first.held_until is None


def test_before_writing_the_pages_say_how_long_words_of_new_accounts_wait(
    nights: None, app: Flask
) -> None:
    policy = old_policy(language="en", slug="bicycles", mode="reviewed")
    said = "No volunteer is on duty now"
    pages = ("/policies/bicycles/suggest?clause=c3", "/policies/bicycles/discussion")
    with clock.frozen(MIDNIGHT - timedelta(hours=36)):  # noon
        old = make_actor()
        thread = make_thread(policy, old)
    with clock.frozen(MIDNIGHT - timedelta(hours=3)):
        visitor = app.test_client()
        assert said not in read(visitor, pages[0])  # 21:00; the page is kept
    with clock.frozen(MIDNIGHT):
        new = make_actor()
        for page in (*pages, f"/threads/{thread.id}"):
            assert said in read(browser(app, new), page), page
            assert said not in read(browser(app, old), page), page
        assert said in read(visitor, pages[0])  # whoever begins without an account gets a new one
        own = make_thread(policy, new, "At night.")
        text = read(browser(app, new), f"/threads/{own.id}")
        assert "Shown to others from 3 March 2026 08:00" in text
        wait = find_wait(policy.id, VISITOR)
        assert wait is not None
        assert (wait.until, wait.is_hold) == (EIGHT, False)
        begin(make_actor(Role.VOLUNTEER))
        assert said not in read(visitor, pages[0])
    with clock.frozen(EIGHT):
        assert said not in read(visitor, pages[0])


def test_a_hold_that_outlasts_the_night_is_what_counts(nights: None, app: Flask) -> None:
    policy = old_policy()
    with clock.frozen(EIGHT - timedelta(minutes=1)):
        hold(policy)
        assert make_thread(policy, make_actor()).first.held_until == EIGHT
    with clock.frozen(EIGHT + timedelta(hours=1)):
        hold(policy)
        words = make_thread(policy, make_actor(), "By day.")
        assert words.first.held_until == EIGHT + timedelta(days=1)
