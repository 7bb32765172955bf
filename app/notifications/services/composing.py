"""One waiting message turned into a letter, at the moment it is sent: what was hidden since it was
queued is not in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

import config
from app import clock
from app.access.actor import VISITOR, Actor
from app.accounts.models import OutgoingMessage, Person
from app.database import db
from app.messages import Message
from app.notifications import letters
from app.notifications.letters import Letter, as_html, voice
from app.notifications.models import MailFollower, Notice, ReaderState
from app.notifications.queries.digest import Follow
from app.notifications.queries.digest_readers import Reader, find_follower, find_person
from app.notifications.queries.notices import list_lines
from app.notifications.services.alerting import standing
from app.notifications.services.digest_press import press, subjects_of
from app.notifications.services.letters import follower_token, keep_token

# Asked for, the answer to what one sent, or a call of duty: there is nothing to leave.
ASKED_FOR = frozenset({"code", "reset", "no_account", "answered", "danger"})
# They ask a stranger: whoever does nothing gets no other, so there is no foot about leaving.
UNCONFIRMED = frozenset({"follow_asked"})
# Letters at once; who wants none, since they were queued too, does not get them.
AT_ONCE = frozenset({"notices", "suggestion_changed"})


Said = dict[str, Any]  # what fills a template


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in words, with its addresses, "" for none."""

    said: str
    when: str
    notes: list[str]
    title: str
    url: str
    review_url: str


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
        return follower_token(follower) if follower and follower.ended_at is None else ""
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
    said = _SAID.get(message.template, _as_queued)(message, settings)
    has_left = "follower" in message.values and not message.token
    if said is None or has_left:
        return None
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
        **said,
    }
    html = _digest_html(message.locale, values) if message.template == "digest" else ""
    return letters.compose(message.template, message.channel, message.locale, values, html)


def _as_queued(message: Waiting, _settings: config.Settings) -> Said | None:
    return message.values


def _notices(message: Waiting, settings: config.Settings) -> Said | None:
    """What somebody is told at once, as it reads now."""
    if "follower" in message.values:
        lines = _in_words(message, [_milestone(message.values)], VISITOR, settings)
        return {"lines": lines} if lines else None
    ids = [int(one) for one in message.values["notices"].split()]
    lines = _lines(message, ids, settings)
    return {"lines": lines} if lines else None


def _digest(message: Waiting, settings: config.Settings) -> Said | None:
    """What a digest reaches over, as everybody may see it now."""
    reader = _reader(message)
    if reader is None:
        return None
    subjects = subjects_of([reader])
    parts = press.parts(reader, subjects, message.values["upto"], settings)
    lines = _lines(message, message.values.get("notices", []), settings)
    if not parts and not lines:
        return None
    return {
        "parts": parts,
        "lines": lines,
        "has_changes": any(one.entry.changes for part in parts for one in part.entries),
    }


def _digest_html(locale: str, values: dict[str, Any]) -> str:
    """The parts as they were made for all readers, put between what is for this one."""
    pieces = [as_html("_lines", locale, values)] if values["lines"] else []
    for part in values["parts"]:
        pieces.append(as_html("_part", locale, values | {"part": part}))
        pieces += [one.html for one in part.entries]
    return "\n".join([*pieces, as_html("_end", locale, values)])


def _reader(message: Waiting) -> Reader | None:
    """Whoever the digest is for, if they still want it at this address."""
    if "person" in message.values:
        reader = find_person(message.values["person"])
        reader = reader and replace(reader, told_upto=message.values["after"])
    else:
        reached = dict(message.values["rows"])
        reader = find_follower(list(reached))
        reader = reader and replace(reader, follows=_from(reader, reached))
    return reader if reader is not None and reader.address == message.address else None


def _from(reader: Reader, reached: dict[int, int]) -> tuple[Follow, ...]:
    """What a follower by mail follows, from where each digest before ended."""
    pairs = zip(reader.rows, reader.follows, strict=True)
    return tuple(replace(follow, after=reached[row]) for row, follow in pairs)


def _lines(message: Waiting, ids: Sequence[int], settings: config.Settings) -> list[Line]:
    """Notices in words; those of a decision that was taken back meanwhile are left out."""
    person = db.session.get(Person, message.values.get("person", 0))
    if person is None or person.email != message.address or not ids:
        return []
    rows = db.session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id)).all()
    return _in_words(message, standing(rows), person.actor(clock.now()), settings)


def _milestone(values: dict[str, Any]) -> Notice:
    """The notice that somebody with an account would have; it is in no table."""
    at = datetime.fromisoformat(values["at"])
    return Notice(
        id=0, kind=values["kind"], policy_id=values["policy"], values=values["values"], at=at
    )


def _in_words(
    message: Waiting, rows: Sequence[Notice], reader: Actor, settings: config.Settings
) -> list[Line]:
    said = voice(message.locale, settings.site_timezone).said
    return [
        Line(
            said=said(one.sentence),
            when=said(Message("%(when)s", {"when": one.at})),
            notes=[said(note) for note in one.notes],
            title=one.place.title if one.place else "",
            url=f"{settings.site_url}{one.path}" if one.path else "",
            review_url=f"{settings.site_url}{one.review_path}" if one.review_path else "",
        )
        for one in list_lines(rows, reader)
    ]


_SAID: dict[str, Callable[[Waiting, config.Settings], Said | None]] = {
    "notices": _notices,
    "digest": _digest,
}
