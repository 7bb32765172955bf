"""Opinion groups of a draft: counted of the words as they are, told only where they are stable."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app import clock
from app.access.actor import Confirmation, Role
from app.consensus.models import PolicyFigure, Position
from app.consensus.queries.figures import find_figure
from app.consensus.queries.statements import list_wordings
from app.consensus.services.grouping import NAME, group, group_due, list_due
from app.consensus.services.tending_groups import Tending
from app.database import committing, db
from app.policies.models import Policy
from tests.builders.accounts import make_actor
from tests.builders.many_positions import (
    ARTICLES,
    count_anew,
    make_divided_policy,
    make_people,
    place_positions,
)
from tests.builders.policies import make_policy, save_text
from tests.conftest import NOON, ROOT

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def policy(app: Flask) -> Iterator[Policy]:
    """A draft of twelve articles on which sixty and forty people think otherwise."""
    with clock.frozen(NOON):
        yield make_divided_policy()


def statements_of(policy: Policy) -> list[str]:
    return sorted(list_wordings(policy))


def told(policy: Policy) -> dict[str, Any]:
    db.session.rollback()
    figure = find_figure(policy.id, NAME)
    assert figure is not None
    return figure.data


def version(policy: Policy) -> int:
    db.session.rollback()
    return db.session.get_one(Policy, policy.id).page_version


def test_two_camps_are_two_groups_with_common_ground(policy: Policy) -> None:
    assert len(statements_of(policy)) == 12
    assert group_due() == 1
    found = told(policy)
    assert found["reason"] == ""
    assert [one["people"] for one in found["groups"]] == [60, 40]
    assert [row["statement"] for row in found["agreed"]] == [statements_of(policy)[-1]]
    assert statements_of(policy)[-1] not in {row["statement"] for row in found["apart"]}


def test_coins_that_are_tossed_are_no_groups(app: Flask) -> None:
    policy = make_divided_policy(apart=0.5)
    group(policy.id)
    assert told(policy)["reason"] in ("unstable", "small_group")
    assert "groups" not in told(policy)


def test_the_role_has_no_influence(policy: Policy) -> None:
    group(policy.id)
    before = told(policy)
    with committing():
        odd = Position.person_id % 2 == 1
        db.session.execute(update(Position).where(odd).values(role=Role.OFFICER))
        count_anew(policy.id)
    group(policy.id)
    assert told(policy) == before


def test_the_order_of_the_rows_has_no_influence(policy: Policy) -> None:
    group(policy.id)
    before = told(policy)
    rows = db.session.scalars(select(Position).order_by(Position.id.desc())).all()
    stances = [
        (row.person_id, row.statement, {"agree": 1, "disagree": -1}.get(row.choice, 0))
        for row in rows
    ]
    with committing():
        db.session.execute(delete(Position))
    place_positions(policy.id, list_wordings(policy), stances)
    group(policy.id)
    assert told(policy) == before


def test_bodies_are_not_people_and_do_not_count(policy: Policy) -> None:
    group(policy.id)
    before = told(policy)
    firms = make_people(30, prefix="firm")
    stances = [(firm, name, 1) for firm in firms for name in statements_of(policy)]
    place_positions(policy.id, list_wordings(policy), stances, is_body=True)
    group(policy.id)
    after = told(policy)
    assert {**after, "counted": before["counted"]} == before


def test_positions_on_earlier_words_do_not_count(policy: Policy) -> None:
    first = statements_of(policy)[0]
    with committing():
        db.session.execute(
            update(Position).where(Position.statement == first).values(wording="0" * 16)
        )
        count_anew(policy.id)
    group(policy.id)
    found = told(policy)
    rows = [*found["agreed"], *found["rejected"], *found["apart"]]
    assert first not in {row["statement"] for row in rows}
    fresh = select(func.count()).where(Position.statement != first)
    assert found["positions"] == db.session.scalar(fresh)


def test_a_person_who_changes_a_position_is_counted_with_the_new_one(policy: Policy) -> None:
    group(policy.id)
    last = statements_of(policy)[-1]
    before = next(row for row in told(policy)["agreed"] if row["statement"] == last)
    with committing():
        db.session.execute(
            update(Position)
            .where(Position.statement == last)
            .values(choice="disagree", changed_at=LATER)
        )
        count_anew(policy.id)
    group(policy.id)
    after = next(row for row in told(policy)["rejected"] if row["statement"] == last)
    assert after["seen"] == before["seen"]
    assert after["shares"] == [100, 100]
    assert told(policy)["agreed"] == []


def test_many_accounts_that_answer_alike_show_that_hardly_one_is_confirmed(
    policy: Policy,
) -> None:
    """They are told apart by what is known of them, and nobody's answer is left out."""
    with committing():
        db.session.execute(update(Position).values(confirmation=Confirmation.MOBILE))
    socks = make_people(80, prefix="sock")
    names = statements_of(policy)
    stances = [(sock, name, 1 if n % 3 else -1) for sock in socks for n, name in enumerate(names)]
    place_positions(policy.id, list_wordings(policy), stances)
    group(policy.id)
    found = told(policy)
    assert found["people"] == 180
    largest = found["groups"][0]
    assert largest["people"] >= 80
    assert largest["confirmed"][1] < 5


