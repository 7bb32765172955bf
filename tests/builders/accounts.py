"""People and departments for tests."""

from __future__ import annotations

import itertools
from typing import Any

from app import clock
from app.access.actor import Actor, Confirmation, Role
from app.accounts.models import Department, Person
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
