"""Leave: the account is erased, what the person wrote stays under a neutral name.

The words stay because others answered them and the record holds them; whose they were, nobody can
find out from this site any more. The old name is never given to anybody else.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.events import PersonErased
from app.accounts.limits import Tried, limit_of
from app.accounts.models import OneTimeCode, Person
from app.accounts.passwords import is_password
from app.accounts.queries import get_own
from app.accounts.rules import former_name
from app.accounts.services import throttling
from app.accounts.services.demonstration import is_demo_person
from app.accounts.services.naming import reserved
from app.accounts.services.outbox import drop_letters_to
from app.accounts.services.sign_ins import end_sign_ins
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_

# What somebody must hand over first, by the id of the person; upper domains know of duties.
Duties = Callable[[int], Sequence[object]]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the person sends to show that they mean it: the password, or without one the name."""

    password: str = ""
    name: str = ""


def leave(wanted: Leaving, *, actor: Actor, duties: Duties) -> None:
    """Erase one's own account, suspended or not; RuleBroken (password, name, or none for duties)."""
    ensure(actor, Act.LEAVE)
    _ensure_may_leave(actor)
    _ensure_meant(wanted, get_own(actor.person_id), actor)
    writing()
    person = get_own(actor.person_id)
    if duties(person.id):
        raise RuleBroken(N_("Please hand over first what you are responsible for."))
    _erase(person)
    record(PersonErased(person=person.public_id), actor=actor)
    db.session.flush()


def _ensure_may_leave(actor: Actor) -> None:
    if is_demo_person(actor.public_id):
        raise RuleBroken(N_("The accounts of the demonstration are shared and stay."))


def _ensure_meant(wanted: Leaving, person: Person, actor: Actor) -> None:
    if person.password_hash is None:
        if not hmac.compare_digest(wanted.name.strip().encode(), person.name.encode()):
            raise RuleBroken(N_("Please write your name exactly as it is shown."), field="name")
        return
    throttling.take_at_once(limit_of(Tried.GUESS_AT_CHANGE, actor.public_id))
    if not is_password(wanted.password, person.password_hash):
        raise RuleBroken(N_("Your present password is not right."), field="password")


def _erase(person: Person) -> None:
    """Everything by which somebody could be found; ``confirmation`` stays, because words are shown
    by it, and roles stand beside the words themselves."""
    addresses = [address for address in (person.email, person.phone) if address]
    db.session.execute(
        delete(OneTimeCode).where(
            or_(OneTimeCode.person_id == person.id, OneTimeCode.address.in_(addresses))
        )
    )
    drop_letters_to(*addresses)
    end_sign_ins(person)
    former = former_name(Role(person.role))
    person.name_skeleton = reserved(person.name_skeleton or "")
    person.name, person.speaks_for, person.locale = former, "", ""
    person.email = person.phone = person.password_hash = person.department_id = None
    person.role, person.hides_list = Role.RESIDENT, True
    person.erased_at = clock.now()
