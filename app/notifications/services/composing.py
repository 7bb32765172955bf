"""One waiting message turned into a letter, at the moment it is sent: what was hidden since it was
queued is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

import config
from app.accounts.models import OutgoingMessage, Person
from app.database import db
from app.notifications import letters
from app.notifications.letters import Letter
from app.notifications.models import MailFollower, ReaderState
from app.notifications.services.letters import follower_token, keep_token

# Asked for, or the answer to what one sent: there is nothing to leave.
ASKED_FOR = frozenset({"code", "reset", "no_account", "answered"})
# They ask a stranger: whoever does nothing gets no other, so there is no foot about leaving.
UNCONFIRMED = frozenset({"follow_asked"})
# Letters at once that other domains queue; who wants none at once does not get them.
AT_ONCE = frozenset({"suggestion_changed"})


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
    token: str = ""

    @property
    def ident(self) -> str:
        """Names the message outside; a row id may come again, but not with the same moment."""
        return f"{self.created_at:%Y%m%dT%H%M%S}-{self.created_at.microsecond:06d}-{self.id}"


def token_for(row: OutgoingMessage, values: dict[str, Any]) -> str:
    """The token that ends such letters, "" for one that was asked for; inside the gate."""
    if row.channel != "mail" or row.template in ASKED_FOR:
        return ""
    if "follower" in values:
        follower = db.session.get(MailFollower, values["follower"])
        return follower_token(follower) if follower else ""
    person = db.session.scalar(select(Person).where(Person.email == row.address))
    return keep_token(person) if person else ""


def is_wanted(row: OutgoingMessage) -> bool:
    """Whether its reader still wants such letters at once."""
    if row.template not in AT_ONCE:
        return True
    state = db.session.scalar(
        select(ReaderState.at_once)
        .join(Person, Person.id == ReaderState.person_id)
        .where(Person.email == row.address)
    )
    return state is not False


def leave_url(message: Waiting, settings: config.Settings) -> str:
    """Where one click ends such letters, "" when there is nothing to end."""
    return f"{settings.site_url}/unsubscribe/{message.token}" if message.token else ""


def compose(message: Waiting, settings: config.Settings) -> Letter | None:
    """The letter, or None when nothing is left to say or nobody to say it to."""
    is_asking = message.template in UNCONFIRMED
    values = {
        "site_name": settings.site_name,
        "site_url": settings.site_url,
        "zone": settings.site_timezone,
        "token": message.token,
        "leave_url": "" if is_asking else leave_url(message, settings),
        "letters_url": ""
        if "follower" in message.values
        else f"{settings.site_url}/settings/letters",
        **message.values,
    }
    return letters.compose(message.template, message.channel, message.locale, values)
