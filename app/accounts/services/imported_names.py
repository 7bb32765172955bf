"""Authors of imported texts: a name and nothing else; nobody can sign in as one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert

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


def add_imported_names(names: Sequence[str]) -> list[tuple[int, str]]:
    """The same for many at once, in their order: the id and the public id of each."""
    if not names:
        return []
    now = clock.now()
    rows = [
        {"public_id": new_public_id(), "name": name, "role": Role.UNKNOWN, "created_at": now}
        for name in names
    ]
    added = insert(Person).returning(Person.id, Person.public_id, sort_by_parameter_order=True)
    return [(row[0], row[1]) for row in db.session.execute(added, rows)]
