"""Changing what one has sent: without a trace at first, by a new suggestion later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.database import committing, db
from app.discussions.models import CommentVersion, Thread
from app.errors import Conflict, NotAllowed, RuleBroken, SignInNeeded
from app.ledger.services import salted_hash
from app.moderation.services import Decision
from app.policies.models import Policy
from app.suggestions.models import Contribution
from app.suggestions.queries.rewriting import find_rewriting
from app.suggestions.queries.shown import get_contribution
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.changing import change, replace
from app.suggestions.services.rebasing import rebase_policy
from app.suggestions.services.sending import Sent, Wanted
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, sign_in
from tests.builders.moderation import act_on_suggestion
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient
from tests.integration.suggestions.own_words import (
    BETTER,
    CLAUSE,
    OTHER,
    SECOND,
    address,
    again,
    events_of,
    tables_with,
    text_of,
    unlock,
)

NEW_REASON = "A rare new reason"
FIRST = "A rare first reason"
LATER = timedelta(minutes=10)


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, mode="reviewed")


def wanted(**values: Any) -> Wanted:
    return Wanted(**{"base": 1, "text": OTHER, "reason": NEW_REASON, **values})


def changed(policy: Policy, actor: Actor, number: int = 1, **values: Any) -> None:
    with committing():
        change(policy.slug, number, wanted(**values), actor=actor)


def replaced(policy: Policy, actor: Actor, number: int = 1, **values: Any) -> Sent:
    with committing():
        return replace(policy.slug, number, wanted(**values), actor=actor)


def test_words_changed_in_the_first_minutes_leave_no_trace(policy: Policy, noon: datetime) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, BETTER, author, reason=FIRST)
    assert tables_with(FIRST) == {"contribution"}
    assert tables_with("超过两日") == {"suggested_change"}
    salt = one.salt
    with clock.frozen(noon + LATER - timedelta(seconds=1)):
        changed(policy, author)
    assert tables_with(FIRST) == set()
    assert tables_with("超过两日") == set()
    view = get_contribution(policy.slug, 1, VISITOR)
    assert (view.words, view.changes[0].after, view.fit) == (NEW_REASON, OTHER, "fits")
    assert view.changed_at is not None
    row = again(one)
    assert row.salt != salt
    (event,) = events_of("ContributionChanged")
    words = f"{NEW_REASON}\x1f{OTHER}"
    assert event == {
        "policy": policy.id,
        "number": 1,
        "kind": "suggestion",
        "words": salted_hash(row.salt, words),
    }


def test_a_comment_is_changed_where_it_stands_and_keeps_no_earlier_words(policy: Policy) -> None:
    author = make_actor()
    one = make_contribution(policy, author, clause=CLAUSE, reason=FIRST)
    changed(policy, author, kind="objection")
    assert tables_with(FIRST) == set()
    assert db.session.scalar(select(func.count(CommentVersion.id))) == 0
    view = get_contribution(policy.slug, 1, VISITOR)
    assert (view.words, view.kind) == (NEW_REASON, "objection")
    assert db.session.get_one(Thread, again(one).thread_id).kind == "objection"
    assert len(events_of("CommentEdited")) == 1


def test_after_ten_minutes_a_new_suggestion_stands_in_its_place(
    policy: Policy, noon: datetime
) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    with clock.frozen(noon + LATER):
        with pytest.raises(RuleBroken):
            change(policy.slug, 1, wanted(), actor=author)
        db.session.rollback()
        first = replaced(policy, author, token="one form")
        second = replaced(policy, author, token="one form")
    assert (first.number, second.number, second.is_new) == (2, 2, False)
    row = again(one)
    assert (row.state, row.fit, row.superseded_by) == ("replaced", "superseded", 2)
    assert get_contribution(policy.slug, 1, VISITOR).changes[0].after == BETTER
    assert get_contribution(policy.slug, 2, VISITOR).changes[0].after == OTHER
    assert events_of("SuggestionSuperseded") == [
        {"policy": policy.id, "number": 1, "by": 2, "by_author": True}
    ]
    with pytest.raises(RuleBroken, match="already"):
        replace(policy.slug, 1, wanted(), actor=author)


def test_what_was_replaced_is_not_brought_onto_later_versions(
    policy: Policy, officer: Actor
) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    replaced(policy, author)
    save_text(policy.slug, TEXT.replace("为了规范停放", "为了方便停放"), actor=officer, base=1)
    rebase_policy(policy.id)
    row = again(one)
    assert (row.state, row.fit, row.superseded_by, row.news_at) == (
        "replaced",
        "superseded",
        2,
        None,
    )


@pytest.mark.parametrize("act", [change, replace])
def test_the_words_of_the_draft_are_no_suggestion(policy: Policy, act: Any) -> None:
    author = make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    with pytest.raises(RuleBroken) as refusal:
        act(policy.slug, 1, wanted(text=SECOND), actor=author)
    assert refusal.value.field == "text"
    with pytest.raises(RuleBroken) as refusal:
        act(policy.slug, 1, wanted(reason=" "), actor=author)
    assert refusal.value.field == "summary"
    db.session.rollback()
    assert get_contribution(policy.slug, 1, VISITOR).changes[0].after == BETTER


@pytest.mark.parametrize("act", [change, replace])
def test_only_the_author_changes_what_was_sent(policy: Policy, officer: Actor, act: Any) -> None:
    make_suggestion(policy, CLAUSE, BETTER)
    for stranger in (make_actor(), officer, make_actor(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            act(policy.slug, 1, wanted(), actor=stranger)
        db.session.rollback()
    with pytest.raises(SignInNeeded):
        act(policy.slug, 1, wanted(), actor=VISITOR)


@pytest.mark.parametrize("act", [change, replace])
def test_what_is_hidden_taken_back_or_answered_is_not_changed(
    policy: Policy, officer: Actor, act: Any
) -> None:
    author = make_actor()
    hidden, gone, said = (make_suggestion(policy, CLAUSE, BETTER, author) for _ in range(3))
    with committing():
        decision = Decision("hide", "insult", "Rude")
        act_on_suggestion(hidden.id, decision, actor=make_actor(Role.VOLUNTEER))
    with committing():
        withdraw(policy.slug, gone.number, actor=author)
    with committing():
        because = NewAnswer("not_adopted", "The depot needs three days.")
        answer(policy.slug, said.number, because, actor=officer)
    for number in (hidden.number, gone.number, said.number):
        with pytest.raises(RuleBroken):
            act(policy.slug, number, wanted(), actor=author)
        db.session.rollback()


def test_an_article_corrected_meanwhile_is_compared_first(policy: Policy, officer: Actor) -> None:
    author = make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=1)
    with pytest.raises(Conflict):
        change(policy.slug, 1, wanted(), actor=author)
    db.session.rollback()
    changed(policy, author, base=2)
    view = get_contribution(policy.slug, 1, VISITOR)
    assert (view.base, view.fit, view.changes[0].after) == (2, "fits", OTHER)


def test_the_form_begins_with_ones_own_words_on_the_text_as_it_is_now(
    policy: Policy, officer: Actor
) -> None:
    author = make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    save_text(policy.slug, TEXT.replace("二十四小时", "十二小时"), actor=officer, base=1)
    merged = find_rewriting(get_contribution(policy.slug, 1, author))
    assert merged is not None
    assert merged.text == BETTER.replace("二十四小时", "十二小时") or merged.text == BETTER
    assert (merged.base, merged.now) == (2, SECOND.replace("二十四小时", "十二小时"))


def test_a_suggestion_on_an_article_that_is_gone_has_no_form(
    policy: Policy, officer: Actor, client: CheckingClient
) -> None:
    author = make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    save_text(policy.slug, TEXT.replace(SECOND + "\n\n", ""), actor=officer, base=1)
    assert find_rewriting(get_contribution(policy.slug, 1, author)) is None
    sign_in(client, author)
    answer_ = client.get(address(policy, 1, "change"))
    assert (answer_.status_code, answer_.location) == (303, address(policy))
    assert "This article is no longer in the text." in text_of(client, address(policy))


def test_changes_of_a_whole_text_that_no_longer_fit_are_set_apart(
    policy: Policy, officer: Actor
) -> None:
    author = make_actor()
    text = TEXT.replace("三日", "两日").replace("2026年10月1日", "2027年1月1日")
    make_contribution(policy, author, text=text)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=1)
    found = find_rewriting(get_contribution(policy.slug, 1, author))
    assert found is not None
    assert found.text == TEXT.replace("三日", "五日").replace("2026年10月1日", "2027年1月1日")
    assert [change_.clause for change_ in found.misfits] == [CLAUSE]


def post(
    client: CheckingClient, policy: Policy, number: int = 1, **fields: Any
) -> tuple[int, str, str]:
    """Send the form of the page with other words; its status, where it leads, and the page."""
    values = {"base": 1, "text": OTHER, "summary": NEW_REASON, "way": "change", **fields}
    here = address(policy, number, "change")
    answer_ = client.post_form(here, values, form=values.pop("source", here))
    return answer_.status_code, answer_.location or "", answer_.get_data(as_text=True)


def test_the_page_changes_words_for_an_author_without_account(
    policy: Policy, client: CheckingClient
) -> None:
    one = make_suggestion(policy, CLAUSE, BETTER, make_actor(confirmation=Confirmation.NONE))
    unlock(client, one)
    page = text_of(client, address(policy, 1, "change"))
    assert "10 minutes left. What you sent first leaves no trace." in page
    assert "连续停放超过两日" in page
    status, location, _page = post(client, policy)
    assert (status, location) == (303, address(policy))
    assert NEW_REASON in text_of(client, address(policy))


def test_a_form_left_open_too_long_says_so_before_it_becomes_a_new_suggestion(
    policy: Policy, client: CheckingClient, noon: datetime
) -> None:
    author = make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    sign_in(client, author)
    with clock.frozen(noon + LATER):
        status, _location, page = post(client, policy, way="change")
        assert status == 422
        assert "The ten minutes are over. Now your words become a new suggestion." in page
        assert NEW_REASON in page
        assert OTHER in page
        assert db.session.scalar(select(func.count(Contribution.id))) == 1
        status, location, _page = post(client, policy, way="replace")
    assert (status, location) == (303, address(policy, 2))


def test_a_telephone_number_is_asked_about_once(policy: Policy, client: CheckingClient) -> None:
    author = make_actor()
    make_contribution(policy, author, clause=CLAUSE)
    sign_in(client, author)
    words = "Call me on 13800138000 please"
    status, _location, page = post(client, policy, summary=words)
    assert status == 422
    assert "This looks like a personal number" in page
    assert words in page
    numbers = page.split('name="numbers"')[1].split('value="')[1].split('"')[0]
    status, _location, _page = post(client, policy, summary=words, numbers=numbers)
    assert status == 303
    assert get_contribution(policy.slug, 1, VISITOR).words == words


def test_refused_words_come_back_beside_the_field(policy: Policy, client: CheckingClient) -> None:
    author = make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    sign_in(client, author)
    status, _location, page = post(client, policy, summary="")
    assert status == 422
    assert "Please give a reason, even a short one." in page
    assert OTHER.removeprefix("第二条 ") in page
    here = address(policy, 1, "change")
    stale = client.post(here, data={"base": 1, "text": OTHER, "summary": NEW_REASON})
    assert stale.status_code == 400
    assert NEW_REASON in stale.get_data(as_text=True)


def test_a_correction_meanwhile_shows_the_article_and_keeps_the_words(
    policy: Policy, officer: Actor, client: CheckingClient
) -> None:
    author = make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=1)
    sign_in(client, author)
    status, _location, page = post(client, policy)
    assert status == 409
    assert "The article reads differently now" in page
    assert "超过五日" in page
    assert OTHER in page
    assert 'name="base" value="2"' in page


def test_a_later_change_of_a_comment_goes_the_way_of_all_comments(
    policy: Policy, client: CheckingClient, noon: datetime
) -> None:
    author = make_actor()
    one = make_contribution(policy, author, clause=CLAUSE)
    sign_in(client, author)
    thread = again(one).thread_id
    with clock.frozen(noon + LATER):
        answer_ = client.get(address(policy, 1, "change"))
        assert answer_.status_code == 303
        assert answer_.location.startswith(f"/threads/{thread}/comments/")
        status, _location, page = post(client, policy, source=address(policy))
    assert status == 422
    assert NEW_REASON in page, "the words come back with the refusal"


def test_strangers_are_sent_away_from_the_form(policy: Policy, client: CheckingClient) -> None:
    make_suggestion(policy, CLAUSE, BETTER)
    for act in ("change", "withdraw"):
        assert "/account/sign-in" in client.get(address(policy, 1, act)).location
    sign_in(client, make_actor())
    for act in ("change", "withdraw"):
        assert client.get(address(policy, 1, act)).status_code == 403
    assert client.post_form(address(policy, 1, "leave"), form="/").status_code == 403
