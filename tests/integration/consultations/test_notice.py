"""The notice of a consultation: whom it asks, about which text, with which papers and meetings."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.access.actor import Actor, Role
from app.consultations.queries.calls import find_call
from app.consultations.services.holding_meetings import (
    NewMeeting,
    announce_meeting,
    call_off_meeting,
)
from app.consultations.services.keeping_annexes import Paper, save_annex
from app.database import db
from app.policies.models import Policy
from app.text.canonical import TextRefused
from tests.builders.accounts import make_actor, sign_in
from tests.builders.consultations import make_call
from tests.builders.policies import TEXT, make_policy, save_text
from tests.checking_client import CheckingClient

URL = "/policies/bicycles/consultation"


@pytest.fixture
def owner(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, slug="bicycles")


def _code(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _announce(owner: Actor, place: str, days: int = 20) -> int:
    new = NewMeeting("round_table", clock.now() + timedelta(days=days), place, "Just come.")
    meeting = announce_meeting("bicycles", new, actor=owner)
    db.session.commit()
    return meeting.id


def test_the_notice_says_whom_it_asks_and_for_how_long(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    make_call(policy, owner, audience="全市居民和骑车人")
    page = client.get(URL).get_data(as_text=True)
    assert "We ask:" in page
    assert "全市居民和骑车人" in page
    assert "Open for comment from" in page
    assert "2 March 2026 12:00" in page
    assert "11 April 2026 12:00" in page


def test_the_notice_shows_the_check_code_of_the_text_that_was_asked_about(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    make_call(policy, owner)
    page = client.get(URL).get_data(as_text=True)
    code = _code(TEXT)
    assert f"Text check code <code>{code[:16]}</code>" in page
    assert code in page
    assert _code(client.get("/policies/bicycles/revisions/1/raw").get_data(as_text=True)) == code
    assert 'href="/policies/bicycles/revisions/1"' in page
    assert 'href="/policies/bicycles/revisions/1/raw"' in page


def test_the_code_stays_that_of_the_frozen_text_when_the_draft_changes(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    make_call(policy, owner)
    with clock.frozen(clock.now() + timedelta(days=41)):
        save_text("bicycles", TEXT.replace("三日", "二日"), actor=owner, base=1)
        page = client.get(URL).get_data(as_text=True)
    assert _code(TEXT) in page
    assert _code(TEXT.replace("三日", "二日")) not in page


def test_papers_and_meetings_stand_on_the_notice(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    save_annex("bicycles", Paper("explanation", "起草说明", "为什么。"), actor=owner)
    number = _announce(owner, "南门街道办事处三层")
    make_call(policy, owner)
    page = client.get(URL).get_data(as_text=True)
    assert "起草说明" in page
    assert "/policies/bicycles/annexes#annex-" in page
    assert f"/policies/bicycles/meetings#meeting-{number}" in page
    assert "Round table" in page
    assert "南门街道办事处三层" in page


def test_a_meeting_that_is_over_or_called_off_leaves_the_notice(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    over, off = _announce(owner, "三层", days=5), _announce(owner, "四层")
    make_call(policy, owner)
    call_off_meeting("bicycles", off, "Nobody can come.", actor=owner)
    db.session.commit()
    assert f"#meeting-{off}" not in client.get(URL).get_data(as_text=True)
    with clock.frozen(clock.now() + timedelta(days=6)):
        assert f"#meeting-{over}" not in client.get(URL).get_data(as_text=True)


def test_without_meetings_the_notice_still_leads_to_their_page(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    make_call(policy, owner)
    page = client.get(URL).get_data(as_text=True)
    assert 'href="/policies/bicycles/meetings">Meetings and hearings' in page


def test_the_poster_says_whom_it_asks_and_bears_the_code(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    _announce(owner, "南门街道办事处三层")
    make_call(policy, owner, audience="全市居民")
    page = client.get(f"{URL}/poster").get_data(as_text=True)
    for words in ("全市居民", _code(TEXT)[:16], "南门街道办事处三层"):
        assert words in page


def test_a_text_that_outsiders_may_not_read_gets_no_code_and_no_link(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    make_call(policy, owner)
    db.session.execute(update(Policy).values(public_from=2))
    db.session.commit()
    page = client.get(URL).get_data(as_text=True)
    assert "Text check code" not in page
    assert "/revisions/1" not in page


def test_an_audience_is_one_line(policy: Policy, owner: Actor) -> None:
    with pytest.raises(TextRefused) as refusal:
        make_call(policy, owner, audience="one\ntwo")
    assert refusal.value.field == "audience"


def test_the_audience_of_an_earlier_round_is_proposed_again(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    make_call(policy, owner, audience="全市居民")
    found = find_call(policy.id)
    assert found is not None
    assert found.audience == "全市居民"
    sign_in(client, owner)
    assert 'value="全市居民"' in client.get(f"{URL}/edit").get_data(as_text=True)
