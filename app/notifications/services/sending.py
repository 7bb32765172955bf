"""Send what waits in the table of outgoing messages; a regular duty of the worker.

Each message is claimed in a transaction of its own before it is sent and deleted after it: the
write gate is never held while a mail server thinks, and a crash in between costs one second copy
with the same Message-ID, never a lost message.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select

import config
from app import clock
from app.accounts.models import OutgoingMessage
from app.accounts.services import setup
from app.database import committing, db
from app.notifications import mailer, sms
from app.notifications.failures import Refused, Unreachable
from app.notifications.letters import compose

BATCH = 20
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
# A code that arrives after its time only confuses; other messages are worth two days of trying.
LASTS = {"code": timedelta(minutes=10), "reset": timedelta(hours=1)}
LASTS_OTHERWISE = timedelta(days=2)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message as plain values, so that no transaction is open while it is sent."""

    id: int
    channel: str
    address: str
    template: str
    locale: str
    values: dict[str, Any]
    created_at: datetime

    @property
    def ident(self) -> str:
        """Names the message outside; a row id may come again, but not with the same moment."""
        return f"{self.created_at:%Y%m%dT%H%M%S}-{self.created_at.microsecond:06d}-{self.id}"


def send_pending(settings: config.Settings | None = None) -> None:
    """Send what is due, oldest first; after a failure the rest of that channel waits.

    ``settings`` are those of the process when None.
    """
    settings = settings or setup.settings()
    unreachable: set[str] = set()
    for ident in _due():
        message = _claim(ident, unreachable)
        if message is None:
            continue
        try:
            _send(message, settings)
        except Unreachable as failure:
            unreachable.add(message.channel)
            log.warning("%s: not sent, will be tried again: %s", message.channel, failure)
        except Refused as failure:
            _forget(message)
            log.warning("%s: given up: %s", message.channel, failure)
        else:
            _forget(message)


def _due() -> list[int]:
    query = (
        select(OutgoingMessage.id)
        .where(or_(OutgoingMessage.retry_at.is_(None), OutgoingMessage.retry_at <= clock.now()))
        .order_by(OutgoingMessage.id)
        .limit(BATCH)
    )
    return list(db.session.scalars(query))


def _claim(ident: int, unreachable: set[str]) -> Waiting | None:
    """Mark one message as being tried, until its next turn; None when there is nothing to send."""
    now = clock.now()
    with committing():
        row = db.session.get(OutgoingMessage, ident, with_for_update={"skip_locked": True})
        if row is None or (row.retry_at is not None and row.retry_at > now):
            return None
        if now - row.created_at > LASTS.get(row.template, LASTS_OTHERWISE):
            db.session.delete(row)
            log.warning("%s: given up, its time is over", row.channel)
            return None
        row.retry_at = now + min(FIRST_WAIT * 2 ** min(row.tries, 20), LONGEST_WAIT)
        if row.channel in unreachable:
            return None
        row.tries += 1
        return Waiting(
            id=row.id,
            channel=row.channel,
            address=row.address,
            template=row.template,
            locale=row.locale,
            values=json.loads(row.values),
            created_at=row.created_at,
        )


def _send(message: Waiting, settings: config.Settings) -> None:
    values = {"site_name": settings.site_name, "site_url": settings.site_url, **message.values}
    letter = compose(message.template, message.channel, message.locale, values)
    if message.channel == "sms":
        text = sms.Text(message.ident, message.address, letter.body)
        sms.send(text, sms_url=settings.sms_url, folder=settings.instance_dir / "sms")
        return
    mail = mailer.Mail(message.ident, message.address, letter, message.created_at)
    mailer.send(
        mail,
        mail_url=settings.mail_url,
        site_url=settings.site_url,
        folder=settings.instance_dir / "mail",
    )


def _forget(message: Waiting) -> None:
    with committing():
        db.session.execute(delete(OutgoingMessage).where(OutgoingMessage.id == message.id))
