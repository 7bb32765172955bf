"""Send what waits in the table of outgoing messages; a regular duty of the worker.

Each message is claimed in a transaction of its own before it is sent and deleted after it: the
write gate is never held while a mail server thinks, and a crash in between costs one second copy
with the same Message-ID, never a lost message.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta

from sqlalchemy import case, delete, or_, select, update

import config
from app import clock
from app.accounts.models import OutgoingMessage
from app.accounts.services import setup
from app.database import committing, db
from app.notifications import sms
from app.notifications.failures import Refused, Unreachable
from app.notifications.mailer import Mail, Post
from app.notifications.services import composing
from app.notifications.services.composing import Waiting

BATCH = 100
LONGEST_ROUND = 1.0  # seconds after which the worker turns to something else
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
# A code that arrives after its time only confuses; other messages are worth two days of trying.
LASTS = {"code": timedelta(minutes=10), "reset": timedelta(hours=1)}
LASTS_OTHERWISE = timedelta(days=2)
# Ten thousand digests must not hold up one code.
PATIENT = ("digest",)

log = logging.getLogger(__name__)


def send_pending(settings: config.Settings | None = None) -> None:
    """Send what is due, oldest first, digests last; after a failure the rest of that channel waits.

    ``settings`` are those of the process when None.
    """
    settings = settings or setup.settings()
    ends_at = time.monotonic() + LONGEST_ROUND
    unreachable: set[str] = set()
    folder = settings.instance_dir / "mail"
    with Post(mail_url=settings.mail_url, site_url=settings.site_url, folder=folder) as post:
        for ident, channel in _due():
            if time.monotonic() > ends_at:
                break
            if channel not in unreachable and not _try(ident, post, settings):
                unreachable.add(channel)
                _put_off(channel)


def _try(ident: int, post: Post, settings: config.Settings) -> bool:
    """Send one message; False when its channel is out of reach for now."""
    message = _claim(ident)
    if message is None:
        return True
    try:
        _send(message, post, settings)
    except Unreachable as failure:
        log.warning("%s: not sent, will be tried again: %s", message.channel, failure)
        return False
    except Refused as failure:
        log.warning("%s: given up: %s", message.channel, failure)
    except Exception:
        # One that cannot be written is a fault of ours and waits; it must not hold up the others.
        db.session.rollback()
        log.exception("the letter %s could not be written", message.template)
        return True
    _forget(message)
    return True


def _due() -> list[tuple[int, str]]:
    is_patient = case((OutgoingMessage.template.in_(PATIENT), 1), else_=0)
    query = (
        select(OutgoingMessage.id, OutgoingMessage.channel)
        .where(or_(OutgoingMessage.retry_at.is_(None), OutgoingMessage.retry_at <= clock.now()))
        .order_by(is_patient, OutgoingMessage.id)
        .limit(BATCH)
    )
    return [(ident, channel) for ident, channel in db.session.execute(query)]


def _claim(ident: int) -> Waiting | None:
    """Mark one message as being tried, until its next turn; None when there is nothing to send."""
    now = clock.now()
    with committing():
        row = db.session.get(OutgoingMessage, ident, with_for_update={"skip_locked": True})
        if row is None or (row.retry_at is not None and row.retry_at > now):
            return None
        is_late = now - row.created_at > LASTS.get(row.template, LASTS_OTHERWISE)
        if is_late or not composing.is_wanted(row):
            db.session.delete(row)
            log.warning(
                "%s: given up, %s",
                row.channel,
                "its time is over" if is_late else "not wanted any more",
            )
            return None
        row.retry_at = now + min(FIRST_WAIT * 2 ** min(row.tries, 20), LONGEST_WAIT)
        row.tries += 1
        values = json.loads(row.values)
        return Waiting(
            id=row.id,
            channel=row.channel,
            address=row.address,
            template=row.template,
            locale=row.locale,
            values=values,
            created_at=row.created_at,
            token=composing.token_for(row, values),
        )


def _put_off(channel: str) -> None:
    """What else is due on a channel that is out of reach waits a little, untried."""
    now = clock.now()
    is_due = or_(OutgoingMessage.retry_at.is_(None), OutgoingMessage.retry_at <= now)
    with committing():
        db.session.execute(
            update(OutgoingMessage)
            .where(OutgoingMessage.channel == channel, is_due)
            .values(retry_at=now + FIRST_WAIT)
        )


def _send(message: Waiting, post: Post, settings: config.Settings) -> None:
    letter = composing.compose(message, settings)
    db.session.rollback()
    if letter is None:
        return
    if message.channel == "sms":
        text = sms.Text(message.ident, message.address, letter.body)
        sms.send(text, sms_url=settings.sms_url, folder=settings.instance_dir / "sms")
        return
    url = composing.leave_url(message, settings)
    post.send(Mail(message.ident, message.address, letter, message.created_at, url))


def _forget(message: Waiting) -> None:
    with committing():
        db.session.execute(delete(OutgoingMessage).where(OutgoingMessage.id == message.id))
