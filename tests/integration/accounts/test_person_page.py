"""A person's page: role, standing, since which month, and what they wrote, as everybody reads it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.database import committing, db
from app.discussions.models import Comment
from app.policies.models import Policy
from app.policies.services.publishing import make_private
from app.policies.services.seating import NewSeat, name_seat
from app.suggestions.models import Contribution
from app.suggestions.queries.written import list_written
from app.suggestions.services.answering import NewAnswer, answer
from app.suggestions.services.withdrawing import withdraw
from tests.builders.accounts import make_actor, make_person, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.policies import make_policy
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion
from tests.checking_client import CheckingClient

CLAUSE = "c2"


@pytest.fixture
def officer(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(officer: Actor) -> Policy:
    return make_policy(officer, mode="reviewed")


@pytest.fixture
def author(app: Flask) -> Actor:
    return make_actor(created_at=clock.now() - timedelta(days=9))


def page_of(client: CheckingClient, author: Actor, query: str = "") -> str:
    return client.get(f"/people/{author.public_id}{query}").text


def test_suggestions_comments_and_replies_stand_there_newest_first(
    client: CheckingClient, policy: Policy, author: Actor
) -> None:
    make_suggestion(policy, CLAUSE, "第一条 其他的话。", author, reason="A quincunx reason.")
    make_thread(policy, author, "A marzipan kerb.")
    make_reply(make_thread(policy), author, "A brimborion reply.")
    page = page_of(client, author)
    places = [page.index(word) for word in ("brimborion", "marzipan", "quincunx")]
    assert places == sorted(places)
    assert page.count("marzipan") == 1  # numbered, and not a second time as a comment


def test_what_became_of_it_is_said(
    client: CheckingClient, policy: Policy, author: Actor, officer: Actor
) -> None:
    one = make_contribution(policy, author)
    with committing():
        said = NewAnswer("explained", "Two hours are the rule of the fire brigade.", "", (), None)
        answer(policy.slug, one.number, said, actor=officer)
    assert re.search(r"Answered on .*: Explained", page_of(client, author))


def test_role_standing_and_month_are_shown_and_no_address(
    client: CheckingClient, author: Actor
) -> None:
    with clock.frozen(datetime(2026, 3, 31, 20, 0, tzinfo=UTC)):  # already April in Beijing
        person = make_person(speaks_for="Hutong Club", email="secret@example.com", phone="+861")
    page = page_of(client, person.actor(clock.now()))
    assert "April 2026" in page
    assert "speaks for Hutong Club" in page
    for secret in ("secret@", "+861", "April 1"):
        assert secret not in page


def test_what_is_hidden_is_a_marker_and_what_is_taken_back_is_absent(
    client: CheckingClient, policy: Policy, author: Actor
) -> None:
    hide(make_thread(policy, author, "A marzipan kerb.").first)
    hide_suggestion(make_suggestion(policy, CLAUSE, "第一条 quincunx。", author))
    one = make_contribution(policy, author, reason="A brimborion.")
    with committing():
        withdraw(policy.slug, one.number, actor=author)
    page = page_of(client, author)
    for word in ("marzipan", "quincunx", "brimborion", "Taken back"):
        assert word not in page
    assert page.count("Hidden under") == 2


def test_what_waits_is_absent_for_everybody(
    client: CheckingClient, policy: Policy, author: Actor
) -> None:
    make_thread(policy, author, "A marzipan kerb.")
    with committing():
        later = clock.now().replace(year=2100)
        db.session.query(Contribution).update({"held_until": later})
        db.session.query(Comment).update({"held_until": later})
    for reader in (None, author, make_actor(Role.VOLUNTEER)):
        if reader is not None:
            sign_in(client, reader)
        assert "marzipan" not in page_of(client, author)


def test_words_on_a_draft_that_is_private_now_are_absent(
    client: CheckingClient, policy: Policy, author: Actor, officer: Actor
) -> None:
    make_thread(policy, author, "A marzipan kerb.")
    with committing():
        make_private(policy.slug, actor=officer)
    sign_in(client, officer)
    assert "marzipan" not in page_of(client, author)


def test_words_of_somebody_unconfirmed_are_absent(client: CheckingClient, policy: Policy) -> None:
    author = make_actor(confirmation=Confirmation.NONE)
    make_thread(policy, author, "A marzipan kerb.")
    assert "marzipan" not in page_of(client, author)


def test_a_front_line_officer_is_not_found_out_by_the_list(
    client: CheckingClient, policy: Policy, officer: Actor
) -> None:
    unnamed = make_actor(Role.OFFICER)
    with committing():
        seat = NewSeat("front_line", unnamed.public_id, "Dongcheng", shows_name=False)
        name_seat(policy.slug, seat, actor=officer)
    make_thread(policy, unnamed, "A marzipan kerb.")
    make_reply(make_thread(policy), unnamed, "A brimborion reply.")
    make_thread(make_policy(officer, slug="other", mode="reviewed"), unnamed, "A quincunx.")
    page = page_of(client, unnamed)
    assert "quincunx" in page
    assert "marzipan" not in page
    assert "brimborion" not in page


def test_a_person_hides_the_list_and_the_words_stay_on_the_drafts(
    client: CheckingClient, policy: Policy, author: Actor
) -> None:
    thread = make_thread(policy, author, "A marzipan kerb.")
    sign_in(client, author)
    wanted = {"name": author.name, "locale": "", "hides_list": "y"}
    assert client.post_form("/settings", wanted).status_code == 303
    assert "marzipan" not in page_of(client, author)
    assert "does not show a list" in page_of(client, author)
    assert "marzipan" in client.get(f"/threads/{thread.id}").text
    client.post_form("/settings", {"name": author.name, "locale": ""})
    assert "marzipan" in page_of(client, author)


def test_the_list_is_paged_and_asks_as_much_for_many_as_for_few(
    client: CheckingClient, policy: Policy, author: Actor
) -> None:
    make_reply(make_thread(policy, author, "word 0"), author, "reply 0")
    few = _count_selects(lambda: list_written(author.person_id))
    for number in range(1, 13):
        make_reply(make_thread(policy, author, f"word {number}"), author, f"reply {number}")
    assert _count_selects(lambda: list_written(author.person_id)) == few
    assert "word 0" not in page_of(client, author)
    assert "word 0" in page_of(client, author, "?page=1")
    assert client.get(f"/people/{author.public_id}?page=x").status_code == 200


def _count_selects(read: object) -> int:
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", counted)
    try:
        assert callable(read)
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", counted)
        db.session.rollback()
    return count
