"""Every action on every kind: what changes, what is recorded, what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.accounts.look_alikes import skeleton
from app.accounts.models import Person
from app.accounts.services.changing import AccountChange, change_account
from app.accounts.services.naming import is_default_name
from app.database import db, writing
from app.discussions.models import Slowdown, Thread
from app.discussions.queries import get_comment
from app.errors import NotAllowed, NotFound, RuleBroken
from app.ledger.models import EventRecord
from app.moderation.models import HiddenName, ModerationAction, ModerationCase
from app.moderation.rules import SITE, Kind, Rule
from app.moderation.services import Decision, Link, act, reverse
from app.moderation.services.acting import dismiss, set_aside
from app.moderation.services.objects import find_words
from app.visibility import Hidden
from tests.builders.accounts import make_actor, make_person
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy

WHY = "Calls a neighbour names"


def decide(action: str, days: int | None = None, minutes: int | None = None) -> Decision:
    return Decision(action, "insult", WHY, days, minutes)


def do(
    kind: Kind, ident: int, decision: Decision, actor: Actor | None = None, link: Link | None = None
) -> ModerationAction:
    actor = actor or make_actor(Role.VOLUNTEER)
    done = act(kind, ident, decision, actor=actor, link=link or Link())
    db.session.commit()
    return done


def make_case(kind: Kind, ident: int, author: Actor | None = None) -> ModerationCase:
    writing()
    case = ModerationCase(
        kind=kind,
        object_id=ident,
        author_id=author.id if author else None,
        rule=Rule.INSULT,
        opened_at=clock.now(),
    )
    db.session.add(case)
    db.session.commit()
    return case


def recorded(kind: str) -> list[dict[str, object]]:
    query = select(EventRecord.payload).where(EventRecord.kind == kind).order_by(EventRecord.id)
    return [json.loads(payload) for payload in db.session.scalars(query)]


def test_replies_to_a_thread_are_stopped_and_go_on(app: Flask) -> None:
    thread = make_thread(make_policy())
    stopped = do(Kind.THREAD, thread.id, decide("lock"))
    assert db.session.get_one(Thread, thread.id).locked_at == stopped.at
    with pytest.raises(RuleBroken, match="stopped here already"):
        do(Kind.THREAD, thread.id, decide("lock"))
    db.session.rollback()
    again = do(Kind.THREAD, thread.id, decide("unlock"))
    assert db.session.get_one(Thread, thread.id).locked_at is None
    assert [row["locked"] for row in recorded("ThreadLocked")] == [True, False]
    assert again.reverses_id == stopped.id
    with pytest.raises(RuleBroken, match="possible here already"):
        do(Kind.THREAD, thread.id, decide("unlock"))


def test_replies_can_be_stopped_under_an_officers_question_but_not_in_ones_own_thread(
    app: Flask,
) -> None:
    policy, volunteer = make_policy(), make_actor(Role.VOLUNTEER)
    asked = make_thread(policy, make_actor(Role.OFFICER), body="Which streets are worst?")
    do(Kind.THREAD, asked.id, decide("lock"), volunteer)
    own = make_thread(policy, volunteer, body="My own thread")
    with pytest.raises(NotAllowed):
        do(Kind.THREAD, own.id, decide("lock"), volunteer)


def test_a_discussion_is_slowed_down_until_a_time_and_let_go_before_it(app: Flask) -> None:
    policy = make_policy()
    slowed = do(Kind.POLICY, policy.id, decide("slow", days=1, minutes=10))
    row = db.session.scalars(select(Slowdown)).one()
    assert (row.policy_id, row.minutes, row.until) == (policy.id, 10, slowed.until)
    assert slowed.until == slowed.at + timedelta(days=1)
    with pytest.raises(RuleBroken, match="slowed down already"):
        do(Kind.POLICY, policy.id, decide("slow", days=1, minutes=30))
    db.session.rollback()
    do(Kind.POLICY, policy.id, decide("end_slow"))
    assert db.session.scalars(select(Slowdown)).one().ended_at is not None
    assert [(row["minutes"], bool(row["until"])) for row in recorded("DiscussionSlowed")] == [
        (10, True),
        (10, False),
    ]
    with pytest.raises(RuleBroken, match="not slowed down"):
        do(Kind.POLICY, policy.id, decide("end_slow"))


def test_a_suspended_person_is_one_at_once_and_is_told_apart_by_nobody_else(app: Flask) -> None:
    resident = make_actor()
    done = do(Kind.PERSON, resident.person_id, decide("suspend", days=3))
    person = db.session.get_one(Person, resident.id)
    assert person.suspended_until == done.at + timedelta(days=3)
    assert person.actor(clock.now()).is_suspended
    with pytest.raises(RuleBroken, match="suspended already"):
        do(Kind.PERSON, resident.person_id, decide("suspend", days=7))
    db.session.rollback()
    do(Kind.PERSON, resident.person_id, decide("end_suspend"))
    assert not db.session.get_one(Person, resident.id).actor(clock.now()).is_suspended
    query = select(EventRecord.is_public).where(EventRecord.kind == "PersonSuspended")
    assert set(db.session.scalars(query)) == {False}
    with pytest.raises(RuleBroken, match="not suspended"):
        do(Kind.PERSON, resident.person_id, decide("end_suspend"))


def test_a_reminder_changes_nothing_but_the_record(app: Flask) -> None:
    resident = make_actor()
    done = do(Kind.PERSON, resident.person_id, decide("remind"))
    assert db.session.get_one(Person, resident.id).suspended_until is None
    assert (done.person_id, done.until) == (resident.id, None)
    (told,) = recorded("PersonReminded")
    assert (told["person"], told["action"]) == (resident.public_id, done.id)
    with pytest.raises(RuleBroken, match="cannot be taken back"):
        reverse(done.id, decide(""), actor=make_actor(Role.VOLUNTEER))


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision("suspend", "insult", WHY), "days"),
        (Decision("suspend", "insult", WHY, days=30), "days"),
        (Decision("suspend", "", WHY, days=1), "rule"),
        (Decision("suspend", "insult", " ", days=1), "reason"),
        (Decision("hide", "insult", WHY), "action"),
        (Decision("set_aside", "insult", WHY), "action"),
        (Decision("none", "insult", WHY), "action"),
    ],
)
def test_an_incomplete_or_strange_decision_is_refused_at_its_field(
    app: Flask, decision: Decision, field: str
) -> None:
    resident = make_actor()
    with pytest.raises(RuleBroken) as caught:
        do(Kind.PERSON, resident.person_id, decision)
    assert caught.value.field == field


@pytest.mark.parametrize("minutes", [None, 0, 7])
def test_a_slowdown_has_one_of_the_steps(app: Flask, minutes: int | None) -> None:
    with pytest.raises(RuleBroken) as caught:
        do(Kind.POLICY, make_policy().id, decide("slow", days=1, minutes=minutes))
    assert caught.value.field == "minutes"


@pytest.mark.parametrize("missing", ["rule", "reason"])
def test_the_database_itself_asks_for_rule_and_reason(app: Flask, missing: str) -> None:
    done = do(Kind.PERSON, make_actor().person_id, decide("remind"))
    writing()
    with pytest.raises(IntegrityError):
        db.session.execute(db.update(ModerationAction).values({missing: ""}))
    db.session.rollback()
    assert done.rule == "insult"


def test_a_name_gives_way_to_a_neutral_one_and_comes_back(app: Flask) -> None:
    resident = make_actor(name="Rude Word", name_skeleton=skeleton("Rude Word"))
    do(Kind.NAME, resident.person_id, decide("hide"))
    person = db.session.get_one(Person, resident.id)
    assert is_default_name(person.name)
    assert db.session.get_one(HiddenName, resident.id).name == "Rude Word"
    assert recorded("PersonRenamed") == [{"person": resident.public_id}]
    with pytest.raises(RuleBroken, match="hidden already"):
        do(Kind.NAME, resident.person_id, decide("hide"))
    db.session.rollback()
    do(Kind.NAME, resident.person_id, decide("show"))
    assert db.session.get_one(Person, resident.id).name == "Rude Word"
    assert db.session.scalar(select(func.count()).select_from(HiddenName)) == 0


def test_nobody_chooses_a_name_while_it_is_hidden_and_another_choice_is_kept(app: Flask) -> None:
    resident, other = (
        make_actor(name="Rude Word", name_skeleton=skeleton("Rude Word")),
        make_actor(),
    )
    do(Kind.NAME, resident.person_id, decide("hide"))
    for person in (resident, other):
        with pytest.raises(RuleBroken, match="taken"):
            change_account(AccountChange("rude word", ""), actor=person, token=None)
        db.session.rollback()
    change_account(AccountChange("Quiet Word", ""), actor=resident, token=None)
    db.session.commit()
    do(Kind.NAME, resident.person_id, decide("show"))
    assert db.session.get_one(Person, resident.id).name == "Quiet Word"


def test_a_hidden_name_that_was_taken_meanwhile_does_not_come_back(app: Flask) -> None:
    resident = make_actor(name="Rude Word", name_skeleton=skeleton("Rude Word"))
    do(Kind.NAME, resident.person_id, decide("hide"))
    make_person(name="Rude Word", name_skeleton=skeleton("Rude Word"))  # by an operator's command
    with pytest.raises(RuleBroken, match="taken"):
        do(Kind.NAME, resident.person_id, decide("show"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RESIDENT])
@pytest.mark.parametrize("kind", [Kind.NAME, Kind.PERSON])
def test_names_and_accounts_of_those_with_a_duty_are_left_alone(
    app: Flask, role: Role, kind: Kind
) -> None:
    other = make_actor(role)
    decision = decide("hide" if kind is Kind.NAME else "remind")
    with pytest.raises(NotAllowed):
        do(kind, other.person_id, decision)


@pytest.mark.parametrize("kind", list(Kind))
def test_only_volunteers_act_and_nobody_on_what_is_absent(app: Flask, kind: Kind) -> None:
    decision = {
        Kind.THREAD: decide("lock"),
        Kind.PERSON: decide("remind"),
        Kind.REVISION: Decision("mark", "vandalism", WHY),
    }.get(kind, decide("end_slow" if kind is Kind.POLICY else "hide"))
    for role in (Role.RESIDENT, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR):
        person = make_actor()
        with pytest.raises((NotAllowed, NotFound)):
            do(kind, person.person_id, decision, make_actor(role))
        db.session.rollback()
    with pytest.raises(NotFound):
        do(kind, 99999, decision)


def test_nothing_done_closes_the_case_and_needs_one(app: Flask) -> None:
    comment = make_thread(make_policy()).first
    with pytest.raises(RuleBroken, match="Nobody has reported"):
        do(Kind.COMMENT, comment.id, decide("none"))
    db.session.rollback()
    case = make_case(Kind.COMMENT, comment.id)
    done = do(Kind.COMMENT, comment.id, decide("none"), link=Link(case_id=case.id))
    assert (case.closed_by_id, done.case_id) == (done.by_id, case.id)
    assert get_comment(comment.id, VISITOR).marker is None
    assert [row["case"] for row in recorded("CaseDismissed")] == [case.id]


def test_hiding_words_on_their_own_page_closes_the_case_about_them(app: Flask) -> None:
    comment = make_thread(make_policy()).first
    case = make_case(Kind.COMMENT, comment.id)
    done = do(Kind.COMMENT, comment.id, decide("hide"))
    assert (done.case_id, case.closed_at) == (case.id, done.at)


def test_the_site_sets_words_aside_and_a_volunteer_confirms_or_brings_them_back(
    app: Flask,
) -> None:
    comment = make_thread(make_policy()).first
    case = make_case(Kind.COMMENT, comment.id)
    words = find_words(Kind.COMMENT, comment.id, VISITOR)
    writing()
    aside = set_aside(words, Rule.PERSONAL_DATA, case.id)
    db.session.commit()
    assert (aside.by_id, aside.by_role, case.closed_at) == (None, SITE, None)
    marker = get_comment(comment.id, VISITOR).marker
    assert marker is not None
    assert marker.by_role == SITE
    assert recorded("CommentHidden")[0]["role"] == SITE
    with pytest.raises(RuleBroken, match="out of view"):
        do(Kind.COMMENT, comment.id, decide("none"), link=Link(case_id=case.id))
    db.session.rollback()
    reminded = act(
        Kind.PERSON,
        comment.author_id,
        decide("remind"),
        actor=make_actor(Role.VOLUNTEER),
        link=Link(case_id=case.id),
    )
    assert (reminded.case_id, case.closed_at) == (case.id, None)  # the words still wait
    hidden = do(Kind.COMMENT, comment.id, decide("hide"))
    assert (hidden.reverses_id, case.closed_by_id) == (None, hidden.by_id)
    assert db.session.scalars(select(Hidden)).one().action_id == hidden.id
    shown = do(Kind.COMMENT, comment.id, decide("show"))
    assert shown.reverses_id == hidden.id
    assert recorded("ActionReversed")[-1]["reverses"] == hidden.id


def test_what_stands_is_reversed_once_and_what_was_replaced_is_not(app: Flask) -> None:
    comment, volunteer = make_thread(make_policy()).first, make_actor(Role.VOLUNTEER)
    first = do(Kind.COMMENT, comment.id, decide("hide"))
    back = reverse(first.id, decide(""), actor=volunteer)
    db.session.commit()
    assert (back.action, back.reverses_id) == ("show", first.id)
    assert get_comment(comment.id, VISITOR).marker is None
    with pytest.raises(RuleBroken, match="cannot be taken back"):
        reverse(first.id, decide(""), actor=volunteer)
    db.session.rollback()
    again = reverse(back.id, decide(""), actor=volunteer)
    db.session.commit()
    assert (again.action, again.reverses_id) == ("hide", back.id)
    assert [row["reverses"] for row in recorded("ActionReversed")] == [first.id, back.id]


def test_a_suspension_that_has_ended_by_itself_is_not_taken_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = do(Kind.PERSON, make_actor().person_id, decide("suspend", days=1))
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(RuleBroken, match="cannot be taken back"):
        reverse(done.id, decide(""), actor=make_actor(Role.VOLUNTEER))


def test_a_mistake_taken_back_opens_its_case_again_for_who_made_it(app: Flask) -> None:
    comment, volunteer = make_thread(make_policy()).first, make_actor(Role.VOLUNTEER)
    case = make_case(Kind.COMMENT, comment.id)
    done = do(Kind.COMMENT, comment.id, decide("hide"), volunteer)
    back = reverse(done.id, decide(""), actor=volunteer, link=Link(is_mistake=True))
    db.session.commit()
    assert (back.is_mistake, back.case_id) == (True, case.id)
    assert (case.closed_at, case.claimed_by_id) == (None, volunteer.id)


def test_only_looking_closes_a_case_without_touching_the_words(app: Flask) -> None:
    """A supervisor may not moderate, but ends a case on an officer's words."""
    policy = make_policy()
    comment = make_thread(policy, make_actor(Role.OFFICER), body="From the office").first
    case = make_case(Kind.COMMENT, comment.id)
    supervisor = make_actor(Role.SUPERVISOR)
    writing()
    words = find_words(Kind.COMMENT, comment.id, supervisor)
    done = dismiss(words, decide("hide"), case.id, actor=supervisor)
    db.session.commit()
    assert (done.action, done.by_role, case.closed_by_id) == ("none", "supervisor", supervisor.id)
    assert get_comment(comment.id, VISITOR).marker is None
