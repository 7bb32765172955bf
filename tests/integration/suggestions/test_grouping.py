"""Words that are much the same come into one group; a different demand never does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import config
from app import clock
from app.access.actor import Actor
from app.database import committing, db
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.suggestions.models import Contribution, ContributionBand
from app.suggestions.services.changing import change
from app.suggestions.services.grouping import group_similar
from app.suggestions.services.sending import Wanted
from app.suggestions.services.withdrawing import bring_back, withdraw
from app.text.shingles import sketch
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution, make_suggestion

LETTER = (
    "{name}，住在{street}。没人骑的共享自行车停满三天才挪走，时间太长了。早上送孩子上学，"
    "人行道上的车一辆挨着一辆，老人和坐轮椅的人只能绕到马路上走。企业每天都有人在调度车辆，"
    "完全可以做到当天清理。建议写明谁来检查、不清理怎么办。谢谢你们认真听取意见。"
)
OTHER = "三天合理，企业人手有限，改成一天会把成本算到骑车人头上，最后还是涨价。"
ONE_DAY = "第二条 共享自行车连续停放超过一日无人使用的，运营企业应当在二十四小时内移走。"
TEN_DAYS = ONE_DAY.replace("一日", "十日")


def letter(number: int) -> str:
    return LETTER.format(name=f"我是居民{number}号", street=f"和平路{number}弄")


@pytest.fixture
def policy(app: Flask, noon: datetime) -> Policy:
    policy = make_policy(mode="reviewed")
    db.session.refresh(policy)
    db.session.expunge(policy)  # the worker closes the session
    return policy


@pytest.fixture
def work(settings: config.Settings) -> Worker:
    return Worker(settings.instance_dir)


def groups(policy: Policy) -> dict[int, int | None]:
    """By number: the number of the first of its group, None for one that is alone."""
    db.session.rollback()
    rows = db.session.execute(
        select(Contribution.id, Contribution.number, Contribution.group_id)
        .where(Contribution.policy_id == policy.id)
        .order_by(Contribution.number)
    ).all()
    numbers = {row.id: row.number for row in rows}
    return {row.number: numbers.get(row.group_id) for row in rows}


def test_letters_from_one_template_share_a_group_and_others_stay_alone(
    policy: Policy, work: Worker
) -> None:
    for number in range(1, 5):
        make_contribution(policy, clause="c3", reason=letter(number))
    make_contribution(policy, clause="c3", reason=OTHER)
    work.drain()
    assert groups(policy) == {1: 1, 2: 1, 3: 1, 4: 1, 5: None}


def test_the_page_of_the_policy_shows_new_groups(policy: Policy, work: Worker) -> None:
    make_contribution(policy, clause="c3", reason=letter(1))
    make_contribution(policy, clause="c3", reason=letter(2))
    version = get_policy(policy.slug, make_actor()).page_version
    work.drain()
    db.session.rollback()
    assert get_policy(policy.slug, make_actor()).page_version > version


def test_suggestions_meet_only_when_they_ask_for_the_same(policy: Policy, work: Worker) -> None:
    make_suggestion(policy, "c3", ONE_DAY, reason=letter(1))
    make_suggestion(policy, "c3", TEN_DAYS, reason=letter(2))
    make_suggestion(policy, "c3", ONE_DAY, reason=letter(3))
    make_contribution(policy, clause="c3", reason=letter(4))
    work.drain()
    assert groups(policy) == {1: 1, 2: None, 3: 1, 4: None}


def test_the_same_words_elsewhere_or_of_another_kind_stay_apart(
    policy: Policy, work: Worker
) -> None:
    make_contribution(policy, clause="c3", reason=letter(1))
    make_contribution(policy, clause="c2", reason=letter(2))
    make_contribution(policy, clause="c3", reason=letter(3), kind="objection")
    make_contribution(make_policy(mode="reviewed"), clause="c3", reason=letter(4))
    make_contribution(policy, reason=letter(5))
    work.drain()
    assert set(groups(policy).values()) == {None}


def test_short_words_share_a_group_only_when_equal(policy: Policy, work: Worker) -> None:
    for reason in ("我同意。", "我不同意。", "我同意！"):
        make_contribution(policy, clause="c3", reason=reason)
    work.drain()
    assert groups(policy) == {1: 1, 2: None, 3: 1}


def test_the_same_events_again_change_nothing(policy: Policy, work: Worker) -> None:
    for number in (1, 2, 3):
        make_contribution(policy, clause="c3", reason=letter(number))
    work.drain()
    before = groups(policy)
    group_similar(policy.id, {1, 2, 3})
    group_similar(policy.id, {2})
    group_similar(policy.id, {99})
    assert groups(policy) == before == {1: 1, 2: 1, 3: 1}
    indexed = db.session.scalars(select(ContributionBand.contribution_id).distinct()).all()
    assert 1 <= len(indexed) <= 3


def test_one_that_resembles_two_groups_joins_them(policy: Policy, work: Worker) -> None:
    """The first two share too little with each other, the third enough with both."""
    words = [f"词{number}" for number in range(120)]
    for reason in (words[:90], words[30:], words):
        make_contribution(policy, clause="c3", reason="，".join(reason))
    group_similar(policy.id, {1, 2})
    assert groups(policy) == {1: None, 2: None, 3: None}
    group_similar(policy.id, {3})
    assert groups(policy) == {1: 1, 2: 1, 3: 1}


def sent_by(author: Actor, policy: Policy, number: int) -> Contribution:
    return make_contribution(policy, author, clause="c3", reason=letter(number))


def test_a_group_goes_on_under_its_next_when_the_first_is_taken_back(
    policy: Policy, work: Worker
) -> None:
    author = make_actor()
    sent_by(author, policy, 1)
    sent_by(make_actor(), policy, 2)
    sent_by(make_actor(), policy, 3)
    work.drain()
    with committing():
        withdraw(policy.slug, 1, actor=author)
    work.drain()
    assert groups(policy) == {1: None, 2: 2, 3: 2}
    one = db.session.scalars(select(Contribution).where(Contribution.number == 1)).one()
    assert one.sketch is None
    with committing():
        bring_back(policy.slug, 1, actor=author)
    work.drain()
    assert groups(policy) == {1: 1, 2: 1, 3: 1}


def test_what_is_left_alone_is_no_group(policy: Policy, work: Worker) -> None:
    author = make_actor()
    sent_by(make_actor(), policy, 1)
    sent_by(author, policy, 2)
    work.drain()
    with committing():
        withdraw(policy.slug, 2, actor=author)
    work.drain()
    assert groups(policy) == {1: None, 2: None}


def test_who_writes_other_words_leaves_the_group(policy: Policy, work: Worker) -> None:
    author = make_actor()
    sent_by(author, policy, 1)
    sent_by(make_actor(), policy, 2)
    sent_by(make_actor(), policy, 3)
    work.drain()
    wanted = Wanted(base=1, text="", reason=OTHER, clause="c3")
    with clock.frozen(clock.now() + timedelta(minutes=1)), committing():
        change(policy.slug, 1, wanted, actor=author)
    work.drain()
    assert groups(policy) == {1: None, 2: 2, 3: 2}
    one = db.session.scalars(select(Contribution).where(Contribution.number == 1)).one()
    assert one.sketch == sketch(OTHER)


def test_answered_ones_are_not_joined_by_later_ones(policy: Policy, work: Worker) -> None:
    sent_by(make_actor(), policy, 1)
    work.drain()
    with committing():
        db.session.scalars(select(Contribution)).one().state = "answered"
    sent_by(make_actor(), policy, 2)
    work.drain()
    assert groups(policy) == {1: None, 2: None}
