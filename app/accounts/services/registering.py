"""Register with an e-mail address or a mobile number; nothing else is needed."""

from __future__ import annotations

from dataclasses import dataclass

from app import clock
from app.access.actor import Role
from app.accounts.addresses import Address, parse_email, parse_phone
from app.accounts.events import PersonRegistered
from app.accounts.limits import Tried, limit_of
from app.accounts.models import Person
from app.accounts.passwords import hash_password
from app.accounts.queries import find_by_address
from app.accounts.rules import clean_name, ensure_may_choose, ensure_password
from app.accounts.services import throttling
from app.accounts.services.codes import send_code, sending_limits
from app.accounts.services.naming import (
    ensure_name_free,
    flush_person,
    free_default_name,
    give_name,
    new_public_id,
)
from app.accounts.services.sign_ins import Started, start_sign_in
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_


@dataclass(frozen=True, slots=True)
class Registration:
    """What a person sent: one of ``email`` and ``phone``; ``name`` and ``password`` may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    password: str = ""
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class Registered:
    """Where the code went; ``started`` None: the address has an account, its owner got a code."""

    address: Address
    started: Started | None


def register(wanted: Registration, *, origin: str) -> Registered:
    """Make an account, sign it in and send a code to confirm the address.

    For an address that has an account nothing is made: the code that its owner receives signs them
    in to it, and the page that follows has the same words.
    """
    address = _address(wanted)
    name = clean_name(wanted.name) if wanted.name.strip() else ""
    if name:
        ensure_may_choose(name)
    if wanted.password:
        ensure_password(wanted.password, address=address.text)
    limits = sending_limits(address, origin)
    throttling.take_at_once(limit_of(Tried.REGISTER_FROM, origin), *limits)
    hashed = hash_password(wanted.password) if wanted.password else None
    writing()
    if name:
        ensure_name_free(name)
    person = find_by_address(address)
    started = None
    if person is None:
        person = add_person(name, address, wanted.locale, hashed=hashed)
        started = start_sign_in(person)
    send_code(address, person, locale=wanted.locale)
    return Registered(address, started)


def add_without_contact(locale: str, *, origin: str) -> Person:
    """A person who leaves no address and signs in nowhere: the author of what they send once."""
    throttling.take(limit_of(Tried.NO_CONTACT_FROM, origin))
    return add_person("", None, locale)


def add_person(
    name: str, address: Address | None, locale: str, *, hashed: str | None = None
) -> Person:
    """A new resident; "" gets a name with a number. Inside the gate; the name was checked."""
    person = Person(
        public_id=new_public_id(),
        email=address.text if address and address.channel == "mail" else None,
        phone=address.text if address and address.channel == "sms" else None,
        password_hash=hashed,
        role=Role.RESIDENT,
        locale=locale,
        created_at=clock.now(),
    )
    give_name(person, name or free_default_name(locale))
    db.session.add(person)
    flush_person()
    event = PersonRegistered(person=person.public_id, role=person.role, by_command=False)
    record(event, actor=person.actor(clock.now()))
    return person


def _address(wanted: Registration) -> Address:
    if wanted.email.strip() and wanted.phone.strip():
        raise RuleBroken(
            N_("Please give only one of the two: an e-mail address or a mobile number."),
            field="phone",
        )
    if wanted.phone.strip():
        return parse_phone(wanted.phone)
    if wanted.email.strip():
        return parse_email(wanted.email)
    raise RuleBroken(
        N_("Please give an e-mail address or a mobile number; it is never shown."), field="email"
    )
