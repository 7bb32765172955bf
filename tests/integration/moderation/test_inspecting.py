"""Supervisors' notes, the replies to them, reports on offices' words, and what is overdue."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.database import committing, db
from app.discussions.models import Comment
from app.discussions.queries import ThreadView, get_comment
from app.errors import Conflict, NotAllowed, NotFound
from app.ledger.models import EventRecord
from app.ledger.services import salted_hash
from app.moderation.models import Inspection, ModerationAction, ModerationCase
from app.moderation.queries.appeals import count_open_appeals
from app.moderation.queries.notes import (
    get_note,
    list_notes_awaiting,
    list_notes_on,
    list_open_notes,
)
from app.moderation.queries.supervision import (
    count_waiting,
    list_late_cases,
    list_rates,
    list_rates_of_people,
    list_reports,
)
from app.moderation.review_rules import About, Aim
from app.moderation.rules import Kind
from app.moderation.services.acting import Decision, Link, act, reverse
from app.moderation.services.inspecting import (
    answer_report,
    close_note,
    open_note,
    reply_to_note,
)
from app.moderation.services.reviewing import ask_review, decide_appeal
from app.policies.models import Policy
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.at_once import at_once, browser
from tests.builders.discussions import make_reply, make_thread
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient
from tests.integration.moderation.decided_matters import (
    RARE,
    appeal_by,
    counted,
    decide,
    decide_case,
    removed,
    report,
)

NOTE = "Please say why this took two days."
REPLY = "Nobody was on duty; we have changed that."
ROLES = [None, Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER, Role.ADMINISTRATOR]
DISMISSED = Decision("none", "insult", "A sharp word, no insult")


@pytest.fixture
def supervisor(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.SUPERVISOR, name="Inspector Sun")


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


def note_on(policy: Policy, supervisor: Actor) -> Inspection:
    note = open_note(Aim(About.POLICY), NOTE, actor=supervisor, slug=policy.slug)
    db.session.commit()
    return note


def note_on_action(supervisor: Actor) -> tuple[Inspection, ModerationAction]:
    done = decide(Kind.COMMENT, make_thread(make_policy(), body=f"{RARE} words").first.id)
    note = open_note(Aim(About.ACTION, done.id), NOTE, actor=supervisor)
    db.session.commit()
    return note, done


def reported_office(owner: Actor) -> tuple[Policy, ThreadView, int, Actor]:
    """An officer's words that a reader reported: policy, thread, case, reader."""
    policy, reader = make_policy(owner), make_actor()
    thread = make_thread(policy, owner, body="Sharp words of an office")
    return policy, thread, report(thread.first, reader), reader


# Notes


def test_a_supervisor_writes_a_note_that_everybody_reads(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    policy = make_policy(owner)
    assert NOTE not in client.get(f"/policies/{policy.slug}/course").get_data(as_text=True)
    sign_in(client, supervisor)
    path = f"/supervision/notes/new?about=policy&policy={policy.slug}"
    answer = client.post_form(path, {"about": "policy", "policy": policy.slug, "words": NOTE})
    assert answer.status_code == 303
    visitor = client.application.test_client()
    for address in (answer.location, f"/policies/{policy.slug}/course"):
        page = visitor.get(address).get_data(as_text=True)
        assert NOTE in page
        assert "Inspector Sun" not in page
    row = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "InspectionOpened")
    ).one()
    note = db.session.scalars(select(Inspection)).one()
    assert json.loads(row.payload)["words"] == salted_hash(note.salt, NOTE)
    assert row.is_public


def test_a_note_on_an_action_stands_in_the_record(
    client: CheckingClient, supervisor: Actor
) -> None:
    note, done = note_on_action(supervisor)
    assert f'href="/supervision/notes/{note.id}"' in client.get("/moderation/log").get_data(
        as_text=True
    )
    page = client.get(f"/supervision/notes/{note.id}").get_data(as_text=True)
    assert NOTE in page
    assert f"#action-{done.id}" in page
    assert RARE not in page


