"""Authors of imported texts: a name and nothing else; nobody can sign in as one."""

from __future__ import annotations

from app import clock
from app.access.actor import Role
from app.accounts.models import Person
from app.accounts.services.naming import new_public_id
from app.database import db


def add_imported_name(name: str) -> Person:
    """A person without address, password and name skeleton, in the role ``unknown``."""
    person = Person(
        public_id=new_public_id(),
        name=name,
        name_skeleton=None,
        role=Role.UNKNOWN,
        created_at=clock.now(),
    )
    db.session.add(person)
    db.session.flush()
    return person
