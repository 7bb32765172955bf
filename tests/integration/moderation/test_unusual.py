"""The page of unusual activity: bursts, inflow and near-identical texts from the database."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from app import clock
from app.access.actor import Role
from app.accounts.models import Person
from app.database import committing, db
from app.discussions.models import Comment, Thread
from app.moderation.queries.unusual import Unusual, list_unusual
from app.policies.models import Policy
from app.suggestions.models import Contribution
from tests.builders.accounts import make_actor
from tests.builders.at_once import browser
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy
from tests.builders.whole_site import drain
from tests.conftest import NOON
from tests.integration.moderation.test_holding import read

LETTER = (
    "三天太长了，婴儿车每天早上都过不去，学校门口尤其如此，请改成一天，大家都会方便得多。住{}号楼。"
)


def _people(moments: Iterable[datetime], age: timedelta) -> list[int]:
    """People whose accounts were so old at these moments; their ids."""
    first = (db.session.scalar(select(func.max(Person.id))) or 0) + 1
    rows = [
        {
            "public_id": f"x{number}",
            "name": f"Sender {number}",
            "name_skeleton": f"sender {number}",
            "role": "resident",
            "confirmation": "contact",
            "created_at": moment - age,
        }
        for number, moment in enumerate(moments, start=first)
    ]
    db.session.execute(insert(Person), rows)
    query = select(Person.id).where(Person.public_id.in_([row["public_id"] for row in rows]))
    return list(db.session.scalars(query.order_by(Person.id)))


def suggest(policy_id: int, moments: list[datetime], *, age: timedelta, clause: str = "c3") -> None:
    """Suggestions at these moments, each from another person with an account of that age."""
    with committing():
        last = db.session.scalar(select(func.max(Contribution.number))) or 0
        people = _people(moments, age)
        rows = [
            {
                "policy_id": policy_id,
                "number": last + place,
                "kind": "suggestion",
                "clause": clause,
                "base": 1,
                "author_id": person,
                "author_role": "resident",
                "reason": f"Reason no. {place}",
                "salt": b"s" * 16,
                "begun_at": moment,
                "sent_at": moment,
            }
            for place, (person, moment) in enumerate(zip(people, moments, strict=True), start=1)
        ]
        db.session.execute(insert(Contribution), rows)


def say(thread_id: int, bodies: list[str], at: datetime, *, age: timedelta) -> None:
    """Replies at one moment, each from another person."""
    with committing():
        people = _people([at] * len(bodies), age)
        rows = [
            {
                "thread_id": thread_id,
                "author_id": person,
                "author_role": "resident",
                "body": body,
                "salt": b"s" * 16,
                "posted_at": at,
            }
            for person, body in zip(people, bodies, strict=True)
        ]
        db.session.execute(insert(Comment), rows)


def over_two_weeks(people: int, seed: int = 1) -> list[datetime]:
    """Moments of an honest crowd, in their order."""
    dice = random.Random(seed)
    return sorted(NOON - timedelta(minutes=dice.randrange(14 * 24 * 60)) for _ in range(people))


def within(hours: int, people: int, seed: int = 2) -> list[datetime]:
    dice = random.Random(seed)
    return sorted(NOON - timedelta(minutes=dice.randrange(hours * 60)) for _ in range(people))


YOUNG, OLD = timedelta(hours=1), timedelta(days=400)


@pytest.fixture
def policy(app: Flask) -> Policy:
    with clock.frozen(NOON - timedelta(days=30)):
        return make_policy(language="en", slug="bicycles", title="Bicycles")


def found(window: int = 24) -> Unusual:
    db.session.rollback()
    with clock.frozen(NOON):
        return list_unusual(make_actor(Role.VOLUNTEER), window)


def test_three_hundred_honest_people_are_nothing_unusual(policy: Policy) -> None:
    """Most of them made their account to write this."""
    suggest(policy.id, over_two_weeks(300), age=YOUNG)
    for window in (24, 168):
        assert found(window) == Unusual([], [], [], [])


def test_two_hundred_new_accounts_on_one_article_stand_out(policy: Policy) -> None:
    honest, socks = over_two_weeks(300), within(3, 200)
    suggest(policy.id, honest, age=OLD, clause="c2")
    suggest(policy.id, socks, age=YOUNG)
    (burst,) = found().new_accounts
    assert (burst.policy.slug, burst.clause, burst.label) == ("bicycles", "c3", "第二条")
    assert burst.peak.count >= 200 // 4
    assert burst.peak.usual == 0
    assert burst.words >= burst.peak.count
    (inflow,) = found().inflow
    assert inflow.peak.count >= 40
    assert inflow.peak.usual is not None
    assert 0 < inflow.peak.usual < 40
    assert found(168).new_accounts


def test_old_accounts_are_inflow_and_no_burst(policy: Policy) -> None:
    suggest(policy.id, over_two_weeks(300), age=OLD)
    suggest(policy.id, within(2, 80), age=OLD)
    unusual = found()
    assert unusual.new_accounts == []
    assert len(unusual.inflow) == 1


def test_what_stands_out_on_a_private_draft_is_not_told(policy: Policy) -> None:
    suggest(policy.id, within(2, 80), age=YOUNG)
    assert found().new_accounts
    with committing():
        private = db.session.get_one(Policy, policy.id)
        private.is_public, private.published_at = False, None
    assert found() == Unusual([], [], [], [])


def test_much_the_same_replies_stand_out_by_people(noon: datetime, policy: Policy) -> None:
    thread = make_thread(policy, body="三天够不够？")
    say(thread.id, [LETTER.format(n) for n in range(12)], NOON, age=YOUNG)
    say(
        thread.id,
        [f"我有另外的看法，第{n}点，请看一看门口的情况。" for n in "一二三"],
        NOON,
        age=OLD,
    )
    (same,) = found().same
    assert (same.same.count, same.same.people, same.same.new) == (12, 12, 12)
    assert same.same.are_replies
    assert (same.thread, same.number, same.of, same.usual) == (thread.id, 0, 16, None)


def test_a_group_of_contributions_stands_out_with_what_was_usual(
    policy: Policy, app: Flask
) -> None:
    with clock.frozen(NOON - timedelta(days=3)):
        suggest(policy.id, [NOON - timedelta(days=3)] * 8, age=OLD)
    with clock.frozen(NOON):
        for number in range(11):
            make_thread(policy, body=LETTER.format(number), clause="c3")
    drain()
    (same,) = found().same
    assert (same.same.count, same.same.people, same.same.new) == (11, 11, 11)
    assert (same.number, same.thread, same.of) == (9, 0, 11)
    assert same.usual == 0.0


def test_the_page_says_what_is_usual_and_that_nothing_follows(policy: Policy, app: Flask) -> None:
    suggest(policy.id, over_two_weeks(700), age=OLD)
    with clock.frozen(NOON):
        suggest(policy.id, [NOON] * 40, age=YOUNG)
        page = read(browser(app, make_actor(Role.VOLUNTEER)), "/moderation/unusual")
        assert "Nothing is done automatically" in page
        assert "40 people with accounts less than a day old" in page
        assert "Usual here2 an hour" in page
        for role in (Role.RESIDENT, Role.OFFICER, Role.ADMINISTRATOR):
            assert browser(app, make_actor(role)).get("/moderation/unusual").status_code == 403
        watcher = browser(app, make_actor(Role.SUPERVISOR))
        for odd in ("?hours=168", "?hours=1", "?hours=x", "?hours=99999999999"):
            assert watcher.get(f"/moderation/unusual{odd}").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Thread)) == 0