def test_a_note_on_what_was_done_to_a_person_names_no_draft(
    supervisor: Actor, owner: Actor
) -> None:
    policy, author = make_policy(owner), make_actor()
    thread = make_thread(policy, author)
    case = report(thread.first, make_actor())
    done = act(
        Kind.PERSON,
        author.person_id,
        Decision("suspend", "insult", "Again and again", days=1),
        actor=make_actor(Role.VOLUNTEER),
        link=Link(case_id=case),
    )
    db.session.commit()
    note = open_note(Aim(About.ACTION, done.id), NOTE, actor=supervisor)
    db.session.commit()
    assert (note.policy_id, get_note(note.id, VISITOR).slug) == (None, "")
    assert list_notes_on(policy.id, VISITOR) == []


@pytest.mark.parametrize("role", ROLES)
def test_only_supervisors_write_and_close_notes(
    client: CheckingClient, supervisor: Actor, owner: Actor, role: Role | None
) -> None:
    policy = make_policy(owner)
    note = note_on(policy, supervisor)
    person = make_actor(role) if role else VISITOR
    with pytest.raises(NotAllowed):
        open_note(Aim(About.OVERDUE), NOTE, actor=person)
    with pytest.raises(NotAllowed):
        close_note(note.id, actor=person)
    db.session.rollback()
    if role is not None:
        sign_in(client, person)
    expected = 303 if role is None else 403
    for path in ("/supervision", "/supervision/notes/new?about=overdue"):
        assert client.get(path).status_code == expected, path
    assert client.get(f"/supervision/notes/{note.id}").status_code == 200
    answer = client.post(f"/supervision/notes/{note.id}/close", data={})
    assert answer.status_code in (400, 403)
    assert len(list_open_notes(VISITOR)) == 1


@pytest.mark.parametrize("words", ["", " ", "说" * 2001])
def test_a_note_needs_words_and_gives_them_back(
    client: CheckingClient, supervisor: Actor, words: str
) -> None:
    sign_in(client, supervisor)
    path = "/supervision/notes/new?about=overdue"
    answer = client.post_form(path, {"about": "overdue", "words": words})
    assert answer.status_code == 422
    assert words.strip() in answer.get_data(as_text=True)
    stale = client.post(path, data={"csrf_token": "old", "words": NOTE})
    assert stale.status_code == 400
    assert NOTE in stale.get_data(as_text=True)


@pytest.mark.parametrize(
    "about", ["", "x", "action:999", "action:x", "case:999", "policy", "policy&policy=nowhere"]
)
def test_a_note_about_nothing_is_absent(
    client: CheckingClient, supervisor: Actor, about: str
) -> None:
    sign_in(client, supervisor)
    assert client.get(f"/supervision/notes/new?about={about}").status_code == 404


def test_a_supervisor_sees_no_more_drafts_than_before(
    client: CheckingClient, supervisor: Actor
) -> None:
    department = make_department()
    officer = make_actor(Role.OFFICER, department_id=department.id)
    inside = make_actor(Role.VOLUNTEER, department_id=department.id)
    resident = make_actor(department_id=department.id)
    policy = make_policy(officer, is_public=False, title="非公开草案")
    thread = make_thread(policy, resident)
    report(make_reply(thread, make_actor(department_id=department.id)), resident)
    appeal_by(resident, decide(Kind.COMMENT, thread.first.id, actor=inside))
    with pytest.raises(NotFound):
        open_note(Aim(About.POLICY), NOTE, actor=supervisor, slug=policy.slug)
    with pytest.raises(NotFound):
        open_note(Aim(About.ACTION, 1), NOTE, actor=supervisor)
    db.session.rollback()
    with clock.frozen(clock.now() + timedelta(days=9)):
        assert list_late_cases(supervisor) == []
        waiting = count_waiting(supervisor)
        assert (waiting.cases, waiting.appeals) == (0, 0)
        assert [rate.actions for rate in list_rates(supervisor)] == [0]
        sign_in(client, supervisor)
        assert "非公开草案" not in client.get("/supervision").get_data(as_text=True)


