"""How far we know a person: raised by a code that arrived or by an operator, never lowered."""

from __future__ import annotations

from app import clock
from app.access.actor import Actor, Confirmation
from app.accounts.addresses import Address
from app.accounts.events import PersonConfirmed
from app.accounts.models import ConfirmationRecord, Person
from app.database import db
from app.ledger.services import record


def level_of(address: Address) -> Confirmation:
    """What somebody has shown who received a code at ``address``."""
    return Confirmation.MOBILE if address.channel == "sms" else Confirmation.CONTACT


def confirm(person: Person, level: Confirmation, *, by: Actor, by_command: bool = False) -> bool:
    """Raise a person to ``level`` with who and when; False when they stand there already.

    Inside the gate. ``by`` is the person for a code, a visitor for a command.
    """
    if Confirmation(person.confirmation).rank >= level.rank:
        return False
    person.confirmation = level
    db.session.add(
        ConfirmationRecord(
            person_id=person.id,
            level=level,
            by_id=None if by.id == person.id else by.id,
            by_command=by_command,
            at=clock.now(),
        )
    )
    record(PersonConfirmed(person=person.public_id, level=level, by_command=by_command), actor=by)
    db.session.flush()
    return True
