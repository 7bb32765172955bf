"""Tell people of something once; the notice waits on their page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select

from app.access.actor import Role
from app.accounts.models import Person
from app.database import db, must_be_writing
from app.notifications.models import Notice

Values = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice to be. ``kind`` is one of ``rules.Told``, ``once`` what it is about: a person is
    told of one thing once. ``values`` are the ids and numbers that its sentence is made of, never
    words of people, which may be hidden before anybody reads this."""

    person_id: int
    kind: str
    once: str
    at: datetime
    policy_id: int | None = None
    by_mail: bool = False
    values: Values = field(default_factory=dict)


def untold(tellings: Sequence[Telling]) -> list[Telling]:
    """Those that their person was not told before and may still be told; needs no gate."""
    people = {one.person_id for one in tellings}
    things = {one.once for one in tellings}
    told = {
        (row.person_id, row.once)
        for row in db.session.execute(
            select(Notice.person_id, Notice.once).where(
                Notice.person_id.in_(people), Notice.once.in_(things)
            )
        )
    }
    reachable = set(
        db.session.scalars(
            select(Person.id).where(
                Person.id.in_(people), Person.erased_at.is_(None), Person.role != Role.UNKNOWN
            )
        )
    )
    fresh = {
        (one.person_id, one.once): one
        for one in reversed(tellings)  # of two that say the same the first one stays
        if one.person_id in reachable and (one.person_id, one.once) not in told
    }
    return list(reversed(fresh.values()))


def put(fresh: Sequence[Telling]) -> None:
    """Write what ``untold`` answered; inside the gate, these inserts alone."""
    must_be_writing()
    if fresh:
        db.session.execute(
            insert(Notice),
            [
                {
                    "person_id": one.person_id,
                    "kind": one.kind,
                    "once": one.once,
                    "policy_id": one.policy_id,
                    "values": json.dumps(dict(one.values)),
                    "at": one.at,
                    "by_mail": one.by_mail,
                }
                for one in fresh
            ],
        )
