"""What operators do about people with the shell: make accounts, give roles, confirm."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from app import clock
from app.access.actor import VISITOR, Confirmation, Role
from app.accounts.addresses import parse_address
from app.accounts.events import PersonRegistered
from app.accounts.models import Person
from app.accounts.passwords import hash_password
from app.accounts.queries import find_by_address
from app.accounts.rules import clean_name, ensure_password
from app.accounts.services.confirming import confirm, level_of
from app.accounts.services.departments import find_or_add_department
from app.accounts.services.naming import (
    ensure_name_free,
    flush_person,
    give_name,
    new_public_id,
)
from app.database import db, writing
from app.errors import NotFound, RuleBroken
from app.ledger.services import record
from app.messages import N_

ROLES = (
    Role.RESIDENT,
    Role.VOLUNTEER,
    Role.OFFICER,
    Role.SUPERVISOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """An account to make; ``address`` is an e-mail address or a mobile number."""

    address: str
    name: str
    role: Role
    password: str = ""
    department: str = ""


def create_person(wanted: Appointment) -> tuple[Person, str]:
    """A confirmed account and its password, generated when none is given.

    Names that people may not choose for themselves are allowed here; look-alikes are not.
    """
    address = parse_address(wanted.address)
    name = clean_name(wanted.name)
    password = wanted.password or secrets.token_hex(8)
    ensure_password(password, address=address.text)
    hashed = hash_password(password)
    writing()
    if find_by_address(address) is not None:
        raise RuleBroken(N_("There is an account with this address already."), field="email")
    ensure_name_free(name)
    person = add_person(name, wanted.role, department=wanted.department)
    person.email = address.text if address.channel == "mail" else None
    person.phone = address.text if address.channel == "sms" else None
    person.password_hash = hashed
    confirm(person, level_of(address), by=VISITOR, by_command=True)
    return person, password


def add_person(name: str, role: Role, *, department: str, public_id: str = "") -> Person:
    """The row of a person made by command, who speaks for ``department``; inside the gate."""
    place = find_or_add_department(department) if department.strip() else None
    person = Person(
        public_id=public_id or new_public_id(),
        role=role,
        department_id=place.id if place else None,
        speaks_for=place.name if place else "",
        confirmation=Confirmation.NONE,
        created_at=clock.now(),
    )
    give_name(person, name)
    db.session.add(person)
    flush_person()
    event = PersonRegistered(person=person.public_id, role=role, by_command=True)
    record(event, actor=VISITOR)
    return person


def verify_person(address: str, level: Confirmation) -> tuple[Person, bool]:
    """Raise a person's confirmation; False when they stand there or higher already."""
    found = parse_address(address)
    writing()
    person = find_by_address(found)
    if person is None:
        raise NotFound(N_("There is no account with this address."))
    return person, confirm(person, level, by=VISITOR, by_command=True)
