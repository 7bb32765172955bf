"""Mail over a real line: its form, its headers, and every way in which a server can fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import config
from app import clock
from app.accounts.addresses import Address
from app.accounts.models import OutgoingMessage
from app.accounts.services.outbox import send_later
from app.database import committing, db
from app.notifications import mailer
from app.notifications.letters import Letter, compose
from app.notifications.mailer import Mail, build
from app.notifications.models import ReaderState
from app.notifications.services.sending import send_pending
from tests.builders.accounts import make_person
from tests.builders.mail_server import Inbox, mail_server

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

ANSWERED: dict[str, Any] = {
    "title": "停车 <b>费</b> & more",
    "label": "第五条",
    "number": 14,
    "kind": "suggestion",
    "outcome": "adopted",
    "reason": 'One line.\n\nAnother <script>alert("x")</script> & <img src="http://evil/x.png">',
    "policy": 1,
    "slug": "parking",
}
CHANGED: dict[str, Any] = {
    "title": "Parking", "slug": "parking", "number": 3, "label": "Article 5", "fit": "rework", "by": 0,
}  # fmt: skip


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    with mail_server() as server:
        yield server


def queue(template: str = "answered", address: str = "lin@example.org", **values: Any) -> None:
    values = values or (ANSWERED if template == "answered" else CHANGED)
    with committing():
        send_later(Address("mail", address), template, locale="en", **values)


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutgoingMessage)) or 0


def test_a_letter_says_the_same_as_text_and_as_html_without_anything_from_elsewhere(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    queue()
    send_pending(replace(settings, mail_url=url))
    (letter,) = box.letters
    assert letter.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in letter.iter_parts())
    assert 'alert("x")' in text
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;img src=" in html
    assert '<html lang="en">' in html
    link = "http://localhost/policies/parking/suggestions/14"
    assert link in text
    assert f'<a href="{link}">' in html


def test_letters_carry_the_headers_that_machines_look_for(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    queue()
    send_pending(replace(settings, mail_url=url))
    (letter,) = box.letters
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.tzinfo is not None
    assert letter["Message-ID"].startswith("<")
    assert "List-Unsubscribe" not in letter, "an answer is not a letter that one leaves"


def test_every_other_letter_can_be_left_with_one_click(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    make_person(email="lin@example.org")
    queue("suggestion_changed")
    send_pending(replace(settings, mail_url=url))
    (letter,) = box.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(letter["List-Unsubscribe"]).strip(" <>")
    assert address.startswith("http://localhost/unsubscribe/")
    assert len(address.rsplit("/", 1)[1]) >= 40
    for part in letter.iter_parts():
        assert address in part.get_content()
        assert "http://localhost/settings/letters" in part.get_content()


def test_the_database_holds_the_hash_of_the_token_alone(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    make_person(email="lin@example.org")
    queue("suggestion_changed")
    send_pending(replace(settings, mail_url=url))
    token = str(box.letters[0]["List-Unsubscribe"]).strip(" <>").rsplit("/", 1)[1]
    stored = db.session.scalars(select(ReaderState.token_hash)).one()
    assert stored is not None
    assert len(stored) == 32
    assert token.encode() not in stored


def test_who_wants_nothing_at_once_is_not_told_of_a_change_at_once(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    person = make_person(email="lin@example.org")
    with committing():
        db.session.add(ReaderState(person_id=person.id, at_once=False))
    queue("suggestion_changed")
    queue("answered")
    send_pending(replace(settings, mail_url=url))
    assert ["has been answered" in letter["Subject"] for letter in box.letters] == [True]
    assert waiting() == 0


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["title", "label"])
def test_no_value_with_a_line_break_becomes_a_header(
    app: Flask, settings: config.Settings, noon: datetime, breaks: str, field: str
) -> None:
    hostile = f"Parking{breaks}Bcc: all@example.org{breaks}{breaks}Buy!"
    values = {"site_name": f"Wiki{breaks}X-Bad: 1", "site_url": "http://x", "reason": hostile}
    letter = compose("suggestion_changed", "mail", "en", {**CHANGED, **values, field: hostile})
    message = build(
        Mail("1", "lin@example.org", letter, noon), site_url="http://x", sender="a@example.org"
    )
    head = message.as_bytes().split(b"\r\n\r\n", 1)[0]
    assert not [line for line in head.split(b"\r\n") if line.lower().startswith((b"bcc", b"x-bad"))]
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize("to", ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: 1"])
def test_an_address_with_a_line_break_is_never_written_to(noon: datetime, to: str) -> None:
    with pytest.raises(ValueError, match="linefeed|header"):
        build(Mail("1", to, Letter("a", "b"), noon), site_url="http://x", sender="a@example.org")


def test_a_long_subject_in_chinese_arrives_whole_and_in_short_lines(noon: datetime) -> None:
    title = "关于进一步加强非机动车停放管理的若干规定" * 5
    values = {**CHANGED, "title": title, "site_name": "共议", "site_url": "http://x"}
    letter = compose("suggestion_changed", "mail", "zh_Hans_CN", values)
    message = build(
        Mail("1", "lin@example.org", letter, noon), site_url="http://x", sender="a@example.org"
    )
    raw = message.as_bytes()
    assert raw.isascii(), "not every server takes eight bits"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 100
    assert title[:100] in message["Subject"]


@pytest.mark.parametrize(("last_word", "left"), [("554 unwanted", 0), ("452 full", 1)])
def test_a_letter_refused_for_good_is_given_up_one_refused_for_now_is_kept(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str], last_word: str, left: int
) -> None:
    box, url = inbox
    box.last_word = last_word
    queue()
    send_pending(replace(settings, mail_url=url))
    assert (box.received, waiting()) == ([], left)


def test_a_line_that_breaks_after_the_letter_costs_one_second_copy_with_the_same_name(
    app: Flask, settings: config.Settings, noon: datetime, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    queue()
    box.is_dropping = True
    send_pending(replace(settings, mail_url=url))
    assert (box.received, waiting()) == ([], 1)
    box.is_dropping = False
    with clock.frozen(noon + timedelta(seconds=16)):
        send_pending(replace(settings, mail_url=url))
        send_pending(replace(settings, mail_url=url))
    first = db.session.scalar(select(func.count()).select_from(OutgoingMessage))
    assert (len(box.received), first) == (1, 0)


def test_a_crash_between_sending_and_forgetting_repeats_the_same_message_id(
    app: Flask,
    settings: config.Settings,
    noon: datetime,
    inbox: tuple[Inbox, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box, url = inbox
    queue()

    def dies(_message: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.notifications.services.sending._forget", dies)
        with pytest.raises(KeyboardInterrupt):
            send_pending(replace(settings, mail_url=url))
    for seconds in (16, 300, 4000):
        with clock.frozen(noon + timedelta(seconds=seconds)):
            send_pending(replace(settings, mail_url=url))
    assert len(box.received) == 2
    assert len({letter["Message-ID"] for letter in box.letters}) == 1


def test_a_server_that_never_answers_is_left_alone_after_a_while(
    app: Flask,
    settings: config.Settings,
    inbox: tuple[Inbox, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box, url = inbox
    monkeypatch.setattr(mailer, "LAST_WORD", 0.2)
    box.delay = 1.5
    queue()
    queue()
    send_pending(replace(settings, mail_url=url))
    tries = db.session.scalars(select(OutgoingMessage.tries).order_by(OutgoingMessage.id)).all()
    assert tries == [1, 0], "the second letter does not wait for the same silence"


def test_the_letters_of_one_round_share_one_connection(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    for number in range(5):
        queue(**{**ANSWERED, "number": number})
    send_pending(replace(settings, mail_url=url))
    assert (len(box.received), box.connections) == (5, 1)


def test_a_refused_letter_does_not_hold_up_the_next(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    box.last_word = "554 unwanted"
    queue()
    send_pending(replace(settings, mail_url=url))
    box.last_word = "250 OK"
    queue()
    send_pending(replace(settings, mail_url=url))
    assert (len(box.received), waiting()) == (1, 0)


def test_a_letter_that_cannot_be_written_stops_nothing_else(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    queue("answered", number=1)  # the other values that its template needs are missing
    queue()
    send_pending(replace(settings, mail_url=url))
    assert (len(box.received), waiting()) == (1, 1)


def test_a_thousand_digests_do_not_hold_up_a_code(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    with committing():
        for number in range(1000):
            row = OutgoingMessage(
                channel="mail",
                address=f"a{number}@example.org",
                template="digest",
                locale="en",
                values="{}",
                created_at=clock.now(),
            )
            db.session.add(row)
        send_later(Address("mail", "lin@example.org"), "code", locale="en", code="123456")
    send_pending(replace(settings, mail_url=url))
    assert box.received[0].rcpt_tos == ["lin@example.org"]
