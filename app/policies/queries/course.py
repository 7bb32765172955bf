"""Reads of a policy's course: who works on it, what it was let off, how it moved, when it closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.predicates import Subject
from app.accounts.models import Person
from app.database import Lookup, db
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import ClauseClosing, PhaseStep, Policy, Seat, Waiver
from app.policies.phases import Phase, ensure_open
from app.policies.queries import facts, seen_by
from app.policies.seats import SeatKind


def office_facts(policy: Policy, actor: Actor) -> Subject:
    """The facts with the actor's own seats, for the acts of the office."""
    return replace(facts(policy, actor), seats=seats_of(policy.id, actor.id))


def seats_of(policy_id: int, person_id: int | None) -> frozenset[str]:
    """The kinds of seats that this person holds on the policy now."""
    if person_id is None:
        return frozenset()
    query = select(Seat.kind).where(
        Seat.policy_id == policy_id, Seat.person_id == person_id, Seat.left_at.is_(None)
    )
    return frozenset(db.session.scalars(query))


def list_seats(policy_id: int) -> Sequence[Seat]:
    """The seats of a policy that are held now, in the order of naming."""
    query = select(Seat).where(Seat.policy_id == policy_id, Seat.left_at.is_(None))
    return db.session.scalars(query.options(joinedload(Seat.person)).order_by(Seat.id)).all()


def list_unnamed(policy_id: int) -> dict[int, str]:
    """By person id: the district under which front-line officers appear here in place of the name
    (``policies.models.district_of`` says the same of one person)."""
    query = select(Seat.person_id, func.max(Seat.body)).where(
        Seat.policy_id == policy_id,
        Seat.kind == SeatKind.FRONT_LINE,
        Seat.shows_name.is_(False),
        Seat.person_id.is_not(None),
    )
    rows = db.session.execute(query.group_by(Seat.person_id))
    return {person: body for person, body in rows if person is not None}


_HAS_UNNAMED = Lookup(
    select(Seat.id).where(
        Seat.policy_id == bindparam("policy_id"),
        Seat.kind == SeatKind.FRONT_LINE,
        Seat.shows_name.is_(False),
    )
)


def list_unnamed_public_ids(policy_id: int) -> Sequence[str]:
    """The public ids of these people; asked before every event, so nobody costs next to nothing."""
    if _HAS_UNNAMED.first(policy_id=policy_id) is None:
        return ()
    return db.session.scalars(
        select(Person.public_id).where(Person.id.in_(list_unnamed(policy_id)))
    ).all()


def find_waiver(policy_id: int, what: str) -> Waiver | None:
    """The recorded waiver of a duty, or None."""
    return db.session.get(Waiver, (policy_id, what))


def list_waivers(policy_id: int) -> Sequence[Waiver]:
    """What the policy is let off, and why."""
    query = select(Waiver).where(Waiver.policy_id == policy_id)
    return db.session.scalars(query.order_by(Waiver.at, Waiver.what)).all()


def list_steps(policy_id: int) -> Sequence[PhaseStep]:
    """The moves of a policy from phase to phase, in order."""
    query = select(PhaseStep).where(PhaseStep.policy_id == policy_id)
    return db.session.scalars(query.order_by(PhaseStep.id)).all()


def list_recent_steps(actor: Actor, *, size: int) -> Sequence[tuple[PhaseStep, Policy]]:
    """The latest moves of the policies that ``actor`` sees, the newest first."""
    query = (
        select(PhaseStep, Policy)
        .join(Policy, Policy.id == PhaseStep.policy_id)
        .where(seen_by(actor))
        .order_by(PhaseStep.id.desc())
        .limit(size)
    )
    return [(step, policy) for step, policy in db.session.execute(query)]


def find_hold(policy: Policy) -> PhaseStep | None:
    """The move that put the policy on hold, with its reason; None when it is not."""
    if policy.phase != Phase.ON_HOLD:
        return None
    query = select(PhaseStep).where(
        PhaseStep.policy_id == policy.id, PhaseStep.phase == Phase.ON_HOLD
    )
    return db.session.scalars(query.order_by(PhaseStep.id.desc()).limit(1)).first()


def closes_at(policy: Policy, clause: str | None) -> datetime | None:
    """When comments on ``clause`` (None: the whole draft) close: a clause that was corrected while
    they were open runs longer than the others."""
    if policy.usual_closes_at is None or clause is None:
        return policy.usual_closes_at or policy.closes_at
    own = db.session.get(ClauseClosing, (policy.id, clause))
    return max(own.closes_at, policy.usual_closes_at) if own else policy.usual_closes_at


def next_closing(policy: Policy) -> datetime | None:
    """When most of the draft closes or, after that, what was corrected meanwhile."""
    usual = policy.usual_closes_at
    return usual if usual is not None and usual > clock.now() else policy.closes_at


def open_longer(policy: Policy) -> frozenset[str]:
    """The clauses that are still open for comment though the others have closed."""
    if policy.usual_closes_at is None or policy.usual_closes_at > clock.now():
        return frozenset()
    query = select(ClauseClosing.clause).where(
        ClauseClosing.policy_id == policy.id, ClauseClosing.closes_at > clock.now()
    )
    return frozenset(db.session.scalars(query))


def ensure_editable(policy: Policy) -> None:
    """Raise RuleBroken where the text is not written now: in its phase, or waiting for its opening."""
    ensure_open(policy.phase_now, Act.EDIT_POLICY)
    ensure_not_frozen(policy)


def ensure_not_frozen(policy: Policy) -> None:
    """Raise RuleBroken while the text waits, as it was checked, for its opening."""
    if policy.is_frozen:
        raise RuleBroken(
            N_("The text is checked and waits for its opening. Call the opening off to change it.")
        )
