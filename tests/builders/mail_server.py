"""A real mail server on this machine that keeps what it takes and answers as it is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

LOGIN = ("wiki@city", "p@ss/word")


class Inbox:
    """``answer`` is said to each recipient, ``last_word`` to each letter after ``delay`` seconds;
    ``is_dropping``: the line is cut instead, when the letter has been received."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.answer = "250 OK"
        self.last_word = "250 OK"
        self.delay = 0.0
        self.is_dropping = False
        self.connections = 0

    @property
    def letters(self) -> list[EmailMessage]:
        """What was received, opened."""
        return [
            message_from_bytes(one.content or b"", policy=policy.default)  # type: ignore[misc]
            for one in self.received
        ]

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname  # type: ignore[assignment]
        return responses

    async def handle_RCPT(
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.is_dropping:
            assert server.transport is not None
            server.transport.abort()
            return "250 nobody hears this"
        await asyncio.sleep(self.delay)
        if self.last_word.startswith("250"):
            self.received.append(envelope)
        return self.last_word


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, str]]:
    """A server that asks for a password, and the MAIL_URL that leads to it."""
    inbox = Inbox()

    def check(
        _server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any
    ) -> AuthResult:
        is_right = (data.login, data.password) == tuple(word.encode() for word in LOGIN)
        return AuthResult(success=is_right, handled=False)

    server = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    server.start()
    yield inbox, f"smtp://wiki%40city:p%40ss%2Fword@127.0.0.1:{server.port}?from=wiki@city.example"
    server.stop()
