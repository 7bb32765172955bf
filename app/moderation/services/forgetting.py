"""What moderation lets go of when somebody left."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.database import db, writing
from app.moderation.models import HiddenName


def forget_person(public_id: str) -> None:
    """The hidden name of somebody who left; what was decided about them stays in the record."""
    writing()
    person = select(Person.id).where(Person.public_id == public_id).scalar_subquery()
    db.session.execute(delete(HiddenName).where(HiddenName.person_id == person))
