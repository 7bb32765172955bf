"""Accounts to try the site with, each with a sign-in link; in demonstration mode only.

The links are computed from the installation's key, so they stay the same and stand nowhere.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import VISITOR, Confirmation, Role
from app.accounts.models import Person
from app.accounts.services.appointing import add_person
from app.accounts.services.confirming import confirm
from app.accounts.services.setup import keyed_hash, settings
from app.database import db, writing
from app.errors import NotFound
from app.messages import N_

DEPARTMENT = "示例市城市管理局"


_SECOND = {"demo-second": "officer, approves", "demo-reviewer": "volunteer, reviews"}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of the people to try the site as; their public id is known, so they are found again."""

    public_id: str
    role: Role
    name: str
    department: str = ""

    @property
    def what(self) -> str:
        """What there is to try as this person: a role, and of the second in a role what they are
        needed for."""
        return _SECOND.get(self.public_id, str(self.role))

    @property
    def path(self) -> str:
        """The sign-in link, without the address of the site."""
        return f"/account/demo/{keyed_hash('demo', self.public_id).hex()[:40]}"


PEOPLE = (
    DemoPerson("demo-officer", Role.OFFICER, "示例工作人员 Demo officer", DEPARTMENT),
    DemoPerson("demo-volunteer", Role.VOLUNTEER, "示例志愿者 Demo volunteer"),
    DemoPerson("demo-resident", Role.RESIDENT, "示例居民 Demo resident"),
    DemoPerson("demo-second", Role.OFFICER, "示例工作人员二 Second demo officer", DEPARTMENT),
    DemoPerson("demo-reviewer", Role.VOLUNTEER, "示例志愿者二 Second demo volunteer"),
    DemoPerson("demo-supervisor", Role.SUPERVISOR, "示例监察人员 Demo supervisor"),
)


def ensure_demo_people() -> list[tuple[str, str, str]]:
    """Add the demonstration accounts that are missing; (name, what for, path of the link) of each.

    For commands: flushes, and the caller commits. Nothing happens outside demonstration mode.
    """
    if not settings().is_demo:
        return []
    writing()
    for wanted in PEOPLE:
        if _find(wanted) is None:
            person = add_person(
                wanted.name,
                wanted.role,
                department=wanted.department,
                public_id=wanted.public_id,
            )
            confirm(person, Confirmation.CONTACT, by=VISITOR, by_command=True)
    return [(wanted.name, wanted.what, wanted.path) for wanted in PEOPLE]


def get_demo_person(token: str) -> Person:
    """Whom a demonstration link signs in; NotFound for others and outside demonstration mode."""
    if settings().is_demo:
        for wanted in PEOPLE:
            if hmac.compare_digest(wanted.path.rpartition("/")[2].encode(), token.encode()):
                person = _find(wanted)
                if person is not None:
                    return person
    raise NotFound(N_("This page does not exist."))


def is_demo_person(public_id: str) -> bool:
    """Whether this is one of the accounts that everybody tries the site with."""
    return settings().is_demo and public_id in {wanted.public_id for wanted in PEOPLE}


def _find(wanted: DemoPerson) -> Person | None:
    return db.session.scalar(select(Person).where(Person.public_id == wanted.public_id))


def find_demo_owner() -> int | None:
    """The id of the officer who owns the starter drafts while the site is a demonstration."""
    officer = _find(PEOPLE[0]) if settings().is_demo else None
    return officer.id if officer else None
