"""My comments and the answers: each in words, the newest news first, and nobody else's."""

from __future__ import annotations

from dataclasses import replace as replaced
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.moderation.services import Decision
from app.policies.models import Policy
from app.policies.services.publishing import make_private
from app.suggestions.queries.own import list_own
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.changing import replace
from app.suggestions.services.noticing import mark_seen
from app.suggestions.services.rebasing import rebase_policy
from app.suggestions.services.sending import Wanted
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, sign_in
from tests.builders.consultations import make_call
from tests.builders.moderation import act_on_suggestion
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient
from tests.integration.suggestions.own_words import BETTER, CLAUSE, OTHER, text_of

MINE = "/mine"


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, mode="reviewed")


@pytest.fixture
def author(client: CheckingClient, officer: Actor) -> Actor:
    """A resident who is signed in."""
    author = make_actor()
    sign_in(client, author)
    return author


def items(page: str) -> list[str]:
    """The items of the list, each as its markup."""
    return page.split('<article class="own"')[1:]


def test_each_one_says_where_it_stands(
    policy: Policy, officer: Actor, author: Actor, client: CheckingClient
) -> None:
    hidden = make_suggestion(policy, CLAUSE, BETTER, author)
    with committing():
        decision = Decision("hide", "insult", "Rude to a neighbour")
        act_on_suggestion(hidden.id, decision, actor=make_actor(Role.VOLUNTEER))
    make_suggestion(policy, CLAUSE, BETTER, author)
    with committing():
        wanted = Wanted(base=1, text=OTHER, reason="Better")
        replace(policy.slug, 2, wanted, actor=author)
    make_contribution(policy, author, clause=CLAUSE, kind="question")
    with committing():
        answer(policy.slug, 4, NewAnswer("explained", "The depot is full."), actor=officer)
    make_contribution(policy, author, clause=CLAUSE, reason="Something else")
    with committing():
        withdraw(policy.slug, 5, actor=author)
    found = {
        item.split("/suggestions/")[1].split('"')[0]: item for item in items(text_of(client, MINE))
    }
    assert sorted(found) == ["1", "2", "3", "4", "5"]
    assert "Rude to a neighbour" in found["1"]
    assert "Replaced by no. 3" in found["2"]
    assert "Received. The department answers while it writes." in found["3"]
    assert "Explained" in found["4"]
    assert "News</span>" in found["4"]
    assert "The number stays." in found["5"]
    assert "Bring it back" in found["5"]
    assert [number for number, item in found.items() if "News</span>" in item] == ["4"]


def test_dates_are_those_of_the_call(
    policy: Policy, officer: Actor, author: Actor, client: CheckingClient, noon: datetime
) -> None:
    make_call(policy, officer, closes_at=noon + timedelta(days=40), answer_days=30)
    make_suggestion(policy, CLAUSE, BETTER, author)
    (item,) = items(text_of(client, MINE))
    assert "Received, answer due by" in item
    assert "11 May 2026" in item
    with clock.frozen(noon + timedelta(days=70, seconds=1)):
        sign_in(client, author)
        (item,) = items(text_of(client, MINE))
    assert "Answer 1 day overdue" in item


def test_a_text_that_moved_on_is_told_with_what_can_be_done(
    policy: Policy, officer: Actor, author: Actor, client: CheckingClient, noon: datetime
) -> None:
    make_suggestion(policy, CLAUSE, BETTER, author)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=1)
    rebase_policy(policy.id)
    (item,) = items(text_of(client, MINE))
    assert "</span> changed and your suggestion no longer fits." in item
    assert f'href="/policies/{policy.slug}/suggestions/1/change"' in item
    assert "Leave it as it was" in item
    client.post_form(f"/policies/{policy.slug}/suggestions/1/leave", form=MINE)
    (item,) = items(text_of(client, MINE))
    assert "Leave it as it was" not in item
    assert "News</span>" not in item
    save_text(policy.slug, TEXT, actor=officer, base=2)
    with clock.frozen(noon + timedelta(hours=1)):
        rebase_policy(policy.id)
    (item,) = items(text_of(client, MINE))
    assert "</span> changed. Your suggestion still fits; nothing to do." in item


def test_the_newest_news_stands_first(policy: Policy, officer: Actor, author: Actor) -> None:
    base = clock.now()
    for minute in range(3):
        with clock.frozen(base + timedelta(minutes=minute)):
            make_contribution(policy, author, clause=CLAUSE, reason=f"Words {minute}")
    with clock.frozen(base + timedelta(hours=1)), committing():
        answer(policy.slug, 1, NewAnswer("noted", "We read this with care."), actor=officer)
    assert [view.number for _policy, view in list_own(author)[0]] == [1, 3, 2]


def test_the_list_is_paged(policy: Policy, author: Actor, client: CheckingClient) -> None:
    author = replaced(author, joined_at=None)  # nobody new: those send less at once
    for number in range(21):
        make_contribution(policy, author, clause=CLAUSE, reason=f"Words {number}")
    first, second = text_of(client, MINE), text_of(client, f"{MINE}?page=1")
    assert (len(items(first)), len(items(second))) == (20, 1)
    assert f'href="{MINE}?page=1"' in first
    assert f'href="{MINE}"' in second
    for odd in ("-1", "x", "9999999999999999"):
        assert client.get(f"{MINE}?page={odd}").status_code == 200


def test_the_number_of_selects_does_not_grow_with_the_list(
    policy: Policy, author: Actor, client: CheckingClient
) -> None:
    def selects() -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            text_of(client, MINE)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return sum(statement.startswith("SELECT") for statement in seen)

    make_suggestion(policy, CLAUSE, BETTER, author)
    make_contribution(policy, author, clause=CLAUSE)
    few = selects()
    for number in range(8):
        make_suggestion(policy, CLAUSE, BETTER, author, reason=f"Words {number}")
    assert selects() == few


def test_one_sees_ones_own_only_and_nothing_of_what_became_private(
    policy: Policy, officer: Actor, author: Actor, client: CheckingClient
) -> None:
    make_suggestion(policy, CLAUSE, BETTER)
    assert items(text_of(client, MINE)) == []
    assert "You have sent nothing so far." in text_of(client, MINE)
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    assert len(items(text_of(client, MINE))) == 1
    with committing():
        mark_seen(one.id)
        make_private(policy.slug, actor=officer)
    assert items(text_of(client, MINE)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_visitor_is_led_to_signing_in_and_to_the_code(
    client: CheckingClient, language: str
) -> None:
    client.set_cookie("lang", language)
    answer_ = client.get(MINE)
    assert answer_.status_code == 303
    assert answer_.location == "/account/sign-in?next=/mine"
    page = text_of(client, "/")
    assert 'href="/mine"' not in page
    assert 'href="/receipts"' in page


def test_the_masthead_leads_to_it_on_pages_that_people_share(
    policy: Policy, author: Actor, client: CheckingClient, app: Flask
) -> None:
    path = f"/policies/{policy.slug}"
    for _ in range(2):
        assert 'href="/mine"' in text_of(client, path)
    visitor = app.test_client()
    assert 'href="/mine"' not in visitor.get(path).get_data(as_text=True)


def test_a_suspended_person_still_reads_what_became_of_their_words(
    policy: Policy, client: CheckingClient
) -> None:
    person = make_actor(suspended_until=clock.now() + timedelta(days=1))
    earlier = replaced(person, is_suspended=False)
    make_suggestion(policy, CLAUSE, BETTER, earlier)
    sign_in(client, person)
    assert len(items(text_of(client, MINE))) == 1
    assert client.get("/mine/positions").status_code == 200