def test_nothing_is_looked_for_where_there_cannot_be_enough_people(app: Flask) -> None:
    policy = make_policy(text=ARTICLES)
    people, names = make_people(49), statements_of(policy)[:7]
    stances = [(person, name, 1) for person in people for name in names]
    place_positions(policy.id, list_wordings(policy), stances)
    assert group_due() == 0
    assert find_figure(policy.id, NAME) is None


def more_people(policy: Policy, count: int) -> None:
    people = make_people(count, prefix=f"new{count}")
    names = statements_of(policy)[:4]
    place_positions(
        policy.id, list_wordings(policy), [(one, name, 1) for one in people for name in names]
    )


def test_it_is_not_done_again_within_a_minute_nor_for_less_than_five_people(
    policy: Policy,
) -> None:
    group_due()
    assert list_due() == []
    with clock.frozen(NOON + timedelta(seconds=30)):
        more_people(policy, 6)  # 24 positions of about 1,100
        assert list_due() == []
    with clock.frozen(LATER):
        assert list_due() == [policy.id]
        group_due()
        more_people(policy, 4)  # 16
    with clock.frozen(LATER + timedelta(hours=1)):
        assert list_due() == []


def test_less_than_one_in_a_hundred_waits_for_the_night(policy: Policy) -> None:
    group_due()
    people = make_people(6, prefix="six")
    first = statements_of(policy)[0]
    with clock.frozen(LATER):
        place_positions(policy.id, list_wordings(policy), [(one, first, 1) for one in people])
    with clock.frozen(LATER + timedelta(hours=1)):
        assert list_due() == []
    with clock.frozen(NOON + timedelta(days=1)):
        assert list_due() == [policy.id]


def test_what_says_the_same_again_leaves_the_page_as_it_is(policy: Policy) -> None:
    before = version(policy)
    group(policy.id)
    assert version(policy) == before + 1
    group(policy.id)
    assert version(policy) == before + 1


def test_new_words_are_looked_at_at_once_and_a_clock_put_back_stops_nothing(
    policy: Policy,
) -> None:
    group_due()
    with clock.frozen(NOON - timedelta(days=2)):
        save_text(
            policy.slug,
            ARTICLES.replace("第三项", "第四项"),
            actor=make_actor(Role.OFFICER),
            base=1,
        )
        assert list_due() == [policy.id]
    with clock.frozen(LATER):
        assert group_due() == 1
        found = db.session.get_one(PolicyFigure, (policy.id, NAME))
        assert found.number == 2


def test_a_child_of_the_worker_finds_them_one_at_a_time(policy: Policy) -> None:
    tending = Tending()
    tending.tend()
    child = tending._child
    assert child is not None
    tending.tend()
    assert tending._child is child  # never two
    assert child.wait(timeout=60) == 0
    assert not tending.is_at_work
    assert told(policy)["reason"] == ""


WEB = """
import sys
from wsgi import app
with app.test_client() as client:
    for path in ("/", "/policies"):
        client.get(path)
from app import reactions, worker
print("numpy" in sys.modules)
"""


def test_neither_web_server_nor_worker_loads_numpy(app: Flask, tmp_path: Path) -> None:
    environ = {**os.environ, "INSTANCE_DIR": str(tmp_path), "APP_ENV": "test"}
    environ["DATABASE_URL"] = db.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", WEB], cwd=ROOT, env=environ, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split()[-1] == "False"
