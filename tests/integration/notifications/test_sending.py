"""Messages on their way out: files, a real mail server, a real gateway, and their failures."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
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
from app.notifications.letters import Letter, compose
from app.notifications.mailer import Mail, build
from app.notifications.services.sending import send_pending
from tests.builders.mail_server import Inbox, free_port, mail_server

# The server of these tests listens on this machine only.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

MAIL, SMS = Address("mail", "lin@example.org"), Address("sms", "+8613800138000")


def queue(address: Address = MAIL, locale: str = "en", code: str = "012345") -> None:
    with committing():
        send_later(address, "code", locale=locale, code=code)


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutgoingMessage)) or 0


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    with mail_server() as server:
        yield server


class Gateway(HTTPServer):
    """A text message gateway that keeps what it was given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), GatewayHandler)
        self.status = 200
        self.received: list[tuple[str, dict[str, str], dict[str, str]]] = []


class GatewayHandler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Quiet."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_without_a_server_mail_becomes_a_file(app: Flask, settings: config.Settings) -> None:
    queue()
    send_pending(settings)
    files = list((settings.instance_dir / "mail").glob("*.eml"))
    assert len(files) == 1
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert message["To"] == "lin@example.org"
    assert "012345" in message["Subject"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert all("012345" in part.get_content() for part in message.iter_parts())
    assert waiting() == 0


def test_without_a_gateway_a_text_message_becomes_a_file(
    app: Flask, settings: config.Settings
) -> None:
    queue(SMS)
    send_pending(settings)
    (path,) = (settings.instance_dir / "sms").glob("*.txt")
    number, words = path.read_text(encoding="utf-8").splitlines()
    assert number == "+8613800138000"
    assert "012345" in words


def test_a_mail_server_receives_each_message_once(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    for code in ("111111", "222222"):
        queue(code=code)
    for _ in range(3):
        send_pending(replace(settings, mail_url=url))
    bodies = [message_from_bytes(e.content or b"", policy=policy.default) for e in box.received]
    assert ["111111" in bodies[0]["Subject"], "222222" in bodies[1]["Subject"]] == [True, True]
    assert len(bodies) == 2
    assert [e.rcpt_tos for e in box.received] == [["lin@example.org"]] * 2
    assert bodies[0]["From"] == "wiki@city.example"
    assert bodies[0]["Message-ID"] != bodies[1]["Message-ID"]
    assert waiting() == 0


def test_an_absent_server_is_tried_again_later_and_then_less_often(
    app: Flask, settings: config.Settings, noon: datetime, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    away = replace(settings, mail_url=f"smtp://127.0.0.1:{free_port()}")
    queue()
    for seconds, tries in ((0, 1), (14, 1), (15, 2), (44, 2), (45, 3), (104, 3)):
        with clock.frozen(noon + timedelta(seconds=seconds)):
            send_pending(away)
        assert db.session.scalar(select(OutgoingMessage.tries)) == tries
        db.session.rollback()
    with clock.frozen(noon + timedelta(seconds=105)):
        send_pending(replace(settings, mail_url=url))
    assert len(box.received) == 1
    assert waiting() == 0


def test_an_absent_mail_server_does_not_hold_up_text_messages(
    app: Flask, settings: config.Settings
) -> None:
    for address in (MAIL, MAIL, SMS):
        queue(address)
    send_pending(replace(settings, mail_url=f"smtp://127.0.0.1:{free_port()}"))
    assert len(list((settings.instance_dir / "sms").glob("*.txt"))) == 1
    tries = db.session.scalars(select(OutgoingMessage.tries).order_by(OutgoingMessage.id)).all()
    assert tries == [1, 0]


@pytest.mark.parametrize(("answer", "left"), [("550 no such person", 0), ("451 try later", 1)])
def test_a_refused_recipient_is_given_up_a_busy_server_is_not(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str], answer: str, left: int
) -> None:
    box, url = inbox
    box.answer = answer
    queue()
    send_pending(replace(settings, mail_url=url))
    assert waiting() == left


def test_a_wrong_password_keeps_the_message(
    app: Flask, settings: config.Settings, inbox: tuple[Inbox, str]
) -> None:
    box, url = inbox
    queue()
    send_pending(replace(settings, mail_url=url.replace("p%40ss", "wrong")))
    assert (box.received, waiting()) == ([], 1)


def test_a_code_whose_time_is_over_is_not_sent(
    app: Flask, settings: config.Settings, noon: datetime
) -> None:
    queue()
    with clock.frozen(noon + timedelta(minutes=11)):
        send_pending(settings)
    assert not (settings.instance_dir / "mail").exists()
    assert waiting() == 0


def test_the_gateway_gets_number_and_words_with_a_key(
    app: Flask, settings: config.Settings, gateway: Gateway
) -> None:
    url = f"http://wiki:p%40ss@127.0.0.1:{gateway.server_port}/send?site=1"
    queue(SMS, locale="zh_Hans_CN")
    send_pending(replace(settings, sms_url=url))
    ((path, headers, body),) = gateway.received
    assert path == "/send?site=1"
    assert body["to"] == "+8613800138000"
    assert "012345" in body["text"]
    assert headers["Authorization"] == "Basic d2lraTpwQHNz"
    assert headers["Idempotency-Key"]
    assert waiting() == 0


@pytest.mark.parametrize(("status", "left"), [(503, 1), (429, 1), (302, 1), (400, 0)])
def test_the_gateways_answer_decides_and_no_redirect_is_followed(
    app: Flask, settings: config.Settings, gateway: Gateway, status: int, left: int
) -> None:
    gateway.status = status
    queue(SMS)
    send_pending(replace(settings, sms_url=f"http://127.0.0.1:{gateway.server_port}/send"))
    assert [path for path, _, _ in gateway.received] == ["/send"]
    assert waiting() == left


def test_the_second_try_carries_the_same_key(
    app: Flask, settings: config.Settings, gateway: Gateway, noon: datetime
) -> None:
    gateway.status = 503
    queue(SMS)
    for seconds in (0, 20):
        with clock.frozen(noon + timedelta(seconds=seconds)):
            send_pending(replace(settings, sms_url=f"http://127.0.0.1:{gateway.server_port}/"))
    keys = {headers["Idempotency-Key"] for _, headers, _ in gateway.received}
    assert (len(gateway.received), len(keys)) == (2, 1)


def test_a_line_break_in_a_value_makes_no_second_header(noon: datetime) -> None:
    values = {"site_name": "Wiki\r\nBcc: all@example.org", "site_url": "http://x", "code": "1"}
    letter = compose("code", "mail", "en", values)
    mail = Mail("1", "lin@example.org", letter, noon)
    message = build(mail, site_url="http://localhost", sender="a@example.org")
    assert "Bcc" not in message
    assert "\n" not in letter.subject
    with pytest.raises(ValueError, match="linefeed"):
        build(
            replace(mail, letter=Letter("a\nBcc: b@example.org", "")),
            site_url="http://localhost",
            sender="a@example.org",
        )


@pytest.mark.parametrize("channel", ["mail", "sms"])
@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_links_lead_to_the_configured_site(channel: str, locale: str) -> None:
    values = {"site_name": "Wiki", "site_url": "https://wiki.example", "token": "t0ken"}
    letter = compose("reset", channel, locale, values)
    assert "https://wiki.example/account/reset/t0ken" in letter.body
