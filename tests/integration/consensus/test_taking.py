"""Positions: one for each person and statement, bound to its words, changed and taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.accounts.limits import ACTS, Counted, Standing
from app.consensus.models import Position, PositionCount
from app.consensus.queries.positions import find_own, find_stance, verdicts
from app.consensus.queries.statements import get_statement
from app.consensus.rules.agreement import Tally
from app.consensus.services.taking import take_position
from app.database import committing, db
from app.errors import NotAllowed, NotFound, RuleBroken, SignInNeeded, TooMany
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import get_policy
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, make_person
from tests.builders.at_once import at_once, browser
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion

ARTICLE = "c-c3"
TWO_DAYS = "第二条 共享自行车连续停放超过两日无人使用的，运营企业应当在二十四小时内移走。"


def _take(policy: Policy, name: str, choice: str, actor: Actor) -> None:
    take_position(policy.slug, name, choice, actor=actor)
    db.session.commit()


def _everybody(policy: Policy, name: str = ARTICLE) -> Tally:
    """All counters of a statement together, of whatever wording."""
    count = PositionCount
    sums = func.sum(count.agree), func.sum(count.disagree), func.sum(count.unsure)
    row = db.session.execute(
        select(*sums).where(count.policy_id == policy.id, count.statement == name)
    ).one()
    return Tally(*(number or 0 for number in row))


def _events(kind: str) -> list[EventRecord]:
    return list(db.session.scalars(select(EventRecord).where(EventRecord.kind == kind)))


def test_a_position_is_kept_with_role_confirmation_and_words(app: Flask) -> None:
    policy, actor = make_policy(), make_actor(confirmation=Confirmation.MOBILE)
    _take(policy, ARTICLE, "agree", actor)
    row = db.session.scalars(select(Position)).one()
    wording = get_statement(policy, ARTICLE, actor).wording
    assert (row.choice, row.role, row.confirmation, row.is_body) == (
        "agree", "resident", "mobile", False,
    )  # fmt: skip
    assert (row.wording, row.number, row.changed_at) == (wording, 1, None)
    assert _everybody(policy) == Tally(agree=1)


def test_a_later_choice_takes_the_place_of_the_earlier(app: Flask) -> None:
    policy, actor = make_policy(), make_actor()
    for choice in ("agree", "pass", "disagree"):
        _take(policy, ARTICLE, choice, actor)
        assert _everybody(policy).n == 1
    assert _everybody(policy) == Tally(disagree=1)
    assert db.session.scalars(select(Position)).one().changed_at is not None


def test_the_same_choice_sent_twice_is_one(app: Flask) -> None:
    policy, actor = make_policy(), make_actor()
    _take(policy, ARTICLE, "agree", actor)
    _take(policy, ARTICLE, "agree", actor)
    assert _everybody(policy) == Tally(agree=1)
    assert len(_events("PositionTaken")) == 1


def test_two_browsers_at_once_make_one_position(app: Flask) -> None:
    policy, actor = make_policy(), make_actor()
    here = f"/policies/{policy.slug}/positions/{ARTICLE}"
    sendings = []
    for choice in ("agree", "disagree"):
        client = browser(app, actor)
        data = {"choice": choice, "csrf_token": client.get_token(here)}
        sendings.append(partial(client.post, here, data=data))
    assert at_once(app, *sendings) == [303, 303]
    assert len(db.session.scalars(select(Position)).all()) == 1
    assert _everybody(policy).n == 1


def test_taking_back_leaves_nothing(app: Flask) -> None:
    policy, actor = make_policy(), make_actor()
    _take(policy, ARTICLE, "agree", actor)
    _take(policy, ARTICLE, "none", actor)
    _take(policy, ARTICLE, "none", actor)
    assert db.session.scalars(select(Position)).all() == []
    assert db.session.scalars(select(PositionCount)).all() == []
    assert len(_events("PositionTakenBack")) == 1


def test_counters_are_those_of_the_positions_whatever_is_pressed(app: Flask) -> None:
    policy, people = make_policy(), [make_actor() for _ in range(3)]
    for step, choice in enumerate(("agree", "disagree", "pass", "agree", "none", "agree", "pass")):
        _take(policy, ARTICLE, choice, people[step % 3])
    kept = db.session.scalars(select(Position)).all()
    chosen = [position.choice for position in kept]
    assert _everybody(policy) == Tally(*(chosen.count(c) for c in ("agree", "disagree", "pass")))


def test_the_record_holds_a_hash_that_is_never_public(app: Flask) -> None:
    policy, actor = make_policy(), make_actor()
    _take(policy, ARTICLE, "agree", actor)
    (event,) = _events("PositionTaken")
    assert not event.is_public
    assert json.loads(event.payload)["choice"] not in ("agree", "")
    assert len(json.loads(event.payload)["choice"]) == 64


def test_new_words_leave_it_on_the_earlier_ones(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy, people = make_policy(officer), [make_actor() for _ in range(6)]
    for person in people:
        _take(policy, ARTICLE, "agree", person)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    statement = get_statement(get_policy(policy.slug, officer), ARTICLE, officer)
    stance = find_stance(policy.id, ARTICLE, statement.wording)
    assert stance.roles == {}
    assert stance.earlier == Tally(agree=6)
    _take(policy, ARTICLE, "agree", people[0])
    row = find_own(policy.id, ARTICLE, people[0])
    assert row is not None
    assert (row.wording, row.number) == (statement.wording, 2)
    assert find_stance(policy.id, ARTICLE, statement.wording).earlier == Tally(agree=5)


def test_blanks_and_a_new_number_leave_it_fresh(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer)
    before = get_statement(policy, ARTICLE, officer).wording
    text = TEXT.replace("第二条 共享", "第五条　 共享").replace("超过三日", "超过 三日")
    save_text(policy.slug, text, actor=officer, base=1)
    policy = get_policy(policy.slug, officer)
    assert policy.head_number == 2
    assert get_statement(policy, ARTICLE, officer).wording == before


def test_the_role_of_the_moment_counts(app: Flask) -> None:
    policy, person = make_policy(), make_person()
    _take(policy, ARTICLE, "agree", person.actor(clock.now()))
    with committing():
        person.role = Role.VOLUNTEER
    rows = db.session.scalars(select(PositionCount)).all()
    assert [(row.role, row.agree) for row in rows] == [("resident", 1)]
    _take(policy, ARTICLE, "agree", person.actor(clock.now()))
    rows = db.session.scalars(select(PositionCount)).all()
    assert [(row.role, row.agree) for row in rows] == [("volunteer", 1)]


def test_who_speaks_for_a_body_is_counted_apart(app: Flask) -> None:
    policy = make_policy()
    for _ in range(5):
        _take(policy, ARTICLE, "disagree", make_actor(speaks_for="Bicycles Ltd"))
    officer = make_actor(Role.OFFICER, speaks_for="Department of Streets")
    _take(policy, ARTICLE, "agree", officer)
    statement = get_statement(policy, ARTICLE, officer)
    stance = find_stance(policy.id, ARTICLE, statement.wording)
    assert stance.bodies == Tally(disagree=5)
    assert stance.people == Tally()
    is_body = {row.role: row.is_body for row in db.session.scalars(select(PositionCount))}
    assert is_body == {"resident": True, "officer": False}


def test_officers_and_residents_of_one_wording_give_the_verdict(app: Flask) -> None:
    policy = make_policy()
    for role, choices in (
        (Role.OFFICER, ["agree"] * 6),
        (Role.RESIDENT, ["disagree"] * 12),
        (Role.VOLUNTEER, ["agree"]),
    ):
        for choice in choices:
            _take(policy, ARTICLE, choice, make_actor(role))
    wording = get_statement(policy, ARTICLE, make_actor()).wording
    assert verdicts(policy.id, {ARTICLE: wording, "c-c2": "x"}) == {
        ARTICLE: "diverged", "c-c2": "insufficient",
    }  # fmt: skip
    assert verdicts(policy.id, {ARTICLE: "0" * 16}) == {ARTICLE: "insufficient"}
    stance = find_stance(policy.id, ARTICLE, wording)
    assert stance.roles == {"resident": Tally(disagree=12), "officer": Tally(agree=6)}
    assert stance.is_short  # the volunteer


def test_a_verdict_without_some_people_is_that_of_the_others(app: Flask) -> None:
    policy = make_policy()
    officers = [make_actor(Role.OFFICER) for _ in range(6)]
    new = [make_actor() for _ in range(12)]
    for person in officers:
        _take(policy, ARTICLE, "agree", person)
    for person in new:
        _take(policy, ARTICLE, "disagree", person)
    for _ in range(12):
        _take(policy, ARTICLE, "agree", make_actor())
    wordings = {ARTICLE: get_statement(policy, ARTICLE, new[0]).wording}
    assert verdicts(policy.id, wordings) == {ARTICLE: "diverged"}
    without = verdicts(policy.id, wordings, without=[person.person_id for person in new])
    assert without == {ARTICLE: "converged_agree"}


def test_confirmed_people_are_shown_where_the_rest_is_not_a_few(app: Flask) -> None:
    policy = make_policy()
    wording = get_statement(policy, ARTICLE, make_actor()).wording
    for _ in range(6):
        _take(policy, ARTICLE, "agree", make_actor(confirmation=Confirmation.MOBILE))
    for count in range(1, 6):
        _take(policy, ARTICLE, "disagree", make_actor())
        sure = find_stance(policy.id, ARTICLE, wording).sure
        assert sure == (Tally(agree=6) if count == 5 else None)


def test_a_suggestion_has_its_own_words(app: Flask) -> None:
    policy, actor = make_policy(mode="open"), make_actor()
    one = make_suggestion(policy, "c3", TWO_DAYS)
    _take(policy, f"s-{one.number}", "agree", actor)
    statement = get_statement(policy, f"s-{one.number}", actor)
    assert statement.wording != get_statement(policy, ARTICLE, actor).wording
    assert find_own(policy.id, f"s-{one.number}", actor) is not None


def test_nobody_takes_a_position_on_their_own_suggestion(app: Flask) -> None:
    policy, actor = make_policy(mode="open"), make_actor()
    make_suggestion(policy, "c3", TWO_DAYS, actor)
    with pytest.raises(RuleBroken, match="your own suggestion"):
        take_position(policy.slug, "s-1", "agree", actor=actor)


@pytest.mark.parametrize("end", ["hidden", "withdrawn", "unconfirmed"])
def test_what_nobody_reads_is_no_statement(app: Flask, end: str) -> None:
    policy = make_policy(mode="open")
    level = Confirmation.NONE if end == "unconfirmed" else Confirmation.CONTACT
    author, reader = make_actor(confirmation=level), make_actor()
    one = make_suggestion(policy, "c3", TWO_DAYS, author)
    if end != "unconfirmed":
        _take(policy, "s-1", "agree", reader)
    if end == "hidden":
        hide_suggestion(one)
    elif end == "withdrawn":
        withdraw(policy.slug, 1, actor=author)
        db.session.commit()
    for actor in (reader, make_actor(Role.OFFICER)):
        with pytest.raises(NotFound):
            take_position(policy.slug, "s-1", "disagree", actor=actor)
        db.session.rollback()
    _take(policy, "s-1", "none", reader)  # but one's own can be taken back
    assert db.session.scalars(select(Position)).all() == []


def test_an_answered_suggestion_is_asked_about_no_more(app: Flask) -> None:
    policy, reader = make_policy(mode="open"), make_actor()
    one = make_suggestion(policy, "c3", TWO_DAYS)
    _take(policy, "s-1", "agree", reader)
    with committing():
        db.session.merge(one).state = "answered"
    with pytest.raises(RuleBroken, match="answered or replaced"):
        take_position(policy.slug, "s-1", "disagree", actor=reader)
    db.session.rollback()
    assert get_statement(policy, "s-1", reader).closed


def test_an_article_that_left_the_draft_is_asked_about_no_more(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy, reader = make_policy(officer), make_actor()
    _take(policy, ARTICLE, "agree", reader)
    kept = "\n\n".join(part for part in TEXT.split("\n\n") if "第二条" not in part)
    save_text(policy.slug, kept, actor=officer, base=1)
    with pytest.raises(RuleBroken, match="no longer in the draft"):
        take_position(policy.slug, ARTICLE, "disagree", actor=reader)
    db.session.rollback()
    _take(policy, ARTICLE, "none", reader)
    assert _everybody(policy) == Tally()


@pytest.mark.parametrize(
    "name", ["c-c1", "c-c999", "s-9", "s-0", "s-01", "c-", "x", "c-c2 ", "s-99999999999", "c-ｃ2"]
)
def test_a_heading_or_an_unknown_statement_is_not_there(app: Flask, name: str) -> None:
    policy = make_policy()
    with pytest.raises(NotFound):
        take_position(policy.slug, name, "agree", actor=make_actor())


@pytest.mark.parametrize("choice", ["", "yes", "Agree", "agree "])
def test_an_odd_choice_is_refused(app: Flask, choice: str) -> None:
    policy = make_policy()
    with pytest.raises(RuleBroken, match="choose one"):
        take_position(policy.slug, ARTICLE, choice, actor=make_actor())


@pytest.mark.parametrize("phase", [Phase.LEGALITY_REVIEW, Phase.IN_FORCE])
def test_nobody_is_asked_once_the_draft_is_on_its_way(app: Flask, phase: Phase) -> None:
    policy, actor = make_policy(), make_actor()
    _take(policy, ARTICLE, "agree", actor)
    with committing():
        db.session.merge(policy).phase = phase
    with pytest.raises(RuleBroken, match="phase"):
        take_position(policy.slug, ARTICLE, "disagree", actor=actor)
    db.session.rollback()
    _take(policy, ARTICLE, "none", actor)
    assert _everybody(policy) == Tally()


def test_a_private_draft_is_not_there_for_outsiders(app: Flask) -> None:
    policy = make_policy(is_public=False)
    with pytest.raises(NotFound):
        take_position(policy.slug, ARTICLE, "agree", actor=make_actor())


def test_only_people_who_are_known_and_not_suspended_count(app: Flask) -> None:
    policy = make_policy()
    suspended = make_actor(suspended_until=clock.now() + timedelta(days=1))
    with pytest.raises(NotAllowed, match="suspended"):
        take_position(policy.slug, ARTICLE, "agree", actor=suspended)
    with pytest.raises(SignInNeeded):
        take_position(policy.slug, ARTICLE, "agree", actor=Actor())
    with pytest.raises(RuleBroken, match="confirm"):
        take_position(
            policy.slug, ARTICLE, "agree", actor=make_actor(confirmation=Confirmation.NONE)
        )


def test_too_many_positions_of_a_new_account_are_refused(app: Flask) -> None:
    policy, actor = make_policy(), make_actor()
    most = ACTS[Counted.POSITION].most(Standing.NEW)
    for step in range(most):
        _take(policy, ARTICLE, ("agree", "disagree")[step % 2], actor)
    with pytest.raises(TooMany):
        take_position(policy.slug, ARTICLE, "pass", actor=actor)
