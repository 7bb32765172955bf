"""Mail: to the server of MAIL_URL, else as .eml files that a person can open."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from app.notifications.failures import Refused, Unreachable
from app.notifications.letters import Letter

TIMEOUT = 5.0  # seconds to get through; the worker waits for it
# Whoever hangs up before the server has said that it took the letter, sends it a second time.
LAST_WORD = 30.0
# Not every server takes eight bits; a line of a letter may be longer than a server allows.
POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail; ``ident`` is the same at every try, so that a reader can tell a second copy.

    ``leave_url`` takes a POST of one click that ends such letters (RFC 8058), "" for a letter that
    was asked for.
    """

    ident: str
    to: str
    letter: Letter
    written_at: datetime
    leave_url: str = ""


def build(mail: Mail, *, site_url: str, sender: str) -> EmailMessage:
    """The message with its headers; line breaks in a header raise ValueError."""
    host = urlsplit(site_url).hostname or "localhost"
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.letter.subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{mail.ident}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.leave_url:
        message["List-Unsubscribe"] = f"<{mail.leave_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.letter.body)
    if mail.letter.html:
        message.add_alternative(mail.letter.html, subtype="html")
    return message


class Post:
    """The way out for the mails of one round: one connection, opened when the first mail goes.

    Files in ``folder`` when ``mail_url`` is empty.
    """

    def __init__(self, *, mail_url: str, site_url: str, folder: Path) -> None:
        self._mail_url, self._site_url, self._folder = mail_url, site_url, folder
        host = urlsplit(site_url).hostname or "localhost"
        wanted = parse_qs(urlsplit(mail_url).query).get("from", [f"noreply@{host}"])
        self._sender = wanted[0]
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, *_failure: object) -> None:
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
        self._hang_up()

    def send(self, mail: Mail) -> None:
        """Send one mail; Refused when trying again is useless, Unreachable otherwise."""
        message = build(mail, site_url=self._site_url, sender=self._sender)
        if not self._mail_url:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{mail.ident}.eml").write_bytes(message.as_bytes())
            return
        try:
            if self._server is None or self._server.sock is None:
                self._server = _connected(self._mail_url)
            self._server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _failure(f"recipient refused: {codes}", codes) from error
        except smtplib.SMTPDataError as error:
            raise _failure(f"letter refused: {error.smtp_code}", [error.smtp_code]) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()


def _failure(words: str, codes: list[int]) -> Refused | Unreachable:
    """Codes from 500 are said for good, those below for now."""
    return Refused(words) if all(code >= 500 for code in codes) else Unreachable(words)


def _connected(mail_url: str) -> smtplib.SMTP:
    parts = urlsplit(mail_url)
    host, secure = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT, context=secure
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    try:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=secure)
            server.ehlo()
        if parts.username:
            _ensure_private(server, host)
            server.login(unquote(parts.username), unquote(parts.password or ""))
        if server.sock is not None:
            server.sock.settimeout(LAST_WORD)
    except BaseException:
        server.close()
        raise
    return server


def _ensure_private(server: smtplib.SMTP, host: str) -> None:
    """A password goes over an encrypted line, or stays on this machine."""
    if isinstance(server.sock, ssl.SSLSocket) or host in ("localhost", "127.0.0.1", "::1"):
        return
    raise smtplib.SMTPException("the mail server offers no encryption; the password was not sent")
