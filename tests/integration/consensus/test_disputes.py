"""Disputes on the pages: wordings, who took back whose words and why, and what is left out."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

import config
from app import clock
from app.access.actor import VISITOR, Actor, Role
from app.consensus.queries.disputes import DisputeView, list_disputes
from app.consensus.services.figuring import figure
from app.consensus.services.finding_disputes import find_disputes
from app.database import db
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.policies.models import Revision
from app.policies.queries import get_policy
from app.worker import Worker
from tests.builders.accounts import make_actor
from tests.builders.discussions import make_thread
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient
from tests.conftest import NOON

TEN, NINE = TEXT, TEXT.replace("三日", "两日")
HIDE = Decision("hide", "insult", "Rude words about a neighbour")
MARK = Decision("mark", "vandalism", "Changed to and fro for fun")


@pytest.fixture
def contested(app: Flask, settings: config.Settings) -> str:
    """三日 and 两日 in turn: an officer, a resident, the officer, the officer without a reason."""
    officer, resident = make_actor(Role.OFFICER), make_actor(name="Bao Li")
    slug = make_policy(officer, mode="open").slug
    save_text(slug, NINE, actor=resident, base=1, summary="shorter")
    save_text(slug, TEN, actor=officer, base=2, summary="")
    save_text(slug, NINE, actor=resident, base=3, summary="two days are enough")
    count(slug, settings)
    return slug


def count(slug: str, settings: config.Settings) -> None:
    Worker(settings.instance_dir).drain()
    figure(get_policy(slug, VISITOR).id)


def shown(slug: str, actor: Actor = VISITOR) -> DisputeView:
    (found,) = list_disputes(get_policy(slug, actor), actor, is_whole=True).rows
    return found


def revision_id(slug: str, number: int) -> int:
    policy = get_policy(slug, VISITOR)
    query = select(Revision.id).where(Revision.policy_id == policy.id, Revision.number == number)
    return db.session.scalars(query).one()


def test_a_dispute_tells_the_wordings_and_who_took_back_whom(contested: str) -> None:
    found = shown(contested)
    assert (found.clause, found.label, found.stands) == ("c3", "第二条", True)
    marked = [[text for sign, text in one.words or () if sign == "*"] for one in found.readings]
    assert marked == [["三"], ["两"]]
    turns = [(turn.revision.number, turn.reading, [*turn.back]) for turn in found.turns]
    assert turns == [(1, 0, []), (2, 1, []), (3, 0, [2]), (4, 1, [3])]
    assert (len(found.backs), found.people, found.reasons, found.threads) == (2, 2, 1, 0)


def test_the_page_draws_it_with_the_words_the_people_and_a_way_to_talk(
    contested: str, client: CheckingClient
) -> None:
    page = client.get(f"/policies/{contested}/consensus/flow").text
    assert "From wording to wording: version 1 A, version 2 B, version 3 A, version 4 B" in page
    assert "Words were taken back 2 times by 2 people; reasons given: 1." in page
    assert "<mark>三</mark>" in page
    assert "<mark>两</mark>" in page
    assert "Takes back words of version 3" in page
    assert "Bao Li" in page
    assert f'href="/policies/{contested}/discussion?clause=c3"' in page
    assert "Nobody discusses the article yet." in page


def test_talk_about_the_article_is_counted_when_the_page_is_made(contested: str) -> None:
    make_thread(get_policy(contested, VISITOR), clause="c3")
    assert shown(contested).threads == 1


def test_a_hidden_reason_is_a_marker_and_no_reason(contested: str, client: CheckingClient) -> None:
    act(Kind.SUMMARY, revision_id(contested, 4), HIDE, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    assert shown(contested).reasons == 0
    page = client.get(f"/policies/{contested}/consensus/flow").text
    assert "two days are enough" not in page
    assert "Rude words about a neighbour" in page


def test_a_version_marked_as_vandalism_is_no_turn_and_the_page_counts_it(
    contested: str, client: CheckingClient, settings: config.Settings
) -> None:
    act(Kind.REVISION, revision_id(contested, 4), MARK, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    count(contested, settings)
    assert [turn.revision.number for turn in shown(contested).turns] == [1, 2, 3]
    page = client.get(f"/policies/{contested}/consensus/flow").text
    assert "1 version that a volunteer marked as vandalism" in page


def test_what_was_taken_back_long_ago_is_of_the_whole_history_only(contested: str) -> None:
    policy = get_policy(contested, VISITOR)
    now = find_disputes(policy)
    assert (len(now["recent"]), len(now["whole"])) == (1, 1)
    with clock.frozen(NOON.replace(year=NOON.year + 20)):
        later = find_disputes(policy)
    assert (len(later["recent"]), len(later["whole"])) == (0, 1)


def test_the_dispute_of_one_article_is_found_alone(contested: str) -> None:
    policy = get_policy(contested, VISITOR)
    assert len(list_disputes(policy, VISITOR, clause="c3").rows) == 1
    assert list_disputes(policy, VISITOR, clause="c2").rows == []


def test_a_figure_of_disputes_holds_no_words_or_names_of_people(contested: str) -> None:
    found = str(find_disputes(get_policy(contested, VISITOR)))
    assert not re.search("Bao|enough|shorter", found)


def test_where_nobody_took_words_back_the_page_says_so(
    app: Flask, client: CheckingClient, settings: config.Settings
) -> None:
    slug = make_policy().slug
    count(slug, settings)
    page = client.get(f"/policies/{slug}/consensus/flow").text
    assert "Nobody has taken back what somebody else did to the same words." in page


def test_before_disputes_are_counted_there_are_none_to_show(app: Flask) -> None:
    slug = make_policy().slug
    found = list_disputes(get_policy(slug, VISITOR), VISITOR)
    assert (found.rows, found.number) == ([], 0)
