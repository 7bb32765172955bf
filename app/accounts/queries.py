"""Look people up: by address for signing in, by public id for their page."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select

from app import clock
from app.accounts.addresses import Address, parse_email, parse_phone
from app.accounts.models import OutgoingMessage, Person
from app.database import db
from app.errors import NotFound, RuleBroken
from app.messages import N_

LEAVES_WITHIN = timedelta(seconds=15)  # the worker looks every second


def find_by_address(address: Address) -> Person | None:
    """The account of an e-mail address or mobile number."""
    column = Person.phone if address.channel == "sms" else Person.email
    return db.session.scalar(select(Person).where(column == address.text))


def find_by_contact(words: str) -> Person | None:
    """The account that somebody means by its e-mail address, mobile number or public id."""
    words = words.strip()
    named = select(Person).where(Person.public_id == words, Person.erased_at.is_(None))
    found = db.session.scalar(named)
    if found is not None:
        return found
    for parse in (parse_email, parse_phone):
        try:
            return find_by_address(parse(words))
        except RuleBroken:
            continue
    return None


def find_by_name_skeleton(look: str) -> Person | None:
    """The account whose name looks like this."""
    return db.session.scalar(select(Person).where(Person.name_skeleton == look))


def get_person(public_id: str) -> Person:
    """The person of a page ``/people/<public_id>``; imported authors have one too."""
    person = db.session.scalar(select(Person).where(Person.public_id == public_id))
    if person is None:
        raise NotFound(N_("This page does not exist."))
    return person


def get_own(person_id: int) -> Person:
    """The row of somebody who is signed in."""
    return db.session.get_one(Person, person_id)


def own_address(person: Person) -> Address | None:
    """Where this person's codes go."""
    if person.email:
        return Address("mail", person.email)
    return Address("sms", person.phone) if person.phone else None


def is_message_stuck(address: Address) -> bool:
    """Whether a message to this address should have left by now: its server may be away."""
    waits = exists().where(
        OutgoingMessage.address == address.text,
        OutgoingMessage.created_at < clock.now() - LEAVES_WITHIN,
    )
    return bool(db.session.scalar(select(waits)))
