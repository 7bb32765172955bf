"""Words that are much the same come into one group; a different demand never does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

import config
from app import clock
from app.access.actor import Actor
from app.accounts.models import Person
from app.database import committing, db
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.services.moving import set_phase
from app.suggestions.models import Contribution, ContributionBand
from app.suggestions.services import regrouping
from app.suggestions.services.changing import change
from app.suggestions.services.grouping import group_similar, take_out
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


INDEPENDENT = (
    "三天合理，企业人手有限，改成一天会把成本算到骑车人头上，最后涨价。",
    "请说明三日从什么时候起算，是从最后一次开锁还是从有人举报那天起算？",
    "建议只管人行道，小区里面的由物业和业主自己商量，不要一刀切。",
    "共享自行车停在盲道上的，应当一小时内移走，盲人朋友等不了三天。",
    "我开早餐店，门口总是被停满，能不能给沿街商户一个一键报修的电话？",
    "希望公开每家企业每月移走多少辆车，完不成的减少下一年的投放数量。",
    "晚上十点以后清运噪音很大，请限定作业的时段，居民也要睡觉。",
    "郊区车少人少，三天太短，企业跑一趟不划算，可以放宽到一个星期。",
    "应当先把停车架建够，没有地方停，光规定挪走解决不了任何问题。",
    "电子围栏经常漂移，明明停在线内却被扣费，请规定申诉的办法。",
    "辅路可以三天，主干道和公交站旁边应当当天清走，最好分开写。",
    "移走的车坏了由谁赔？草案没有说，建议写清楚举证的责任。",
    "每次清运的时间地点应当开放给大家查，研究交通的人用得上。",
    "与其规定挪车，不如在每个路口多划几个停车框，成本更低。",
    "什么叫无人使用？开一下锁算不算？请把定义写进附则。",
    "学校放假的时候学生的车停一周很正常，不应当被当成废车拖走。",
    "反对。企业只会派更多货车来回跑，污染和噪声比占道更糟。",
    "能不能由街道统一清运，费用再向企业收取，省得互相推诿？",
    "罚款应当和投放规模挂钩，不然大企业根本不在乎这点钱。",
    "老旧小区门口没有监控，建议给网格员一个拍照上报的小程序。",
)


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
    assert one.sketch is not None
    assert one.sketch.endswith(sketch(OTHER))


def test_answered_ones_are_not_joined_by_later_ones(policy: Policy, work: Worker) -> None:
    sent_by(make_actor(), policy, 1)
    work.drain()
    with committing():
        db.session.scalars(select(Contribution)).one().state = "answered"
    sent_by(make_actor(), policy, 2)
    work.drain()
    assert groups(policy) == {1: None, 2: None}


def test_two_that_go_at_once_leave_the_rest_together(policy: Policy, work: Worker) -> None:
    authors = [make_actor() for _ in range(5)]
    for number, author in enumerate(authors, start=1):
        sent_by(author, policy, number)
    work.drain()
    with committing():
        withdraw(policy.slug, 1, actor=authors[0])
        withdraw(policy.slug, 2, actor=authors[1])
    work.drain()
    assert groups(policy) == {1: None, 2: None, 3: 3, 4: 3, 5: 3}
    sent_by(make_actor(), policy, 6)
    work.drain()
    assert groups(policy)[6] == 3


def by_hand(policy: Policy, number: int, group: int | None) -> None:
    """An officer puts one into the group of another, or out of all (None)."""
    rows = db.session.execute(select(Contribution.number, Contribution.id)).all()
    ids = {row.number: row.id for row in rows}
    with committing():
        take_out([ids[number]])
        db.session.execute(
            update(Contribution)
            .where(Contribution.id == ids[number])
            .values(group_id=ids[group] if group else None, is_hand_grouped=True)
        )


def test_who_was_taken_out_by_hand_stays_out(policy: Policy, work: Worker) -> None:
    for number in (1, 2, 3):
        sent_by(make_actor(), policy, number)
    work.drain()
    by_hand(policy, 1, None)
    assert groups(policy) == {1: None, 2: 2, 3: 2}
    sent_by(make_actor(), policy, 4)
    work.drain()
    group_similar(policy.id, {1, 2, 3, 4})
    assert groups(policy) == {1: None, 2: 2, 3: 2, 4: 2}


def test_who_was_put_into_a_group_by_hand_stays_in_it(policy: Policy, work: Worker) -> None:
    author = make_actor()
    make_contribution(policy, clause="c3", reason=OTHER)
    sent_by(author, policy, 2)
    sent_by(make_actor(), policy, 3)
    work.drain()
    by_hand(policy, 1, 2)
    assert groups(policy) == {1: 2, 2: 2, 3: 2}
    group_similar(policy.id, {1, 2, 3})
    assert groups(policy) == {1: 2, 2: 2, 3: 2}
    make_contribution(policy, clause="c3", reason=OTHER)
    with committing():
        withdraw(policy.slug, 2, actor=author)
    work.drain()
    assert groups(policy) == {1: 1, 2: None, 3: 1, 4: None}


def test_nobody_is_joined_to_what_was_grouped_by_hand(policy: Policy, work: Worker) -> None:
    make_contribution(policy, clause="c3", reason=OTHER)
    sent_by(make_actor(), policy, 2)
    work.drain()
    with committing():
        db.session.execute(update(Contribution).values(is_hand_grouped=True))
    sent_by(make_actor(), policy, 3)
    work.drain()
    assert groups(policy) == {1: None, 2: None, 3: None}


def test_a_campaign_of_a_thousand_is_one_group_beside_twenty_of_their_own(
    policy: Policy, work: Worker
) -> None:
    rows = [letter(number) for number in range(1000)]
    for place, words in enumerate(INDEPENDENT):
        rows.insert(place * 50, words)
    make_contribution(policy, clause="c3", reason=rows[0])
    _copy_with_other_words(policy, rows[1:])
    group_similar(policy.id, set(range(1, len(rows) + 1)))
    found = groups(policy)
    own = {number for number, words in enumerate(rows, start=1) if words in INDEPENDENT}
    assert {number for number, group in found.items() if group is None} == own
    assert len({group for group in found.values() if group}) == 1


def _copy_with_other_words(policy: Policy, rows: list[str]) -> None:
    """The first contribution again and again, as it is but for its number and its words."""
    first = db.session.scalars(select(Contribution)).one()
    names = {column.key for column in Contribution.__table__.columns} - {"id", "thread_id"}
    values = {name: getattr(first, name) for name in names}
    copies = [
        values | {"number": number, "reason": words, "lookup_hash": None}
        for number, words in enumerate(rows, start=2)
    ]
    with committing():
        db.session.execute(insert(Contribution), copies)


def test_letters_find_their_campaign_though_an_officer_took_the_first_one_out(
    policy: Policy, work: Worker
) -> None:
    """The machine compares with the first one only; when that goes, another must stand for all."""
    for number in (1, 2, 3):
        sent_by(make_actor(), policy, number)
    work.drain()
    officer = db.session.get_one(Person, policy.owner_id).actor(clock.now())
    with committing():
        set_phase(policy.slug, "consultation", actor=officer)
    with committing():
        regrouping.take_out(policy.slug, 1, actor=officer)
    sent_by(make_actor(), policy, 4)
    work.drain()
    assert groups(policy) == {1: None, 2: 2, 3: 2, 4: 2}
    with committing():
        regrouping.put_with(policy.slug, 1, 4, actor=officer)
    assert groups(policy) == {1: 2, 2: 2, 3: 2, 4: 2}
