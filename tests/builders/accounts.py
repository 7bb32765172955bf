"""People and departments for tests."""

from __future__ import annotations

import itertools
import json
import secrets
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import Department, OutgoingMessage, Person, SignIn
from app.accounts.tokens import token_hash
from app.database import committing, db

_count = itertools.count(1)


def make_department(name: str = "Department of Streets") -> Department:
    with committing():
        department = Department(name=name)
        db.session.add(department)
    return department


def make_person(role: Role = Role.RESIDENT, **overrides: Any) -> Person:
    """A person with a confirmed contact."""
    number = next(_count)
    values: dict[str, Any] = {
        "public_id": f"p{number:06d}",
        "name": f"Person {number}",
        "name_skeleton": f"person {number}",
        "email": f"person{number}@example.org",
        "role": role,
        "confirmation": Confirmation.CONTACT,
        "created_at": clock.now(),
    }
    values.update(overrides)
    with committing():
        person = Person(**values)
        db.session.add(person)
    return person


def make_actor(role: Role = Role.RESIDENT, **overrides: Any) -> Actor:
    """A signed-in person as services receive them."""
    return make_person(role, **overrides).actor(clock.now())


def sign_in(client: FlaskClient, person: Person | Actor) -> None:
    """Let ``client`` act as ``person``, without the form and its slow password check."""
    token = secrets.token_urlsafe(16)
    person_id = person.person_id if isinstance(person, Actor) else person.id
    now = clock.now()
    with committing():
        db.session.add(
            SignIn(
                token_hash=token_hash(token),
                person_id=person_id,
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = token
        session["_fresh"] = True


def last_message(address: str) -> dict[str, str]:
    """The newest message waiting for an address: its template and its values."""
    db.session.rollback()
    row = db.session.scalars(
        select(OutgoingMessage)
        .where(OutgoingMessage.address == address)
        .order_by(OutgoingMessage.id.desc())
    ).first()
    assert row is not None, f"no message waits for {address}"
    return {"template": row.template, "locale": row.locale, **json.loads(row.values)}
