"""Meetings about a draft: announced in time, held, recorded, or called off, all of it in public."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Role
from app.consultations.models import Meeting
from app.consultations.queries.beside import list_meetings
from app.consultations.services.holding_meetings import (
    NewMeeting,
    announce_meeting,
    call_off_meeting,
    change_meeting,
    lacks_papers,
    record_meeting,
)
from app.database import db
from app.errors import NotAllowed, NotFound, RuleBroken
from app.ledger.models import EventRecord
from app.policies.models import Policy
from tests.builders.accounts import make_actor, sign_in
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

NOON = datetime.fromisoformat("2026-03-02T04:00:00+00:00")
URL = "/policies/bicycles/meetings"


@pytest.fixture(autouse=True)
def _at_noon(app: Flask, noon: datetime) -> None:
    """Every test begins at noon in Beijing."""


@pytest.fixture
def owner(app: Flask) -> Actor:
    return make_actor(Role.OFFICER)


@pytest.fixture
def policy(owner: Actor) -> Policy:
    return make_policy(owner, slug="bicycles")


def _new(days: float = 40, **values: Any) -> NewMeeting:
    wanted: dict[str, Any] = {
        "kind": "hearing",
        "starts_at": clock.now() + timedelta(days=days),
        "place": "Street office, room 3",
        "how": "Tell the office by letter.",
        "choice": "By lot among those who write.",
        "papers": "The draft and its explanation.",
    }
    return NewMeeting(**{**wanted, **values})


def _announce(owner: Actor, days: float = 40, **values: Any) -> Meeting:
    meeting = announce_meeting("bicycles", _new(days, **values), actor=owner)
    db.session.commit()
    return meeting


def _record(owner: Actor, number: int, **values: str) -> Meeting:
    said = {"words": "All agreed.", "signed_by": "Chair Li", "participants": "Twelve residents"}
    meeting = record_meeting("bicycles", number, actor=owner, **{**said, **values})
    db.session.commit()
    return meeting


def test_a_hearing_thirty_days_ahead_needs_no_reason(policy: Policy, owner: Actor) -> None:
    meeting = _announce(owner, days=30)
    assert [one.id for one in list_meetings(policy.id)] == [meeting.id]


def test_a_hearing_at_shorter_notice_needs_a_public_reason(policy: Policy, owner: Actor) -> None:
    with pytest.raises(RuleBroken, match="30 days ahead"):
        _announce(owner, days=29.999)
    assert _announce(owner, days=29, short_reason="The flood season begins.").short_reason


@pytest.mark.parametrize("kind", ["round_table", "expert"])
def test_other_meetings_need_no_thirty_days(policy: Policy, owner: Actor, kind: str) -> None:
    assert _announce(owner, days=3, kind=kind, choice="").kind == kind


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"place": " "}, "place"),
        ({"how": ""}, "how"),
        ({"choice": ""}, "choice"),
        ({"kind": "party"}, "kind"),
        ({"days": -1}, "starts_at"),
        ({"days": 400}, "starts_at"),
    ],
)
def test_what_is_missing_is_refused_beside_its_field(
    policy: Policy, owner: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        _announce(owner, **values)
    assert refusal.value.field == field


def test_a_hearing_that_is_put_off_keeps_its_notice(policy: Policy, owner: Actor) -> None:
    meeting = _announce(owner, days=31)
    with clock.frozen(NOON + timedelta(days=20)):
        changed = change_meeting("bicycles", meeting.id, _new(days=12), actor=owner)
    assert changed.starts_at == NOON + timedelta(days=32)


def test_a_hearing_that_is_brought_forward_has_its_notice_from_now_on(
    policy: Policy, owner: Actor
) -> None:
    meeting = _announce(owner, days=60)
    with clock.frozen(NOON + timedelta(days=20)), pytest.raises(RuleBroken, match="30 days ahead"):
        change_meeting("bicycles", meeting.id, _new(days=25), actor=owner)


def test_once_it_has_begun_only_the_record_can_be_added(policy: Policy, owner: Actor) -> None:
    meeting = _announce(owner, days=30)
    with pytest.raises(RuleBroken, match="not been held"):
        _record(owner, meeting.id)
    with clock.frozen(NOON + timedelta(days=30)):
        with pytest.raises(RuleBroken, match="has begun"):
            change_meeting("bicycles", meeting.id, _new(days=40), actor=owner)
        assert _record(owner, meeting.id).record == "All agreed."


@pytest.mark.parametrize(
    ("field", "sent"), [("record", {"words": ""}), ("signed_by", {"signed_by": ""})]
)
def test_a_record_needs_words_and_a_signature(
    policy: Policy, owner: Actor, field: str, sent: dict[str, str]
) -> None:
    meeting = _announce(owner)
    with clock.frozen(NOON + timedelta(days=41)), pytest.raises(RuleBroken) as refusal:
        _record(owner, meeting.id, **sent)
    assert refusal.value.field == field


def test_a_signed_record_stays_as_it_is(policy: Policy, owner: Actor) -> None:
    meeting = _announce(owner)
    with clock.frozen(NOON + timedelta(days=41)):
        _record(owner, meeting.id)
        with pytest.raises(RuleBroken, match="stays as it is"):
            _record(owner, meeting.id, words="Nobody agreed.")
        with pytest.raises(RuleBroken, match="stays as it is"):
            call_off_meeting("bicycles", meeting.id, "By mistake", actor=owner)


def test_a_meeting_is_called_off_with_a_reason_and_stays_on_the_page(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    meeting = _announce(owner)
    with pytest.raises(RuleBroken):
        call_off_meeting("bicycles", meeting.id, " ", actor=owner)
    call_off_meeting("bicycles", meeting.id, "The room is flooded.", actor=owner)
    db.session.commit()
    page = client.get(URL).get_data(as_text=True)
    assert "The room is flooded." in page
    assert "Called off" in page
    with pytest.raises(RuleBroken, match="was called off"):
        change_meeting("bicycles", meeting.id, _new(), actor=owner)


def test_residents_read_when_where_and_how_and_later_the_record(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    meeting = _announce(owner, days=29, short_reason="The flood season begins.")
    page = client.get(URL).get_data(as_text=True)
    for words in (
        "Hearing",
        "Street office, room 3",
        "Tell the office by letter.",
        "By lot among those who write.",
        "The draft and its explanation.",
        "The flood season begins.",
        "Still to come",
    ):
        assert words in page
    assert "Announce a meeting" not in page
    with clock.frozen(NOON + timedelta(days=30)):
        assert "Over; its record follows" in client.get(URL).get_data(as_text=True)
        _record(owner, meeting.id)
        page = client.get(URL).get_data(as_text=True)
    for words in ("All agreed.", "Signed by Chair Li", "Twelve residents"):
        assert words in page


def test_missing_papers_are_a_hint_within_seven_days(policy: Policy, owner: Actor) -> None:
    meeting = _announce(owner, days=8, kind="round_table", papers="")
    assert not lacks_papers(meeting, NOON)
    assert lacks_papers(meeting, NOON + timedelta(days=1))
    assert not lacks_papers(meeting, NOON + timedelta(days=8))


def test_only_the_office_announces_and_no_other_draft_is_reached(
    policy: Policy, owner: Actor
) -> None:
    meeting = _announce(owner)
    for stranger in (make_actor(Role.OFFICER), make_actor(Role.VOLUNTEER)):
        with pytest.raises(NotAllowed):
            announce_meeting("bicycles", _new(), actor=stranger)
    make_policy(owner, slug="trees")
    with pytest.raises(NotFound):
        change_meeting("trees", meeting.id, _new(), actor=owner)


def test_the_ledger_tells_what_happened_without_the_words(policy: Policy, owner: Actor) -> None:
    meeting = _announce(owner, days=29, short_reason="The flood season begins.")
    call_off_meeting("bicycles", meeting.id, "The room is flooded.", actor=owner)
    db.session.commit()
    events = db.session.execute(
        select(EventRecord.kind, EventRecord.payload).where(EventRecord.kind.like("Meeting%"))
    ).all()
    assert [(kind, json.loads(payload)) for kind, payload in events] == [
        (
            "MeetingAnnounced",
            {
                "policy": policy.id,
                "meeting": meeting.id,
                "kind": "hearing",
                "starts_at": "2026-03-31T04:00:00+00:00",
                "is_short": True,
            },
        ),
        ("MeetingCalledOff", {"policy": policy.id, "meeting": meeting.id}),
    ]


def test_the_officer_announces_changes_and_records_on_the_pages(
    policy: Policy, owner: Actor, client: CheckingClient
) -> None:
    sign_in(client, owner)
    sent = {
        "kind": "hearing",
        "starts_at": "2026-04-10T14:00",
        "place": "Room 3",
        "how": "Write to us.",
        "choice": "By lot.",
    }
    assert client.post_form(f"{URL}/new", {**sent, "choice": ""}).status_code == 422
    assert client.post_form(f"{URL}/new", sent).status_code == 303
    [meeting] = list_meetings(policy.id)
    assert meeting.starts_at == datetime.fromisoformat("2026-04-10T06:00:00+00:00")
    number = meeting.id
    changed = {**sent, "place": "Room 4"}
    assert client.post_form(f"{URL}/{number}/edit", changed).status_code == 303
    assert "Room 4" in client.get(URL).get_data(as_text=True)
    with clock.frozen(datetime.fromisoformat("2026-04-10T09:00:00+00:00")):
        sign_in(client, owner)
        said = {"record": "All agreed.", "signed_by": ""}
        answer = client.post_form(f"{URL}/{number}/record", said)
        assert answer.status_code == 422
        assert "All agreed." in answer.get_data(as_text=True)
        said["signed_by"] = "Chair Li"
        assert client.post_form(f"{URL}/{number}/record", said).status_code == 303
        assert client.get(f"{URL}/{number}/call-off").status_code == 200
        answer = client.post_form(f"{URL}/{number}/call-off", {"reason": "Too late"})
        assert answer.status_code == 422
