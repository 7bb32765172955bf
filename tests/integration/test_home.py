"""The first page says what needs its reader: what closes, what was answered, what waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.publishing import make_private
from app.policies.services.seating import name_person
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.rebasing import rebase_policy
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import TEXT, make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion
from tests.checking_client import CheckingClient
from tests.integration.suggestions.own_words import BETTER, CLAUSE, text_of

OPEN, CLOSING, NEWS, WAITING = (
    "You can comment on these now",
    "Closing this week",
    "News of what you sent",
    "Comments to answer",
)


@pytest.fixture
def officer(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


def call_for(officer: Actor, days: float, question: str, **more: Any) -> Policy:
    policy = make_policy(officer, mode="reviewed", title=question)
    closes_at = clock.now() + timedelta(days=days)
    return make_call(
        policy, officer, question=question, closes_at=closes_at, short_reason="For a test", **more
    )


def home(client: CheckingClient, person: Actor | None = None) -> str:
    if person is not None:
        sign_in(client, person)
    return text_of(client, "/")


def test_visitors_read_the_open_calls_first_and_when_they_close(
    client: CheckingClient, officer: Actor
) -> None:
    call_for(officer, 30, "How should dogs run?")
    call_for(officer, 3, "How should bicycles be parked?")
    page = home(client)
    places = [
        page.index(words)
        for words in (
            OPEN,
            "How should bicycles be parked?",
            "Closes 5 March 2026, 12:00. 3 days left",
            "How should dogs run?",
            "Closes 1 April 2026, 12:00. 30 days left",
            "Drafts and rules</h2>",
        )
    ]
    assert places == sorted(places)
    assert not any(words in page for words in (CLOSING, NEWS, WAITING))


def test_people_who_are_signed_in_read_what_closes_this_week(
    client: CheckingClient, officer: Actor
) -> None:
    call_for(officer, 30, "How should dogs run?")
    call_for(officer, 3, "How should bicycles be parked?")
    for role in (Role.RESIDENT, Role.VOLUNTEER):
        page = home(client, make_actor(role)).split("Drafts and rules</h2>")[0]
        assert CLOSING in page
        assert "How should bicycles be parked?" in page
        assert "How should dogs run?" not in page


def test_a_call_that_closed_or_became_private_is_not_shown(
    client: CheckingClient, officer: Actor, noon: datetime
) -> None:
    call_for(officer, 3, "How should bicycles be parked?")
    private = call_for(officer, 9, "How should dogs run?")
    with committing():
        make_private(private.slug, actor=officer)
    assert "How should dogs run?" not in home(client)
    with clock.frozen(noon + timedelta(days=3)):
        assert OPEN not in home(client)


def test_an_answer_and_a_moved_text_are_news_until_they_are_looked_at(
    client: CheckingClient, officer: Actor, noon: datetime
) -> None:
    policy, author = make_policy(officer, mode="reviewed"), make_actor()
    make_contribution(policy, author, clause=CLAUSE, kind="question")
    make_suggestion(policy, CLAUSE, BETTER, author)
    assert NEWS not in home(client, author)
    with committing():
        answer(policy.slug, 1, NewAnswer("explained", "The depot is full."), actor=officer)
    save_text(policy.slug, TEXT.replace("三日", "五日"), actor=officer, base=1)
    rebase_policy(policy.id)
    page = home(client, author)
    assert NEWS in page
    assert "Answered: Explained" in page
    assert "The text changed and your suggestion no longer fits." in page
    text_of(client, f"/policies/{policy.slug}/suggestions/1")
    page = home(client)
    assert "Answered: Explained" not in page
    assert "no longer fits" in page
    assert NEWS not in home(client, make_actor()), "the news of others are not mine"


def test_officers_read_what_waits_for_them_what_is_due_first(
    client: CheckingClient, officer: Actor, noon: datetime
) -> None:
    draft = make_policy(officer, mode="reviewed", title="Being written")
    later = call_for(officer, 40, "Due later", answer_days=60)
    sooner = call_for(officer, 40, "Due sooner", answer_days=10)
    for policy in (draft, later, sooner):
        make_contribution(policy, clause=CLAUSE)
    with clock.frozen(noon + timedelta(days=1)):
        make_contribution(sooner, clause=CLAUSE, reason="One more")
    page = home(client, officer).split(WAITING)[1].split("Drafts and rules</h2>")[0]
    assert page.index("Due sooner") < page.index("Due later") < page.index("Being written")
    assert "Due sooner</span> · 2 without an answer" in page
    assert f'href="/policies/{sooner.slug}/answers/work"' in page
    assert ">21 April 2026</time>" in page
    assert "The department answers while it writes" in page
    assert "the oldest is from <time" in page
    with clock.frozen(noon + timedelta(days=51)):
        assert "Answer 1 day overdue" in home(client, officer)


def test_only_those_who_answer_a_draft_are_told_of_it(
    client: CheckingClient, officer: Actor
) -> None:
    policy = make_policy(officer, mode="reviewed")
    make_contribution(policy, clause=CLAUSE)
    colleague = make_person(Role.OFFICER)
    with committing():
        name_person(policy.slug, address=colleague.public_id, actor=officer)
    assert WAITING in home(client, officer)
    assert WAITING in home(client, colleague.actor(clock.now()))
    for other in (make_actor(Role.OFFICER), make_actor(), make_actor(Role.ADMINISTRATOR)):
        assert WAITING not in home(client, other)
    with committing():
        answer(policy.slug, 1, NewAnswer("noted", "We read this with care."), actor=officer)
    assert WAITING not in home(client, officer)


@pytest.mark.parametrize(("role", "most"), [(None, 1), (Role.RESIDENT, 2), (Role.OFFICER, 5)])
def test_what_needs_its_reader_costs_the_first_page_few_selects(
    client: CheckingClient, officer: Actor, role: Role | None, most: int
) -> None:
    for days in (2, 3, 4):
        policy = call_for(officer, days, f"Question {days}")
        make_contribution(policy, clause=CLAUSE)
    person = officer if role is Role.OFFICER else make_actor(role) if role else None
    home(client, person)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if any(table in statement for table in ("contribution", "consultation_call")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        home(client)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) <= most
    assert seen, "nothing was asked"


@pytest.mark.parametrize("role", [None, Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER])
def test_the_first_page_reads_in_chinese(
    client: CheckingClient, officer: Actor, role: Role | None
) -> None:
    policy = call_for(officer, 3, "自行车怎么停？请您出主意")
    make_contribution(policy, clause=CLAUSE)
    client.set_cookie("lang", "zh")
    person = officer if role is Role.OFFICER else make_actor(role) if role else None
    page = home(client, person)
    assert ("正在征求意见" if role is None else "本周截止") in page
    assert "还剩3天" in page
    assert ("1条待答复" in page) is (role is Role.OFFICER)
