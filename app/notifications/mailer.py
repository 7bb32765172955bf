"""Mail: to the server of MAIL_URL, else as .eml files that a person can open."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from app.notifications.failures import Refused, Unreachable
from app.notifications.letters import Letter

TIMEOUT = 5.0  # seconds; the worker waits for it


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail; ``ident`` is the same at every try, so that a reader can tell a second copy."""

    ident: str
    to: str
    letter: Letter
    written_at: datetime


def build(mail: Mail, *, site_url: str, sender: str) -> EmailMessage:
    """The message with its headers; line breaks in a header raise ValueError."""
    host = urlsplit(site_url).hostname or "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.letter.subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{mail.ident}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.letter.body)
    return message


def send(mail: Mail, *, mail_url: str, site_url: str, folder: Path) -> None:
    """Send one mail, or write it into ``folder`` when ``mail_url`` is empty.

    Raises Refused when trying again is useless, Unreachable otherwise.
    """
    if not mail_url:
        folder.mkdir(parents=True, exist_ok=True)
        sender = f"noreply@{urlsplit(site_url).hostname or 'localhost'}"
        message = build(mail, site_url=site_url, sender=sender)
        (folder / f"{mail.ident}.eml").write_bytes(message.as_bytes())
        return
    host = urlsplit(site_url).hostname or "localhost"
    wanted = parse_qs(urlsplit(mail_url).query).get("from", [f"noreply@{host}"])
    message = build(mail, site_url=site_url, sender=wanted[0])
    try:
        with _connected(mail_url) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise (Refused if all(code >= 500 for code in codes) else Unreachable)(
            f"recipient refused: {codes}"
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


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
    except BaseException:
        server.close()
        raise
    return server


def _ensure_private(server: smtplib.SMTP, host: str) -> None:
    """A password goes over an encrypted line, or stays on this machine."""
    if isinstance(server.sock, ssl.SSLSocket) or host in ("localhost", "127.0.0.1", "::1"):
        return
    raise smtplib.SMTPException("the mail server offers no encryption; the password was not sent")
