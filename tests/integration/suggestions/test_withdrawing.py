"""Taking back: shown nowhere at once, brought back for ten minutes, then erased for good."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.database import committing, db
from app.discussions.models import Comment
from app.discussions.queries import (
    find_comment_for_search,
    find_comments,
    get_comment,
    get_thread,
    list_comments,
    list_earlier,
)
from app.discussions.services.editing import edit_comment
from app.discussions.services.posting import reply
from app.errors import NotAllowed, RuleBroken, SignInNeeded
from app.policies.models import Policy
from app.policies.services.publishing import make_private
from app.search.queries import list_comments as documents_of
from app.suggestions.models import Contribution, ContributionBand, SuggestedChange
from app.suggestions.queries.listing import count_by_clause
from app.suggestions.queries.shown import get_contribution
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.changing import replace
from app.suggestions.services.grouping import group_similar
from app.suggestions.services.sending import Wanted
from app.suggestions.services.withdrawing import bring_back, erase_withdrawn, withdraw
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient
from tests.integration.suggestions.own_words import (
    BETTER,
    CLAUSE,
    OTHER,
    address,
    again,
    events_of,
    tables_with,
    text_of,
    unlock,
)

RARE = "Rare words of a reason that nobody else would write here"
RARE_CLAUSE = BETTER.replace("两日", "四又四分之一日")
LATER = timedelta(minutes=10)


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, mode="reviewed")


def taken_back(one: Contribution, policy: Policy, author: Actor) -> None:
    with committing():
        withdraw(policy.slug, one.number, actor=author)


def first_comment(one: Contribution) -> Comment:
    query = select(Comment).where(Comment.thread_id == again(one).thread_id).order_by(Comment.id)
    return db.session.scalars(query).first()  # type: ignore[return-value]


def test_the_words_of_a_suggestion_are_shown_nowhere_and_its_number_stays(
    policy: Policy, officer: Actor, client: CheckingClient
) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, RARE_CLAUSE, author, reason=RARE)
    shown = [address(policy), f"/policies/{policy.slug}/suggestions"]
    assert all(RARE in text_of(client, path) for path in shown)
    taken_back(one, policy, author)
    assert again(one).state == "withdrawn"
    for actor in (VISITOR, officer, author):
        view = get_contribution(policy.slug, 1, actor)
        assert (view.words, view.changes, view.is_withdrawn) == ("", (), True)
    for person in (None, officer, author):
        if person is not None:
            sign_in(client, person)
        for path in (*shown, address(policy, 1, "receipt") if person is author else shown[0]):
            page = text_of(client, path)
            assert RARE not in page
            assert "四分之一" not in page
    assert events_of("ContributionWithdrawn") == [
        {"policy": policy.id, "number": 1, "withdrawn": True}
    ]


def test_the_words_of_a_comment_are_shown_nowhere_and_the_replies_stay(
    policy: Policy, client: CheckingClient
) -> None:
    author, other = make_actor(), make_actor()
    one = make_contribution(policy, author, clause=CLAUSE, reason=RARE)
    first = first_comment(one)
    with committing():
        edit_comment(first.id, RARE + " indeed", actor=author)
    thread, comment_id = again(one).thread_id, first.id
    assert thread is not None
    with committing():
        reply(thread, "Somebody's reply", actor=other)
    assert count_by_clause(policy.id, None) == {CLAUSE: 1}
    taken_back(one, policy, author)
    for actor in (VISITOR, author, other):
        comments = list_comments(thread, actor)[0]
        assert [comment.body for comment in comments] == ["", "Somebody's reply"]
        assert get_thread(thread, actor)[1].first.withdrawn_at is not None
        view = get_comment(comment_id, actor)
        assert (view.body, view.is_readable, list(list_earlier(view))) == ("", False, [])
        assert find_comments([comment_id], actor) == {}
    assert count_by_clause(policy.id, None) == {}
    searchable = find_comment_for_search(comment_id)
    assert searchable is not None
    assert (searchable.body, searchable.is_hidden, searchable.is_public) == ("", True, False)
    assert list(documents_of([comment_id])) == []
    page = text_of(client, f"/threads/{thread}")
    assert "Taken back by its author on" in page
    assert "Somebody&#39;s reply" in page
    assert RARE not in page
    sign_in(client, author)
    here = f"/threads/{thread}/comments/{comment_id}"
    assert "/edit" not in text_of(client, f"/threads/{thread}")
    assert [client.get(f"{here}/{act}").status_code for act in ("edit", "earlier")] == [404, 404]
    with pytest.raises(RuleBroken):
        edit_comment(comment_id, "Once more", actor=author)
    (event,) = events_of("CommentWithdrawn")
    assert (event["comment"], event["withdrawn"]) == (comment_id, True)


def test_the_same_words_can_be_sent_again_after_taking_them_back(policy: Policy) -> None:
    author = make_actor()
    taken_back(make_contribution(policy, author, clause=CLAUSE, reason=RARE), policy, author)
    anew = make_contribution(policy, author, clause=CLAUSE, reason=RARE)
    assert anew.number == 2
    assert get_contribution(policy.slug, 2, VISITOR).words == RARE


@pytest.mark.parametrize("kind", ["suggestion", "comment"])
def test_within_ten_minutes_the_words_come_back(policy: Policy, noon: datetime, kind: str) -> None:
    author = make_actor()
    text = {"text": RARE_CLAUSE} if kind == "suggestion" else {}
    one = make_contribution(policy, author, clause=CLAUSE, reason=RARE, **text)
    taken_back(one, policy, author)
    with clock.frozen(noon + LATER - timedelta(seconds=1)):
        erase_withdrawn()
        db.session.rollback()
        for _ in range(2):
            with committing():
                bring_back(policy.slug, 1, actor=author)
    view = get_contribution(policy.slug, 1, VISITOR)
    assert (view.words, view.state, view.withdrawn_at) == (RARE, "open", None)
    assert len(view.changes) == (1 if kind == "suggestion" else 0)
    said = [event["withdrawn"] for event in events_of("ContributionWithdrawn")]
    assert said == [True, False]


def test_after_ten_minutes_they_do_not(policy: Policy, noon: datetime) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, RARE_CLAUSE, author)
    taken_back(one, policy, author)
    with clock.frozen(noon + LATER), pytest.raises(RuleBroken):
        bring_back(policy.slug, 1, actor=author)
    db.session.rollback()
    assert again(one).state == "withdrawn"


def test_an_answered_one_is_answered_when_it_comes_back(policy: Policy, officer: Actor) -> None:
    author = make_actor()
    one = make_contribution(policy, author, clause=CLAUSE)
    with committing():
        answer(policy.slug, 1, NewAnswer("noted", "We read this with care."), actor=officer)
    taken_back(one, policy, author)
    assert [said.reason for said in get_contribution(policy.slug, 1, VISITOR).answers] == [
        "We read this with care."
    ]
    with committing():
        bring_back(policy.slug, 1, actor=author)
    assert again(one).state == "answered"


def test_a_replaced_one_is_replaced_when_it_comes_back(policy: Policy) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    with committing():
        replace(policy.slug, 1, Wanted(base=1, text=OTHER, reason="Better"), actor=author)
    taken_back(one, policy, author)
    with committing():
        bring_back(policy.slug, 1, actor=author)
    assert (again(one).state, again(one).superseded_by) == ("replaced", 2)


def test_taking_back_twice_is_taking_back_once(policy: Policy, noon: datetime) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    taken_back(one, policy, author)
    with clock.frozen(noon + timedelta(minutes=5)):
        taken_back(one, policy, author)
    assert again(one).withdrawn_at == noon
    assert len(events_of("ContributionWithdrawn")) == 1


@pytest.mark.parametrize("act", [withdraw, bring_back])
def test_nobody_else_takes_words_back_or_brings_them_back(
    policy: Policy, officer: Actor, act: object
) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    if act is bring_back:
        taken_back(one, policy, author)
    state = again(one).state
    for stranger in (make_actor(), officer, make_actor(Role.VOLUNTEER)):
        with pytest.raises(NotAllowed):
            act(policy.slug, 1, actor=stranger)  # type: ignore[operator]
        db.session.rollback()
    with pytest.raises(SignInNeeded):
        act(policy.slug, 1, actor=VISITOR)  # type: ignore[operator]
    db.session.rollback()
    assert again(one).state == state


def test_the_duty_erases_every_word_once_the_time_is_over(policy: Policy, noon: datetime) -> None:
    author = make_actor()
    suggestion = make_suggestion(policy, CLAUSE, RARE_CLAUSE, author, reason=RARE)
    comment = make_contribution(policy, author, clause=CLAUSE, reason=RARE)
    stays = make_suggestion(policy, CLAUSE, BETTER, author)
    with committing():
        edit_comment(first_comment(comment).id, "Other rare words", actor=author)
    group_similar(policy.id, [1, 2, 3])
    salts = [again(one).salt for one in (suggestion, comment)] + [first_comment(comment).salt]
    for one in (suggestion, comment):
        taken_back(one, policy, author)
    assert tables_with(RARE) == {"contribution", "comment_version"}
    with clock.frozen(noon + LATER - timedelta(seconds=1)):
        assert erase_withdrawn() == 0
    with clock.frozen(noon + LATER), committing():
        assert erase_withdrawn() == 2
        assert erase_withdrawn() == 0
    for words in (RARE, "Other rare words", "四又四分之一日"):
        assert tables_with(words) == set()
    for one in (suggestion, comment):
        row = again(one)
        assert (row.state, row.erased_at, row.sketch) == ("withdrawn", noon + LATER, None)
    new = [again(one).salt for one in (suggestion, comment)] + [first_comment(comment).salt]
    assert set(new).isdisjoint(salts)
    bands = db.session.scalars(select(ContributionBand.contribution_id)).all()
    assert set(bands) == {stays.id}
    texts = select(SuggestedChange.text).order_by(SuggestedChange.contribution_id)
    assert db.session.scalars(texts).all() == ["", BETTER]
    assert get_contribution(policy.slug, 1, VISITOR).number == 1


def test_a_draft_made_private_keeps_the_duty_from_nothing(
    policy: Policy, officer: Actor, noon: datetime
) -> None:
    author = make_actor()
    one = make_suggestion(policy, CLAUSE, RARE_CLAUSE, author, reason=RARE)
    taken_back(one, policy, author)
    with committing():
        make_private(policy.slug, actor=officer)
    with clock.frozen(noon + LATER), committing():
        assert erase_withdrawn() == 1
    assert tables_with(RARE) == set()


def test_the_question_is_asked_and_the_words_come_back_by_a_button(
    policy: Policy, client: CheckingClient
) -> None:
    one = make_suggestion(
        policy, CLAUSE, BETTER, make_actor(confirmation=Confirmation.NONE), reason=RARE
    )
    unlock(client, one)
    here = address(policy, 1, "withdraw")
    assert "Your words will no longer be shown or answered; the number stays." in text_of(
        client, here
    )
    assert again(one).state == "open", "asking takes nothing back"
    done = client.post_form(here)
    assert (done.status_code, done.location) == (303, address(policy))
    page = text_of(client, address(policy))
    assert "By mistake? You can bring it back for 10 minutes." in page
    assert RARE not in page
    back = client.post_form(here, {"step": "back"}, form=address(policy))
    assert back.status_code == 303
    assert RARE in text_of(client, address(policy))


def test_of_an_answered_one_the_question_says_that_the_answer_stays(
    policy: Policy, officer: Actor, client: CheckingClient
) -> None:
    author = make_actor()
    make_contribution(policy, author, clause=CLAUSE)
    with committing():
        answer(policy.slug, 1, NewAnswer("noted", "We read this with care."), actor=officer)
    sign_in(client, author)
    page = text_of(client, address(policy, 1, "withdraw"))
    assert "the number and the answer stay." in page
    client.post_form(address(policy, 1, "withdraw"))
    assert "We read this with care." in text_of(client, address(policy))
