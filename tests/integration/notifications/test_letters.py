"""Letters at once: of what, after how long, and what sends nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import config
from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.database import committing, db
from app.moderation.models import ModerationAction
from app.moderation.services import Decision
from app.moderation.services.acting import Link, act
from app.moderation.services.undoing import undo
from app.notifications.models import Notice
from app.notifications.rules import Told
from app.notifications.services import alerting, digesting
from app.notifications.services.alerting import tell_at_once
from app.notifications.services.noticing import Telling, put
from app.notifications.services.sending import send_pending
from app.policies.models import Policy
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import hide, make_reply, make_thread
from tests.builders.letters import address_of, make_follower, post, waiting, wish, words
from tests.builders.notifications import deliver
from tests.builders.policies import make_policy
from tests.checking_client import CheckingClient

REASON = "Names a neighbour"


@pytest.fixture
def draft(app: Flask, noon: datetime) -> Policy:
    return make_policy()


@pytest.fixture
def writer(draft: Policy) -> Actor:
    return make_actor()


def after(noon: datetime, minutes: int) -> int:
    """What is queued so long after noon."""
    deliver()
    with clock.frozen(noon + timedelta(minutes=minutes)):
        return tell_at_once()


def test_a_decision_on_my_words_is_told_with_rule_reason_and_the_way_to_a_review(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    thread = make_thread(draft, writer, body="Rareword at number 12.")
    action = hide(thread.first)
    assert after(noon, 9) == 0
    assert after(noon, 10) == 1
    (letter,) = post(settings)
    text, html = words(letter)
    assert letter["To"] == address_of(writer)
    assert letter["Subject"] == "Your comment was hidden: 停放办法"
    for form in (text, html):
        assert "Rule: No personal details" in form
        assert REASON in form
        assert f"http://localhost/moderation/log/{action.id}/review" in form
        assert "Rareword" not in form
    assert "/unsubscribe/" in str(letter["List-Unsubscribe"])


def test_what_is_undone_within_ten_minutes_sends_nothing(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    thread = make_thread(draft, writer)
    volunteer = make_actor(Role.VOLUNTEER)
    action = hide(thread.first, volunteer)
    _take_back(action, volunteer, noon + timedelta(minutes=5))
    assert after(noon, 16) == 0
    assert after(noon, 300) == 0
    assert waiting() == 0


def _overturn(action: ModerationAction, at: datetime) -> None:
    """Another volunteer shows the words again."""
    with clock.frozen(at):
        act(
            "comment",
            action.object_id,
            Decision("show", action.rule, "Names nobody"),
            actor=make_actor(Role.VOLUNTEER),
            link=Link(reverses_id=action.id),
        )
        db.session.commit()


def _take_back(action: ModerationAction, volunteer: Actor, at: datetime) -> None:
    with clock.frozen(at):
        undo(action.id, actor=volunteer)
        db.session.commit()


def test_what_is_undone_while_the_mail_server_is_away_is_not_told_either(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    action = hide(make_thread(draft, writer).first)
    assert after(noon, 10) == 1
    _overturn(action, noon + timedelta(minutes=11))
    assert post(settings) == []
    assert waiting() == 0


def test_several_decisions_on_one_draft_within_the_time_are_one_letter(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    first = make_thread(draft, writer, body="Two days are enough.")
    second = make_thread(draft, writer, body="And on Sundays?")
    hide(first.first)
    with clock.frozen(noon + timedelta(minutes=6)):
        hide(second.first)
    assert after(noon, 12) == 0, "the second one is six minutes old"
    assert after(noon, 16) == 1
    (letter,) = post(settings)
    assert letter["Subject"] == "2 notices: 停放办法"
    assert words(letter)[0].count("Your comment was hidden") == 2


def test_a_stream_of_decisions_does_not_put_the_letter_off_for_ever(
    draft: Policy, writer: Actor, noon: datetime
) -> None:
    for minutes in range(0, 64, 8):
        with clock.frozen(noon + timedelta(minutes=minutes)):
            hide(make_thread(draft, writer, body=f"Reason {minutes} against it.").first)
    assert after(noon, 62) == 1


def test_one_thing_is_told_once_however_often_the_duty_runs(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    hide(make_thread(draft, writer).first)
    assert [after(noon, minutes) for minutes in (10, 10, 500)] == [1, 0, 0]
    with committing():
        db.session.execute(db.text("UPDATE notice SET by_mail = true"))
    assert after(noon, 600) == 0, "its key was used"
    assert len(post(settings)) == 1


@pytest.mark.parametrize("wishes", [{"at_once": False}, {"at_once": False, "period": "none"}])
def test_who_wants_no_letters_at_once_gets_none(
    draft: Policy, writer: Actor, noon: datetime, wishes: dict[str, object]
) -> None:
    wish(writer, **wishes)
    hide(make_thread(draft, writer).first)
    assert after(noon, 10) == 0


def test_people_without_a_confirmed_mail_address_get_no_letter_and_no_text_message(
    draft: Policy, noon: datetime
) -> None:
    phone = make_actor(email=None, phone="+8613800138000", confirmation=Confirmation.MOBILE)
    hide(make_thread(draft, phone).first)
    assert after(noon, 10) == 0
    assert waiting() == 0


def test_a_reply_is_no_letter_at_once(draft: Policy, writer: Actor, noon: datetime) -> None:
    make_reply(make_thread(draft, writer))
    assert after(noon, 10) == 0


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (
            Told.DEADLINE,
            {"closes_at": "2026-03-05T10:00:00+00:00"},
            "Comments close on 5 March 2026 18:00",
        ),
        (Told.FINAL, {"decision": 1}, "The decision is announced, with the final text"),
    ],
)
def test_followers_are_told_of_the_deadline_and_the_final_text(
    draft: Policy,
    settings: config.Settings,
    noon: datetime,
    kind: Told,
    values: dict[str, str | int],
    said: str,
) -> None:
    reader = make_follower(draft)
    with committing():
        put([Telling(reader.person_id, kind, f"{kind}:1", noon, draft.id, True, values)])
    assert after(noon, 10) == 1
    (letter,) = post(settings)
    assert letter["Subject"] == f"{said}: 停放办法"
    assert f"http://localhost/policies/{draft.slug}/" in words(letter)[0]


def test_thousands_of_letters_are_queued_in_small_portions(
    draft: Policy, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerting, "BATCH", 3)
    monkeypatch.setattr(alerting, "LONGEST_ROUND", 0.0)
    for _ in range(7):
        reader = make_actor()
        with committing():
            put([Telling(reader.person_id, Told.FINAL, "final:1", noon, draft.id, True)])
    assert [after(noon, 10) for _ in range(4)] == [3, 3, 1, 0]


def test_a_decision_on_a_draft_that_became_private_is_not_told_to_outsiders(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    hide(make_thread(draft, writer).first)
    after(noon, 10)
    with committing():
        db.session.get_one(Policy, draft.id).is_public = False
    assert (post(settings), waiting()) == ([], 0)


def test_the_address_is_looked_at_again_when_the_letter_leaves(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    hide(make_thread(draft, writer).first)
    after(noon, 10)
    with committing():
        db.session.execute(
            db.text("UPDATE person SET email = 'new@example.org' WHERE id = :id"),
            {"id": writer.person_id},
        )
    send_pending(settings)
    assert (post(settings), waiting()) == ([], 0)


def test_who_wants_none_since_it_was_queued_gets_none(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    hide(make_thread(draft, writer).first)
    assert after(noon, 10) == 1
    wish(writer, at_once=False)
    assert (post(settings), waiting()) == ([], 0)


def test_notices_wait_for_the_digest_when_nothing_comes_at_once(
    draft: Policy, writer: Actor, settings: config.Settings, noon: datetime
) -> None:
    wish(writer, at_once=False)
    hide(make_thread(draft, writer).first)
    assert after(noon, 10) == 0
    assert digesting.run("daily") == 1
    (letter,) = post(settings)
    assert "Your comment was hidden" in words(letter)[0]


def test_one_chooses_ones_letters(app: Flask, client: CheckingClient, noon: datetime) -> None:
    person = make_actor()
    sign_in(client, person)
    page = client.get("/settings/letters").get_data(as_text=True)
    assert 'value="daily" checked' in page
    assert 'value="yes" checked' in page
    answer = client.post_form("/settings/letters", {"period": "weekly", "at_once": "no"})
    assert answer.status_code == 303
    page = client.get("/settings/letters").get_data(as_text=True)
    assert 'value="weekly" checked' in page
    assert 'value="no" checked' in page


@pytest.mark.parametrize("data", [{}, {"period": "hourly", "at_once": "no"}, {"period": "daily"}])
def test_a_choice_that_there_is_not_is_refused_with_the_page(
    app: Flask, client: CheckingClient, data: dict[str, str], noon: datetime
) -> None:
    sign_in(client, make_actor())
    assert client.post_form("/settings/letters", data).status_code == 422


def test_letters_are_chosen_after_signing_in(client: CheckingClient) -> None:
    assert client.get("/settings/letters").status_code == 303


def test_the_settings_lead_to_the_letters(app: Flask, client: CheckingClient) -> None:
    sign_in(client, make_actor())
    assert "/settings/letters" in client.get("/settings").get_data(as_text=True)


def test_the_notice_of_a_letter_stays_on_the_page_of_notices(
    draft: Policy, writer: Actor, noon: datetime
) -> None:
    hide(make_thread(draft, writer).first)
    after(noon, 10)
    assert len(db.session.scalars(select(Notice)).all()) == 1
