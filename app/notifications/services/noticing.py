"""Tell one person, or many, of something once; the notice waits on their page."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import insert, select

from app.access.actor import Role
from app.accounts.models import Person
from app.database import db, must_be_writing
from app.notifications.models import Notice


def notify(
    person_id: int,
    kind: str,
    once: str,
    *,
    policy_id: int | None = None,
    at: datetime,
    by_mail: bool = False,
    **values: str | int,
) -> bool:
    """Tell a person; False when they were told of ``once`` before, or nobody signs in as them.

    ``kind`` is one of ``rules.Told``, ``values`` are the ids and numbers that its sentence is made
    of: never words of people, which may be hidden before anybody reads this. Inside the gate.
    """
    told = notify_all(
        [person_id], kind, once, policy_id=policy_id, at=at, by_mail=by_mail, **values
    )
    return told == 1


def notify_all(
    person_ids: Collection[int],
    kind: str,
    once: str,
    *,
    policy_id: int | None = None,
    at: datetime,
    by_mail: bool = False,
    **values: str | int,
) -> int:
    """The same for many of one thing; how many were told."""
    must_be_writing()
    shared = {
        "kind": kind,
        "once": once,
        "policy_id": policy_id,
        "values": json.dumps(values),
        "at": at,
        "by_mail": by_mail,
    }
    told = _reachable(person_ids, once)
    if told:
        db.session.execute(insert(Notice), [{"person_id": one, **shared} for one in told])
    return len(told)


def _reachable(person_ids: Collection[int], once: str) -> Sequence[int]:
    """Those of the people who have an account and were not told of ``once``."""
    told = select(Notice.person_id).where(Notice.person_id == Person.id, Notice.once == once)
    query = select(Person.id).where(
        Person.id.in_(person_ids),
        Person.erased_at.is_(None),
        Person.role != Role.UNKNOWN,
        ~told.exists(),
    )
    return db.session.scalars(query.order_by(Person.id)).all()
