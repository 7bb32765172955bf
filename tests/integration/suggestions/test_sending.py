"""Sending: numbers, kinds, the once-only token, and what is refused with nothing lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.actor import VISITOR, Role
from app.database import committing, db
from app.discussions.models import Comment, Thread
from app.errors import NotAllowed, RuleBroken, SignInNeeded
from app.ledger.models import EventRecord
from app.policies.models import Policy
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.rules import ArticleChanged, CommentsClosed
from app.suggestions.services.sending import Wanted, send
from tests.builders.accounts import make_actor
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import REASON, make_contribution, make_suggestion

NEW = "第二条 共享自行车停放超过三日，或者妨碍轮椅通行的，运营企业应当移走。"


def reviewed(**more: object) -> Policy:
    return make_policy(mode="reviewed", **more)


def changes_of(one: Contribution) -> list[SuggestedChange]:
    query = select(SuggestedChange).where(SuggestedChange.contribution_id == one.id)
    return list(db.session.scalars(query.order_by(SuggestedChange.position)))


def test_other_words_for_a_clause_are_a_suggestion_with_one_operation(app: Flask) -> None:
    policy = reviewed()
    one = make_suggestion(policy, "c3", NEW)
    assert (one.number, one.kind, one.state, one.fit) == (1, "suggestion", "open", "fits")
    assert [(c.kind, c.clause, c.text) for c in changes_of(one)] == [("reword", "c3", NEW)]
    assert one.reason == REASON
    assert one.thread_id is None


def test_unchanged_words_are_a_comment_with_a_thread_that_holds_them(app: Flask) -> None:
    policy = reviewed()
    one = make_contribution(policy, clause="c3", kind="question")
    assert (one.kind, one.reason, changes_of(one)) == ("question", "", [])
    thread = db.session.get_one(Thread, one.thread_id)
    assert (thread.kind, thread.clause) == ("question", "c3")
    assert db.session.scalars(select(Comment.body)).all() == [REASON]


def test_deleting_every_word_suggests_removing_the_article(app: Flask) -> None:
    one = make_suggestion(reviewed(), "c3", "")
    assert [(c.kind, c.clause) for c in changes_of(one)] == [("remove", "c3")]


def test_a_new_article_is_an_insertion_behind_its_neighbour(app: Flask) -> None:
    one = make_contribution(reviewed(), after="c3", text="第二条之一 企业应当公布电话。")
    assert [(c.kind, c.after) for c in changes_of(one)] == [("insert", "c3")]


def test_a_whole_page_is_several_operations(app: Flask) -> None:
    text = TEXT.replace("三日", "两日").replace("2026年10月", "2027年1月")
    one = make_contribution(reviewed(), text=text)
    assert [(c.kind, c.clause) for c in changes_of(one)] == [("reword", "c3"), ("reword", "c4")]


def test_numbers_count_up_per_policy_and_a_token_counts_once(app: Flask) -> None:
    first, second = reviewed(slug="one"), reviewed(slug="two", title="Two")
    person = make_actor()
    assert make_contribution(first, person, reason="A reason.", token="t1").number == 1
    assert make_contribution(first, person, reason="Another.", token="t1").number == 1
    assert make_contribution(first, person, reason="A third.", token="t2").number == 2
    assert make_contribution(second, person, reason="A reason.", token="t1").number == 1
    assert db.session.scalar(select(func.count(Contribution.id))) == 3


def test_the_same_comment_from_two_forms_is_one_contribution(app: Flask) -> None:
    policy, person = reviewed(), make_actor()
    first = make_contribution(policy, person, token="t1")
    assert make_contribution(policy, person, token="t2").id == first.id


def test_a_reason_is_needed_and_an_empty_new_article_is_refused(app: Flask) -> None:
    policy = reviewed()
    with pytest.raises(RuleBroken, match="even a short one") as refusal:
        make_suggestion(policy, "c3", NEW, reason="  ")
    assert refusal.value.field == "summary"
    with pytest.raises(RuleBroken, match="words of the new article"):
        make_contribution(policy, after="c3", text=" \n")
    db.session.rollback()
    assert db.session.scalar(select(func.count(Contribution.id))) == 0


def test_an_article_corrected_meanwhile_is_shown_before_anything_is_sent(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    policy = reviewed(owner=owner)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=owner, base=1)
    with pytest.raises(ArticleChanged) as conflict:
        make_suggestion(policy, "c3", NEW, base=1)
    assert conflict.value.head == 2
    db.session.rollback()
    assert make_suggestion(policy, "c2", "第一条 为了便利行人，制定本办法。", base=1).number == 1


def test_an_article_that_vanished_is_refused_in_words(app: Flask) -> None:
    owner = make_actor(Role.OFFICER)
    policy = reviewed(owner=owner)
    save_text(policy.slug, TEXT.replace(TEXT.split("\n\n")[2] + "\n\n", ""), actor=owner, base=1)
    with pytest.raises(RuleBroken, match="no longer in the text"):
        make_suggestion(policy, "c3", NEW, base=1)


def test_where_the_text_is_not_open_a_comment_still_is(app: Flask) -> None:
    policy = make_policy(mode="group")
    with pytest.raises(RuleBroken, match="You can send a comment"):
        make_suggestion(policy, "c3", NEW)
    db.session.rollback()
    assert make_contribution(policy, clause="c3").kind == "comment"


def closing(policy: Policy, at: datetime) -> None:
    with committing():
        row = db.session.get_one(Policy, policy.id)
        row.phase, row.closes_at = "consultation", at


def test_comments_close_at_their_second_without_the_worker(app: Flask, noon: datetime) -> None:
    policy = reviewed()
    closing(policy, noon)
    with pytest.raises(CommentsClosed) as closed:
        make_suggestion(policy, "c3", NEW, begun_at=noon)
    assert closed.value.closed_at == noon


def test_what_was_begun_before_closing_may_be_sent_for_a_day_and_is_marked(
    app: Flask, noon: datetime
) -> None:
    policy = reviewed()
    closing(policy, noon - timedelta(hours=23))
    late = make_suggestion(policy, "c3", NEW, begun_at=noon - timedelta(hours=24))
    assert late.is_late
    closing(policy, noon - timedelta(hours=24))
    with pytest.raises(CommentsClosed):
        make_suggestion(policy, "c3", NEW, begun_at=noon - timedelta(hours=25))


def test_a_visitor_and_a_suspended_person_send_nothing(app: Flask, noon: datetime) -> None:
    policy = reviewed()
    with pytest.raises(RuntimeError, match="a visitor reached"):
        send(policy.slug, Wanted(base=1, text="", reason="Why."), actor=VISITOR)
    suspended = make_actor(suspended_until=noon + timedelta(days=1))
    with pytest.raises(NotAllowed, match="suspended"):
        send(policy.slug, Wanted(base=1, text="", reason="Why."), actor=suspended)
    supervisor = make_actor(Role.SUPERVISOR)
    with pytest.raises(NotAllowed, match="Only residents") as refusal:
        send(policy.slug, Wanted(base=1, text="", reason="Why."), actor=supervisor)
    assert not isinstance(refusal.value, SignInNeeded)


def test_the_record_holds_no_words(app: Flask) -> None:
    make_suggestion(reviewed(), "c3", NEW)
    query = select(EventRecord.payload).where(EventRecord.kind == "ContributionSent")
    payload = db.session.scalars(query).one()
    assert "wheelchairs" not in payload
    assert "轮椅" not in payload
