"""Give a draft another owner, by the shell: somebody who leaves hands over what they own first."""

from __future__ import annotations

from sqlalchemy import exists, select

from app.access.actor import VISITOR, Role
from app.accounts.models import Person
from app.accounts.queries import find_by_contact
from app.database import db, writing
from app.errors import NotFound, RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.events import OwnerNamed
from app.policies.models import Policy, Seat
from app.policies.queries import find_policy_id
from app.policies.queries.course import seats_of
from app.policies.seats import SeatKind
from app.policies.services.seating import APPEARS_BY_NAME, NOT_INDEPENDENT
from app.policies.services.writing_revisions import lock_head, touch


def hand_over(slug: str, address: str) -> Person:
    """Make the account with this mail address, number or public id the owner of the policy, and
    answer it; the same owner again changes nothing. NotFound, or RuleBroken for whom that cannot
    be."""
    policy_id, person = find_policy_id(slug), find_by_contact(address)
    if policy_id is None:
        raise NotFound("There is no policy at %(slug)s.", slug=slug)
    if person is None:
        raise NotFound(N_("There is no account with this address."))
    writing()
    policy = lock_head(policy_id)
    _ensure_may_own(policy, person)
    if policy.owner_id == person.id:
        return person
    policy.owner = person
    touch(policy)
    db.session.flush()
    event = OwnerNamed(policy=policy.id, person=person.public_id)
    record(event, actor=VISITOR, is_public=policy.is_public)
    return person


def _ensure_may_own(policy: Policy, person: Person) -> None:
    if person.role != Role.OFFICER or person.department_id != policy.department_id:
        raise RuleBroken(N_("The owner of a draft is an officer of the department that writes it."))
    if SeatKind.EVALUATOR in seats_of(policy.id, person.id):
        raise RuleBroken(NOT_INDEPENDENT)
    unnamed = exists().where(
        Seat.policy_id == policy.id,
        Seat.person_id == person.id,
        Seat.left_at.is_(None),
        Seat.shows_name.is_(False),
    )
    if db.session.scalar(select(unnamed)):
        raise RuleBroken(APPEARS_BY_NAME)
