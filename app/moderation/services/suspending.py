"""What is done about a person: remind them of a rule, or let them write nothing until a time.

A suspended person stays signed in, reads everything, and can ask for a review.
"""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.database import db
from app.errors import RuleBroken
from app.ledger.events import Event
from app.messages import N_
from app.moderation.events import PersonReminded, PersonSuspended
from app.moderation.models import ModerationAction
from app.moderation.rules import Action
from app.moderation.services.hiding import facts_of
from app.moderation.services.objects import Words


def remind_or_suspend(words: Words, done: ModerationAction) -> tuple[Event, ...]:
    """Do it, at once; RuleBroken with field "action" when somebody was faster."""
    query = select(Person).where(Person.id == words.id).with_for_update()
    person = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if done.action == Action.REMIND:
        return (PersonReminded(person=person.public_id, **facts_of(done)),)
    is_suspended = person.suspended_until is not None and person.suspended_until > clock.now()
    if done.action == Action.SUSPEND and is_suspended:
        raise RuleBroken(N_("This person is suspended already."), field="action")
    if done.action == Action.END_SUSPEND and not is_suspended:
        raise RuleBroken(N_("This person is not suspended."), field="action")
    person.suspended_until = done.until
    until = done.until.isoformat() if done.until else ""
    return (PersonSuspended(person=person.public_id, until=until, **facts_of(done)),)