# Replies


def test_an_officer_of_the_draft_replies_once_and_the_supervisor_closes(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    policy = make_policy(owner)
    note = note_on(policy, supervisor)
    path = f"/supervision/notes/{note.id}"
    sign_in(client, owner)
    assert client.post_form(path, {"words": REPLY}).status_code == 303
    page = client.get(path).get_data(as_text=True)
    assert REPLY in page
    assert "<textarea" not in page
    with pytest.raises(Conflict):
        reply_to_note(note.id, "Once more", actor=owner)
    db.session.rollback()
    sign_in(client, supervisor)
    assert client.post_form(f"{path}/close", form=path).status_code == 303
    assert "Closed on" in client.get(f"/policies/{policy.slug}/course").get_data(as_text=True)
    assert list_open_notes(supervisor) == []
    kinds = select(EventRecord.kind).where(EventRecord.kind.like("Inspection%"))
    assert db.session.scalars(kinds.order_by(EventRecord.id)).all() == [
        "InspectionOpened", "InspectionReplied", "InspectionClosed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "who", ["visitor", "resident", "volunteer", "another officer", "supervisor"]
)
def test_only_the_office_replies_to_a_note_on_its_draft(
    supervisor: Actor, owner: Actor, who: str
) -> None:
    note = note_on(make_policy(owner), supervisor)
    person = {
        "visitor": VISITOR,
        "resident": make_actor(),
        "volunteer": make_actor(Role.VOLUNTEER),
        "another officer": make_actor(Role.OFFICER),
        "supervisor": supervisor,
    }[who]
    with pytest.raises(NotAllowed, match="Only those who are responsible"):
        reply_to_note(note.id, REPLY, actor=person)


def test_a_volunteer_replies_to_a_note_on_an_action_and_no_officer(
    supervisor: Actor, owner: Actor
) -> None:
    note, _done = note_on_action(supervisor)
    with pytest.raises(NotAllowed, match="Only those who are responsible"):
        reply_to_note(note.id, REPLY, actor=owner)
    db.session.rollback()
    reply_to_note(note.id, REPLY, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert get_note(note.id, VISITOR).replied_role == "volunteer"


def test_a_closed_note_takes_no_reply(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    note = note_on(make_policy(owner), supervisor)
    sign_in(client, owner)
    path = f"/supervision/notes/{note.id}"
    token = client.get_token(path)
    for _twice in range(2):
        close_note(note.id, actor=supervisor)
        db.session.commit()
    answer = client.post(path, data={"csrf_token": token, "words": REPLY})
    assert answer.status_code == 409
    closed = select(EventRecord).where(EventRecord.kind == "InspectionClosed")
    assert len(db.session.scalars(closed).all()) == 1


def test_two_who_reply_at_once_make_one_reply(app: Flask, supervisor: Actor) -> None:
    note, _done = note_on_action(supervisor)
    path = f"/supervision/notes/{note.id}"
    ways = []
    for words in ("One", "Two"):
        one = browser(app, make_actor(Role.VOLUNTEER))
        data = {"csrf_token": one.get_token(path), "words": words}
        ways.append(lambda one=one, data=data: one.post(path, data=data))
    assert at_once(app, *ways) == [303, 409]


# Reports on the words of offices


def test_a_report_on_an_offices_words_goes_to_the_supervisor_who_answers_it(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    policy, thread, case, reader = reported_office(owner)
    assert [one.id for one in list_reports(supervisor)] == [case]
    sign_in(client, supervisor)
    assert f"about=case:{case}" in client.get("/supervision").get_data(as_text=True).replace(
        "%3A", ":"
    )
    path = f"/supervision/notes/new?about=case:{case}"
    page = client.get(path).get_data(as_text=True)
    assert "Look at this" in page
    data = {"about": f"case:{case}", "rule": "insult", "reason": DISMISSED.reason, "words": NOTE}
    assert client.post_form(path, data).status_code == 303
    closed = db.session.get_one(ModerationCase, case)
    assert (closed.closed_by_id, list_reports(supervisor)) == (supervisor.id, [])
    done = db.session.scalars(select(ModerationAction)).one()
    assert (done.action, done.by_role, done.case_id) == ("none", "supervisor", case)
    assert get_comment(thread.first.id, VISITOR).body == "Sharp words of an office"
    assert DISMISSED.reason in client.get("/moderation/log").get_data(as_text=True)
    (note,) = list_notes_on(policy.id, VISITOR)
    assert (note.words, note.answered_by) == (NOTE, Role.OFFICER)
    with pytest.raises(NotAllowed):
        reply_to_note(note.id, REPLY, actor=make_actor(Role.VOLUNTEER))
    db.session.rollback()
    reply_to_note(note.id, REPLY, actor=owner)
    assert ask_review(done.id, "I disagree", actor=reader).action_id == done.id


@pytest.mark.parametrize("outcome", ["upheld", "overturned"])
def test_what_a_supervisor_decided_is_reviewed_by_another_supervisor(
    client: CheckingClient, supervisor: Actor, owner: Actor, outcome: str
) -> None:
    policy, thread, case, reader = reported_office(owner)
    with committing():
        done = answer_report(case, DISMISSED, "", actor=supervisor)
    appeal = appeal_by(reader, done)
    path = f"/moderation/appeals/{appeal.id}"
    for person in (supervisor, make_actor(Role.VOLUNTEER), make_actor(Role.SUPERVISOR)):
        sign_in(client, person)
        is_asked = 'name="outcome"' in client.get(path).get_data(as_text=True)
        answer = client.post_form(path, {"outcome": outcome, "reason": "Looked at anew"})
        assert (is_asked, answer.status_code) in ((False, 403), (True, 303))
    assert (is_asked, appeal.outcome, appeal.decided_role) == (True, outcome, "supervisor")
    assert get_comment(thread.first.id, VISITOR).body == "Sharp words of an office"
    notes = [(note.words, note.answered_by) for note in list_notes_on(policy.id, VISITOR)]
    assert notes == ([("Looked at anew", Role.OFFICER)] if outcome == "overturned" else [])
    record = client.get("/moderation/log").get_data(as_text=True)
    assert ("the office is asked for a reply" in record) is (outcome == "overturned")


def test_a_report_is_answered_without_a_note_once(supervisor: Actor, owner: Actor) -> None:
    _policy, _thread, case, _reader = reported_office(owner)
    answer_report(case, DISMISSED, "", actor=supervisor)
    db.session.commit()
    assert db.session.scalars(select(Inspection)).all() == []
    with pytest.raises(Conflict):
        answer_report(case, DISMISSED, "", actor=make_actor(Role.SUPERVISOR))


@pytest.mark.parametrize(
    ("rule", "reason"), [("", "A reason"), ("insult", ""), ("rude", "A reason")]
)
def test_rule_and_reason_are_needed_for_the_answer(
    client: CheckingClient, supervisor: Actor, owner: Actor, rule: str, reason: str
) -> None:
    _policy, _thread, case, _reader = reported_office(owner)
    sign_in(client, supervisor)
    path = f"/supervision/notes/new?about=case:{case}"
    data = {"about": f"case:{case}", "rule": rule, "reason": reason, "words": NOTE}
    answer = client.post_form(path, data)
    assert answer.status_code == 422
    assert NOTE in answer.get_data(as_text=True)
    assert [one.id for one in list_reports(supervisor)] == [case]


def test_volunteers_and_reports_of_residents_words_take_another_way(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    _policy, _thread, office, _reader = reported_office(owner)
    for role in (Role.VOLUNTEER, Role.OFFICER, Role.RESIDENT):
        with pytest.raises(NotAllowed):
            answer_report(office, DISMISSED, "", actor=make_actor(role))
        db.session.rollback()
    case = report(make_thread(make_policy()).first, make_actor())
    with pytest.raises(NotFound):
        answer_report(case, DISMISSED, "", actor=supervisor)
    db.session.rollback()
    sign_in(client, supervisor)
    assert client.get(f"/supervision/notes/new?about=case:{case}").status_code == 404


# What is overdue


def test_reports_are_late_after_a_day_and_urgent_ones_after_an_hour(
    client: CheckingClient, supervisor: Actor
) -> None:
    start, policy = clock.now(), make_policy()
    calm = report(make_thread(policy, body="Rude words").first, make_actor())
    urgent = report(make_thread(policy, body="Help").first, make_actor(), "danger")
    for passed, late in (
        (timedelta(hours=1), []),
        (timedelta(hours=1, seconds=1), [urgent]),
        (timedelta(hours=24), [urgent]),
        (timedelta(hours=24, seconds=1), [calm, urgent]),
    ):
        with clock.frozen(start + passed):
            assert [one.id for one in list_late_cases(supervisor)] == late
    with clock.frozen(start + timedelta(days=2)):
        sign_in(client, supervisor)
        page = client.get("/supervision").get_data(as_text=True)
        assert page.count(f'href="/moderation/{calm}"') == 1
        assert "Urgent" in page


def test_reviews_are_late_after_a_week(supervisor: Actor) -> None:
    author = make_actor()
    appeal_by(author, decide(Kind.COMMENT, make_thread(make_policy(), author).first.id))
    start = clock.now()
    assert count_open_appeals(supervisor, before=start) == 0
    assert count_open_appeals(supervisor, before=start + timedelta(seconds=1)) == 1


def test_the_first_page_tells_volunteers_and_supervisors_what_waits(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    policy, author = make_policy(owner), make_actor()
    report(make_thread(policy, body="Help").first, make_actor(), "danger")
    appeal_by(author, decide(Kind.COMMENT, make_thread(policy, author).first.id))
    waiting = make_reply(make_thread(policy))
    with committing():
        db.session.get_one(Comment, waiting.id).held_until = clock.now() + timedelta(hours=8)
    removed(make_reply(make_thread(policy)), policy, confirmed=False)
    reported_office(owner)
    volunteer = make_actor(Role.VOLUNTEER)
    assert count_waiting(make_actor()) == count_waiting(owner) == count_waiting(VISITOR)
    assert count_waiting(volunteer).removals == 0
    found = count_waiting(supervisor)
    assert (found.cases, found.urgent, found.appeals, found.held) == (1, 1, 1, 1)
    assert (found.reports, found.removals) == (1, 1)
    sign_in(client, volunteer)
    page = client.get("/").get_data(as_text=True)
    for words in ("Reports (1)", "1 urgent", "Reviews (1)", "to be shown (1)"):
        assert words in page, words
    sign_in(client, supervisor)
    page = client.get("/").get_data(as_text=True)
    assert "Reported words of offices (1)" in page
    assert "Removals that wait for a supervisor (1)" in page
    for person in (make_actor(), owner):
        sign_in(client, person)
        assert "Keeping order" not in client.get("/").get_data(as_text=True)


def test_the_rates_are_counted_by_rule_and_by_name(
    client: CheckingClient, supervisor: Actor
) -> None:
    policy, first = make_policy(), make_actor(Role.VOLUNTEER, name="Guardian Wei")
    second = make_actor(Role.VOLUNTEER, name="Guardian Zhao")
    for number in range(4):
        author = make_actor()
        done = decide(Kind.COMMENT, make_thread(policy, author).first.id, actor=first)
        if number < 2:
            appeal = appeal_by(author, done)
            decide_appeal(appeal.id, "overturned" if number else "upheld", "Seen", actor=second)
            db.session.commit()
    mistake = decide(Kind.COMMENT, make_thread(policy).first.id, actor=second)
    undo = Decision("", "insult", "Wrong one")
    reverse(mistake.id, undo, actor=second, link=Link(is_mistake=True))
    db.session.commit()
    total, insult = list_rates(supervisor)
    assert (total.actions, total.reviewed, total.overturned) == (5, 2, 1)
    assert (insult.of, insult.actions) == ("insult", 5)
    people = {rate.of: (rate.actions, rate.overturned) for rate in list_rates_of_people(supervisor)}
    assert people == {"Guardian Wei": (4, 1), "Guardian Zhao": (1, 0)}
    sign_in(client, supervisor)
    page = client.get("/supervision").get_data(as_text=True)
    assert "Guardian Wei" in page
    assert "1 of 2" in page
    assert "per cent" not in page  # two reviews make no share
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert [rate.actions for rate in list_rates(supervisor)] == [0]


def test_a_share_is_given_from_twenty_reviews_on(client: CheckingClient, supervisor: Actor) -> None:
    policy, first, second = make_policy(), make_actor(Role.VOLUNTEER), make_actor(Role.VOLUNTEER)
    for number in range(20):
        author = make_actor()
        done = decide(Kind.COMMENT, make_thread(policy, author).first.id, actor=first)
        outcome = "overturned" if number < 5 else "upheld"
        decide_appeal(appeal_by(author, done).id, outcome, "Seen", actor=second)
        db.session.commit()
    sign_in(client, supervisor)
    assert "5 of 20, 25 per cent" in client.get("/supervision").get_data(as_text=True)


def test_the_page_of_supervision_costs_the_same_for_many_as_for_one(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    policy = make_policy(owner)
    sign_in(client, supervisor)
    costs = []
    for _round in range(2):
        for _number in range(3):
            thread = make_thread(policy)
            report(thread.first, make_actor())
            author = make_actor()
            done = decide_case(
                make_reply(thread, author), report(make_reply(thread), make_actor()), "hide"
            )
            open_note(Aim(About.ACTION, done.id), NOTE, actor=supervisor)
            db.session.commit()
        with clock.frozen(clock.now() + timedelta(days=2)):
            client.get("/supervision")
            with counted() as seen:
                client.get("/supervision")
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_the_pages_read_in_chinese(client: CheckingClient, supervisor: Actor, owner: Actor) -> None:
    _policy, _thread, case, _reader = reported_office(owner)
    note, _done = note_on_action(supervisor)
    client.set_cookie("lang", "zh")
    sign_in(client, supervisor)
    for path in (
        "/supervision",
        f"/supervision/notes/{note.id}",
        "/supervision/notes/new?about=overdue",
        f"/supervision/notes/new?about=case:{case}",
    ):
        page = client.get(path).get_data(as_text=True)
        assert "监察" in page, path
        for words in ("Supervision", "supervisor's", "About:", "Waits for", "Overdue"):
            assert words not in page, (path, words)


def test_the_first_page_tells_those_who_owe_a_reply(
    client: CheckingClient, supervisor: Actor, owner: Actor
) -> None:
    policy = make_policy(owner)
    office = note_on(policy, supervisor)
    order, _done = note_on_action(supervisor)
    volunteer = make_actor(Role.VOLUNTEER)
    for person, wanted in (
        (owner, [office.id]),
        (make_actor(Role.OFFICER), []),
        (volunteer, [order.id]),
        (make_actor(), []),
        (VISITOR, []),
    ):
        assert [note.id for note in list_notes_awaiting(person)] == wanted
    sign_in(client, owner)
    assert f'href="/supervision/notes/{office.id}"' in client.get("/").get_data(as_text=True)
    reply_to_note(order.id, REPLY, actor=volunteer)
    close_note(office.id, actor=supervisor)
    db.session.commit()
    assert list_notes_awaiting(owner) == list_notes_awaiting(volunteer) == []
