"""Which letters a reader wants, and the token in each letter that ends them without signing in.

A token is computed from the key of the installation, so that every letter can carry it, while the
database holds its hash alone: a stolen copy of it ends nobody's letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import select, update

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.addresses import Address
from app.accounts.limits import Tried, limit_of
from app.accounts.models import Person
from app.accounts.services import throttling
from app.accounts.services.setup import keyed_hash
from app.accounts.tokens import token_hash
from app.database import db, writing
from app.errors import NotFound, RuleBroken
from app.messages import N_
from app.notifications.models import MailFollower, ReaderState


class Period(StrEnum):
    """How often a digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What letters somebody gets: the digest's period, and whether some come at once."""

    period: str
    at_once: bool


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a token belongs to: somebody with an account, else ``person_id`` is None."""

    address: Address
    person_id: int | None


def person_token(public_id: str) -> str:
    """The token of the letters to somebody with an account."""
    return _token("person", public_id)


def follower_token(follower: MailFollower) -> str:
    """The token of a follower by mail; asking anew makes a new one."""
    place = (follower.address, str(follower.policy_id), follower.clause)
    return _token("follower", *place, follower.asked_at.isoformat())


def _token(*parts: str) -> str:
    """160 bits in letters and figures alone: programs that make links of text cut off hyphens."""
    return keyed_hash("letters", *parts)[:20].hex()


def keep_token(person: Person) -> str:
    """The person's token, with its hash stored; inside the gate."""
    token = person_token(person.public_id)
    state = db.session.get(ReaderState, person.id)
    if state is None:
        state = ReaderState(person_id=person.id)
        db.session.add(state)
    if state.token_hash != token_hash(token):
        state.token_hash = token_hash(token)
    db.session.flush()
    return token


def find_recipient(token: str, *, origin: str) -> Recipient:
    """Whose letters the link is about; NotFound. Wrong ones are counted, TooMany after a while."""
    found = _of_person(token) or _of_follower(token)
    if found is None:
        refuse_link(origin)
    return found


def refuse_link(origin: str) -> NoReturn:
    """Count a wrong link and raise NotFound. Right ones are never refused: a mail provider ends
    the letters of thousands of people from one network address."""
    throttling.take_at_once(limit_of(Tried.LETTER_LINK_FROM, origin))
    raise NotFound(N_("This link does not work. Please copy it whole from the letter."))


def _of_person(token: str) -> Recipient | None:
    query = (
        select(Person.id, Person.email)
        .join(ReaderState, ReaderState.person_id == Person.id)
        .where(ReaderState.token_hash == token_hash(token), Person.erased_at.is_(None))
    )
    row = db.session.execute(query).first()
    return Recipient(Address("mail", row.email), row.id) if row and row.email else None


def _of_follower(token: str) -> Recipient | None:
    query = select(MailFollower.address).where(MailFollower.token_hash == token_hash(token))
    address = db.session.scalar(query)
    return Recipient(Address("mail", address), None) if address else None


def stop_letters(token: str, *, origin: str) -> Recipient:
    """No more letters to whoever the token belongs to, but codes and answers; twice is once."""
    recipient = find_recipient(token, origin=origin)
    writing()
    if recipient.person_id is None:
        db.session.execute(
            update(MailFollower)
            .where(MailFollower.address == recipient.address.text)
            .where(MailFollower.ended_at.is_(None))
            .values(ended_at=clock.now())
        )
    else:
        _put(recipient.person_id, Wishes(Period.NONE, at_once=False))
    db.session.flush()
    return recipient


def get_wishes(actor: Actor) -> Wishes:
    """What letters the person gets; who never chose gets one a day and some at once."""
    state = db.session.get(ReaderState, actor.person_id)
    return Wishes(state.period, state.at_once) if state else Wishes(Period.DAILY, at_once=True)


def set_wishes(wishes: Wishes, *, actor: Actor) -> None:
    """Choose the letters one gets; RuleBroken (period)."""
    ensure(actor, Act.READ_NOTICES)
    if wishes.period not in tuple(Period):
        raise RuleBroken(N_("Please choose one of the answers."), field="period")
    writing()
    _put(actor.person_id, wishes)
    db.session.flush()


def _put(person_id: int, wishes: Wishes) -> None:
    state = db.session.get(ReaderState, person_id)
    if state is None:
        state = ReaderState(person_id=person_id)
        db.session.add(state)
    state.period, state.at_once = wishes.period, wishes.at_once
