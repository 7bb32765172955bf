"""Nobody gets to know what one person thinks or has read, whatever way they ask."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.services.leaving import Leaving, leave
from app.consensus.models import MeasuredPolicy, PositionCount
from app.consensus.queries.positions import find_stance
from app.consensus.queries.statements import get_statement, list_shown, list_wordings
from app.consensus.rules.agreement import Tally
from app.consensus.services.saying_read import say_read
from app.consensus.services.taking import take_position
from app.consensus.services.telling_totals import tell_due
from app.database import committing, db
from app.home.services.packing import pack_own_data
from app.ledger.models import EventRecord
from app.policies.models import Policy
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import hide_suggestion, make_suggestion

TWO_DAYS = "第二条 共享自行车连续停放超过两日无人使用的，运营企业应当在二十四小时内移走。"


def _take(policy: Policy, name: str, choice: str, *people: Actor) -> None:
    for person in people:
        take_position(policy.slug, name, choice, actor=person)
        db.session.commit()


def _people(count: int) -> list[Actor]:
    return [make_actor() for _ in range(count)]


def _measured(policy: Policy) -> None:
    with committing():
        db.session.merge(MeasuredPolicy(policy_id=policy.id, number=1, version=1))


def _told() -> list[dict[str, Any]]:
    db.session.rollback()
    rows = select(EventRecord).where(EventRecord.kind == "PositionsCounted")
    events = db.session.scalars(rows.order_by(EventRecord.id)).all()
    assert all(event.is_public and event.actor == "" for event in events)
    return [json.loads(event.payload) for event in events]


def _packed(actor: Actor, name: str) -> Any:
    file = io.BytesIO()
    pack_own_data(file, actor=actor)
    db.session.rollback()
    return json.loads(zipfile.ZipFile(file).read(f"{name}.json"))


def test_ones_own_package_holds_ones_own_and_no_others(app: Flask) -> None:
    policy, mine, other = make_policy(), make_actor(), make_actor()
    _take(policy, "c-c3", "disagree", mine)
    _take(policy, "c-c2", "agree", other)
    for actor, clause in ((mine, "c2"), (other, "c3")):
        say_read(policy.slug, clause, actor=actor)
        db.session.commit()
    (row,) = _packed(mine, "positions")
    assert (row["statement"], row["choice"], row["number"]) == ("c-c3", "disagree", 1)
    assert [row["clause"] for row in _packed(mine, "readings")] == ["c2"]


def test_who_leaves_stays_counted_and_is_nobody(app: Flask) -> None:
    policy, people = make_policy(), _people(5)
    _take(policy, "c-c3", "agree", *people)
    leave(Leaving(name=people[0].name), actor=people[0], duties=lambda _person: ())
    db.session.commit()
    wording = get_statement(policy, "c-c3", people[1]).wording
    assert find_stance(policy.id, "c-c3", wording).people == Tally(agree=5)


def test_a_hidden_suggestion_is_counted_on_no_list(app: Flask) -> None:
    policy = make_policy(mode="open")
    one = make_suggestion(policy, "c3", TWO_DAYS)
    assert "s-1" in list_wordings(policy)
    assert {"c-c2", "c-c3", "c-c4"} <= list_wordings(policy).keys()
    assert "c-c1" not in list_wordings(policy)
    assert list_shown(policy) == {"s-1"}
    hide_suggestion(one)
    assert "s-1" not in list_wordings(policy)
    assert list_shown(policy) == frozenset()


def test_totals_are_told_once_a_day_from_five_people_on_and_only_when_new(app: Flask) -> None:
    start = clock.now()
    policy, people = make_policy(), _people(6)
    _measured(policy)
    _take(policy, "c-c3", "agree", *people[:4])
    with clock.frozen(start + timedelta(days=1)):
        assert tell_due() == 1
    assert _told() == []
    _take(policy, "c-c3", "disagree", *people[4:])
    with clock.frozen(start + timedelta(days=1, minutes=1)):
        assert tell_due() == 0  # one day, one look
    with clock.frozen(start + timedelta(days=2)):
        assert tell_due() == 1
    (first,) = _told()
    assert (first["statement"], first["agree"], first["disagree"], first["unsure"]) == (
        "c-c3", 4, 2, 0,
    )  # fmt: skip
    with clock.frozen(start + timedelta(days=3)):
        assert tell_due() == 1
    assert len(_told()) == 1
    _take(policy, "c-c3", "pass", people[0])
    with clock.frozen(start + timedelta(days=4)):
        tell_due()
    assert [(one["agree"], one["unsure"]) for one in _told()] == [(4, 0), (3, 1)]


def test_totals_are_of_the_present_words_and_name_nobody(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy, people = make_policy(officer), _people(7)
    _measured(policy)
    _take(policy, "c-c3", "agree", *people)
    save_text(policy.slug, TEXT.replace("三日", "两日"), actor=officer, base=1)
    _take(policy, "c-c3", "agree", *people[:5])
    tell_due()
    (told,) = _told()
    db.session.rollback()
    assert (told["agree"], told["wording"]) == (
        5, get_statement(db.session.merge(policy), "c-c3", officer).wording,
    )  # fmt: skip
    assert set(told) == {"policy", "statement", "wording", "agree", "disagree", "unsure"}


def test_nothing_is_told_of_a_private_draft(app: Flask) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer, is_public=False)
    _measured(policy)
    _take(policy, "c-c3", "agree", officer)
    with committing():
        row = db.session.scalars(select(PositionCount)).one()
        row.agree = 9  # the department is large
    assert tell_due() == 1
    assert _told() == []
    with committing():
        db.session.merge(policy).is_public = True
        db.session.get_one(MeasuredPolicy, policy.id).counted_on = None
    assert tell_due() == 1
    assert [told["agree"] for told in _told()] == [9]
