"""300 people who mean it and 200 accounts made for the purpose, on one article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from app import clock
from app.access.actor import Confirmation, Role
from app.accounts.models import Person
from app.consensus.models import ClauseState
from app.consensus.queries.positions import Stance, find_stance, verdicts
from app.consensus.queries.statements import get_statement
from app.consensus.rules.agreement import Tally
from app.consensus.services.evaluating import evaluate
from app.consensus.services.taking import take_position
from app.database import committing, db
from app.moderation.queries.unusual import list_unusual
from app.moderation.services.weighing_bursts import weigh_bursts
from app.policies.models import Policy
from tests.builders.accounts import make_actor
from tests.builders.at_once import browser
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy
from tests.conftest import NOON
from tests.integration.moderation.test_unusual import say

ARTICLE = "c-c3"
HONEST = Tally(agree=240, disagree=40, unsure=20)
OFFICERS = Tally(agree=9, disagree=1)
ATTACK = NOON + timedelta(days=10)


def _people(
    count: int, joined: datetime, level: Confirmation, role: Role = Role.RESIDENT
) -> Sequence[Person]:
    first = (db.session.scalar(select(func.max(Person.id))) or 0) + 1
    names = [f"q{number}" for number in range(first, first + count)]
    rows = [
        {
            "public_id": name,
            "name": name,
            "name_skeleton": name,
            "role": role,
            "confirmation": level,
            "created_at": joined,
        }
        for name in names
    ]
    with committing():
        db.session.execute(insert(Person), rows)
    return db.session.scalars(select(Person).where(Person.public_id.in_(names))).all()


def _answer(policy: Policy, people: Sequence[Person], tally: Tally, at: datetime) -> None:
    """Each of these people answers within the hour from ``at`` on, most of them agreeing first."""
    choices = ["agree"] * tally.agree + ["disagree"] * tally.disagree + ["pass"] * tally.unsure
    slug = policy.slug
    with clock.frozen(at), committing():
        actors = [person.actor(at) for person in people]
        for actor, choice in zip(actors, choices, strict=True):
            take_position(slug, ARTICLE, choice, actor=actor)


@pytest.fixture
def policy(app: Flask) -> Iterator[Policy]:
    """A public draft on which 300 residents and 10 officers have answered for ten days."""
    with clock.frozen(NOON):
        made = make_policy()
        joined = NOON - timedelta(days=90)
        honest = _people(300, joined, Confirmation.MOBILE)
        officers = _people(10, joined, Confirmation.MOBILE, Role.OFFICER)
    _answer(made, officers, OFFICERS, NOON)
    choices = [Tally(agree=24, disagree=4, unsure=2)] * 10
    for day, tally in enumerate(choices):
        some = honest[30 * day : 30 * day + 30]
        _answer(made, some, tally, NOON + timedelta(days=day, minutes=5))
    with clock.frozen(ATTACK):
        yield made


def _attack(policy: Policy) -> list[int]:
    """200 accounts of the last hour, four of them with a mobile number, all against it."""
    joined = ATTACK - timedelta(minutes=50)
    known = _people(4, joined, Confirmation.MOBILE)
    socks = [*_people(196, joined, Confirmation.CONTACT), *known]
    _answer(policy, socks, Tally(disagree=200), ATTACK)
    return [person.id for person in socks]


def _stance(policy: Policy) -> Stance:
    wording = get_statement(policy, ARTICLE, make_actor()).wording
    return find_stance(policy.id, ARTICLE, wording)


def _share(tally: Tally | None) -> float:
    assert tally is not None
    return 100 * tally.agree / tally.n


def test_the_figure_of_all_counts_all_and_that_of_the_confirmed_hardly_moves(
    policy: Policy,
) -> None:
    before = _stance(policy)
    assert before.roles == {"resident": HONEST, "officer": OFFICERS}
    assert before.sure == HONEST + OFFICERS
    _attack(policy)
    after = _stance(policy)
    assert after.roles["resident"] == HONEST + Tally(disagree=200)
    assert after.people.n == 510
    assert abs(_share(after.sure) - _share(before.sure)) < 2
    assert abs(_share(after.people) - _share(before.people)) > 20


def test_nothing_that_is_done_to_the_accounts_changes_the_figure(policy: Policy) -> None:
    socks = _attack(policy)
    before = _stance(policy)
    list_unusual(make_actor(Role.VOLUNTEER), 24)
    with committing():
        until = ATTACK + timedelta(days=30)
        db.session.execute(update(Person).where(Person.id.in_(socks)).values(suspended_until=until))
    assert _stance(policy) == before


def test_the_burst_is_flagged_with_what_it_does_to_the_status(policy: Policy) -> None:
    volunteer = make_actor(Role.VOLUNTEER)
    assert list_unusual(volunteer, 24).answers == []
    socks = _attack(policy)
    (burst,) = list_unusual(volunteer, 24).answers
    assert (burst.policy.id, burst.clause, burst.peak.width) == (policy.id, "c3", 1)
    assert (burst.peak.count, burst.peak.usual) == (200, 0.0)
    assert burst.new == Tally(disagree=200)
    assert burst.others == HONEST + OFFICERS
    assert (burst.status, burst.without) == ("contested", "moving")
    wordings = {ARTICLE: get_statement(policy, ARTICLE, volunteer).wording}
    assert verdicts(policy.id, wordings) == {ARTICLE: "diverged"}
    assert verdicts(policy.id, wordings, without=socks) == {ARTICLE: "converged_agree"}


def test_the_page_of_unusual_activity_tells_numbers_and_never_who(
    app: Flask, policy: Policy
) -> None:
    _attack(policy)
    page = browser(app, make_actor(Role.VOLUNTEER)).get("/moderation/unusual").text
    assert "200 people with accounts less than a day old" in page
    assert "0 agree, 200 disagree, 0 not sure" in page
    assert "249 agree, 41 disagree, 20 not sure" in page
    assert "Disputed" in page
    assert "Still changing" in page
    assert "/people/q" not in page


def test_the_public_page_says_under_review_and_names_nobody(app: Flask, policy: Policy) -> None:
    _attack(policy)
    with committing():
        evaluate([policy.id])
    assert weigh_bursts() == 1
    db.session.rollback()
    states = {row.clause: row for row in db.session.scalars(select(ClauseState))}
    assert {ident for ident, row in states.items() if row.is_under_review} == {"c3"}
    assert states["c3"].found == "contested"  # what was said still counts
    visitor = app.test_client()
    page = visitor.get(f"/policies/{policy.slug}/consensus").text
    assert "nder review" in page
    assert "/people/q" not in page
    with clock.frozen(ATTACK + timedelta(days=8)):
        assert weigh_bursts() == 1
        assert weigh_bursts() == 0
    db.session.rollback()
    assert not any(row.is_under_review for row in db.session.scalars(select(ClauseState)))


def _objections(policy: Policy) -> None:
    """Twelve accounts of the last hour in two discussions that object to the article."""
    young = timedelta(minutes=50)
    with clock.frozen(ATTACK):
        threads = [make_thread(policy, clause="c3", kind="objection").id for _ in range(2)]
    for thread in threads:
        say(thread, [f"Not so, neighbour {number}." for number in range(5)], ATTACK, age=young)
    with committing():
        evaluate([policy.id])


def test_under_review_is_said_of_a_burst_of_comments_as_well(app: Flask, policy: Policy) -> None:
    _objections(policy)
    assert weigh_bursts() == 1
    db.session.rollback()
    states = {row.clause: row for row in db.session.scalars(select(ClauseState))}
    assert (states["c3"].found, states["c3"].reason) == ("contested", "objections")
    assert {ident for ident, row in states.items() if row.is_under_review} == {"c3"}
    page = app.test_client().get(f"/policies/{policy.slug}/consensus").text
    assert "nder review" in page
    with clock.frozen(ATTACK + timedelta(days=6)):
        assert weigh_bursts() == 1
    with clock.frozen(ATTACK + timedelta(days=8)):
        assert weigh_bursts() == 1  # a last time, to take it off
        assert weigh_bursts() == 0


def test_a_burst_of_comments_is_flagged_with_what_it_does_to_the_status(
    app: Flask, policy: Policy
) -> None:
    _objections(policy)
    volunteer = make_actor(Role.VOLUNTEER)
    (burst,) = list_unusual(volunteer, 24).new_accounts
    assert (burst.clause, burst.peak.count) == ("c3", 12)
    assert (burst.status, burst.without) == ("contested", "moving")
    page = browser(app, volunteer).get("/moderation/unusual").text
    assert "How it would stand without them" in page


def test_comments_of_people_who_were_here_before_bring_nothing_under_review(
    app: Flask, policy: Policy
) -> None:
    thread = make_thread(policy, clause="c3", kind="objection").id
    say(thread, ["I object, too."] * 20, ATTACK, age=timedelta(days=90))
    assert weigh_bursts() == 0


def test_a_street_that_answers_over_days_is_no_burst(policy: Policy) -> None:
    """The same 300 people, seen on the last of their days: old accounts, spread out."""
    for window in (24, 168):
        assert list_unusual(make_actor(Role.VOLUNTEER), window).answers == []
