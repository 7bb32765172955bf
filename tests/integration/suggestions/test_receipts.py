"""The receipt: what its author is told, what others read, and who is who."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app import clock
from app.access.actor import Confirmation, Role
from app.database import committing
from app.moderation.services import Decision
from app.policies.services.creating import rename
from app.policies.services.publishing import make_private
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.codes import lookup_code
from app.suggestions.services.rebasing import rebase_policy
from tests.builders.accounts import make_actor, make_department, sign_in
from tests.builders.consultations import make_call
from tests.builders.moderation import act_on_suggestion
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient
from tests.integration.suggestions.own_words import (
    BETTER,
    CLAUSE,
    REASON,
    address,
    again,
    text_of,
    unlock,
)


@pytest.mark.parametrize(
    ("language", "thanks"), [("en", "Received. Thank you"), ("zh", "收到了，谢谢您")]
)
def test_whoever_sent_it_reads_number_code_and_what_comes_next(
    client: CheckingClient, noon: datetime, language: str, thanks: str
) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    sign_in(client, author)
    client.set_cookie("lang", language)
    page = text_of(client, address(policy))
    assert f"<h1>{thanks}</h1>" in page
    assert lookup_code(policy.id, 1) in page
    assert "<del>三</del>" in page
    assert "<ins>两</ins>" in page
    assert REASON in page
    assert page.count('aria-current="step"') == 1
    if language == "en":
        assert "Today: received" in page
        assert "The department answers while it writes" in page
        assert "Change or take back (10 minutes left)" in page


def test_after_ten_minutes_the_heading_is_its_name(client: CheckingClient, noon: datetime) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    make_suggestion(policy, CLAUSE, BETTER, author)
    make_contribution(policy, author, clause=CLAUSE, kind="question")
    sign_in(client, author)
    with clock.frozen(noon + timedelta(minutes=10)):
        assert "<h1>Suggestion 1</h1>" in text_of(client, address(policy))
        page = text_of(client, address(policy, 2))
    assert "<h1>Question 2</h1>" in page
    assert "minutes left" not in page


def test_a_browser_with_the_code_sees_the_receipt_and_others_the_words_alone(
    client: CheckingClient, app: Flask
) -> None:
    policy = make_policy(mode="reviewed")
    author = make_actor(name="Reader of maps", speaks_for="")
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    code = lookup_code(policy.id, 1)
    for stranger in (None, make_actor()):
        if stranger is not None:
            sign_in(client, stranger)
        page = text_of(client, address(policy))
        assert code not in page
        assert "Received. Thank you" not in page
        assert all(words in page for words in ("Reader of maps", "Resident", REASON, "两"))
    browser = app.test_client()
    assert isinstance(browser, CheckingClient)
    text_of(browser, address(policy))  # the page for visitors is kept now
    unlock(browser, one)
    assert code in text_of(browser, address(policy))
    visitor = app.test_client()
    assert code not in visitor.get(address(policy)).get_data(as_text=True)


def test_the_dates_of_a_call_stand_on_the_receipt(client: CheckingClient, noon: datetime) -> None:
    officer, author = make_actor(Role.OFFICER), make_actor()
    policy = make_call(
        make_policy(officer, mode="reviewed"),
        officer,
        closes_at=noon + timedelta(days=40),
        answer_days=30,
    )
    make_suggestion(policy, CLAUSE, BETTER, author)
    sign_in(client, author)
    page = text_of(client, address(policy))
    assert ">11 April 2026</time>: closes" in page
    assert ">11 May 2026</time>: answer" in page
    assert "answer due by" in page
    with clock.frozen(noon + timedelta(days=72, hours=1)):
        sign_in(client, author)
        late = text_of(client, address(policy))
    assert "Answer 3 days overdue" in late
    assert ">11 April 2026</time>: closed" in late


def test_what_was_sent_after_closing_says_so(client: CheckingClient, noon: datetime) -> None:
    officer, author = make_actor(Role.OFFICER), make_actor()
    policy = make_call(
        make_policy(officer, mode="reviewed"), officer, closes_at=noon + timedelta(days=40)
    )
    with clock.frozen(noon + timedelta(days=40, hours=2)):
        make_contribution(policy, author, clause=CLAUSE, begun_at=noon + timedelta(days=39))
        sign_in(client, author)
        for page in ("", "receipt"):
            assert "Sent after closing" in text_of(client, address(policy, 1, page))


def test_a_hidden_one_tells_its_author_rule_and_reason(client: CheckingClient) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor()
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    with committing():
        decision = Decision("hide", "personal_data", "Names a neighbour")
        act_on_suggestion(one.id, decision, actor=make_actor(Role.VOLUNTEER))
    sign_in(client, author)
    page = text_of(client, address(policy))
    assert 'Your comment 1 was hidden under "No personal details"' in page
    assert "Names a neighbour" in page
    assert REASON not in page
    assert "<ins>" not in page


def test_words_that_wait_for_a_confirmed_number_say_so(client: CheckingClient) -> None:
    policy = make_policy(mode="reviewed")
    one = make_suggestion(policy, CLAUSE, BETTER, make_actor(confirmation=Confirmation.NONE))
    assert client.get(address(policy)).status_code == 404
    unlock(client, one)
    page = text_of(client, address(policy))
    assert "It is not shown online until your number or address is confirmed." in page
    assert REASON in page


def test_looking_is_what_makes_news_old(client: CheckingClient, app: Flask) -> None:
    officer = make_actor(Role.OFFICER, department_id=make_department().id)
    policy, author = make_policy(officer, mode="reviewed"), make_actor()
    one = make_contribution(policy, author, clause=CLAUSE)
    with committing():
        words = NewAnswer("explained", "Two days would cost four more vans.")
        answer(policy.slug, 1, words, actor=officer)
    assert again(one).seen_at is None
    text_of(client, address(policy))
    sign_in(client, officer)
    text_of(client, address(policy))
    assert again(one).seen_at is None
    sign_in(client, author)
    assert "Two days would cost four more vans." in text_of(client, address(policy))
    seen_at = again(one).seen_at
    assert seen_at is not None
    text_of(client, address(policy))
    assert again(one).seen_at == seen_at, "nothing was new the second time"


def test_a_suggestion_whose_article_moved_on_is_told_what_can_be_done(
    client: CheckingClient, app: Flask
) -> None:
    officer, author = make_actor(Role.OFFICER), make_actor()
    policy = make_policy(officer, mode="reviewed")
    one = make_suggestion(policy, CLAUSE, BETTER, author)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=1)
    rebase_policy(policy.id)
    assert again(one).fit == "rework"
    sign_in(client, author)
    page = text_of(client, address(policy))
    assert "</span> changed and your suggestion no longer fits." in page
    assert "Change it" in page
    answer_ = client.post_form(address(policy, 1, "leave"), form=address(policy))
    assert answer_.status_code == 303
    page = text_of(client, address(policy))
    assert "Leave it as it was" not in page
    assert "Change it" in page


def test_the_printed_receipt_holds_all_that_one_needs_later(
    client: CheckingClient, noon: datetime
) -> None:
    policy, author = make_policy(mode="reviewed"), make_actor(name="Reader of maps")
    make_suggestion(policy, CLAUSE, BETTER, author)
    sign_in(client, author)
    page = text_of(client, address(policy, 1, "receipt"))
    wanted = (lookup_code(policy.id, 1), "2 March 2026", "12:00", REASON, "停放办法", "两")
    assert [words for words in wanted if words not in page] == []
    assert "http://localhost/receipts" in page
    assert "Today" not in page


def test_a_receipt_is_printed_for_its_author_only(client: CheckingClient) -> None:
    policy = make_policy(mode="reviewed")
    make_suggestion(policy, CLAUSE, BETTER)
    sent_away = client.get(address(policy, 1, "receipt"))
    assert (sent_away.status_code, "/account/sign-in" in sent_away.location) == (303, True)
    sign_in(client, make_actor())
    assert client.get(address(policy, 1, "receipt")).status_code == 403


def test_numbers_that_are_not_there_and_former_addresses(client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer, slug="parking", mode="reviewed")
    make_suggestion(policy, CLAUSE, BETTER)
    assert client.get(address(policy, 2)).status_code == 404
    assert client.get("/policies/nowhere/suggestions/1").status_code == 404
    with committing():
        rename(policy.slug, title=policy.title, new_slug="bicycles", actor=officer)
    moved = client.get("/policies/parking/suggestions/1")
    assert (moved.status_code, moved.location) == (301, "/policies/bicycles/suggestions/1")


def test_the_code_opens_nothing_of_a_draft_that_was_made_private(client: CheckingClient) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer, mode="reviewed")
    unlock(client, make_suggestion(policy, CLAUSE, BETTER))
    text_of(client, address(policy))
    with committing():
        make_private(policy.slug, actor=officer)
    for act in ("", "receipt", "change", "withdraw"):
        assert client.get(address(policy, 1, act)).status_code == 404
