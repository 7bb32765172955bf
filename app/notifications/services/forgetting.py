"""Somebody left the site: nothing of what they followed and were told is kept."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.database import db, writing
from app.notifications.models import Notice, ReaderState, Watch


def forget(public_id: str) -> None:
    """Delete what the person follows, their notices and how far they have read."""
    person_id = db.session.scalar(select(Person.id).where(Person.public_id == public_id))
    if person_id is None:
        return
    writing()
    for table in (Watch, Notice, ReaderState):
        db.session.execute(delete(table).where(table.person_id == person_id))
