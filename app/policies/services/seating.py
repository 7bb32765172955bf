"""Name who works on a draft, end a seat, and let a draft off a seat with a public reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.ensure import ensure
from app.accounts.models import Person
from app.accounts.queries import find_by_contact
from app.database import db, writing
from app.errors import NotFound, RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.events import SeatEnded, SeatNamed
from app.policies.models import Policy, PolicyMember, Seat
from app.policies.queries import facts, get_policy
from app.policies.queries.course import seats_of
from app.policies.seats import FOR_OFFICERS, WRITING, SeatKind, ensure_kind
from app.policies.services.waiving import waive
from app.policies.services.writing_revisions import lock_head, touch
from app.text.canonical import check_line, refused_in

MOST_BODY = 120  # characters
NOT_INDEPENDENT = N_(
    "The independent evaluator may not write the draft: please choose somebody else."
)
APPEARS_BY_NAME = N_("The owner of a draft appears by name.")


@dataclass(frozen=True, slots=True)
class NewSeat:
    """Whom to name: ``address`` of an account (e-mail, mobile number or the number of its page),
    else only ``body``. ``shows_name`` False: a front-line officer, ``body`` is the district."""

    kind: str = SeatKind.DRAFTER
    address: str = ""
    body: str = ""
    shows_name: bool = True


def name_seat(slug: str, new: NewSeat, *, actor: Actor) -> Seat:
    """Give a person or a body a place in the work; the owner's act. The same place twice is one.

    A person sees the private draft from then on and writes on it when the seat is one of WRITING.
    """
    policy = _own(slug, actor)
    new = _checked(new)
    writing()
    policy = lock_head(policy.id)
    person = _account(new.address) if new.address else None
    seat = _same_seat(policy, new, person)
    if seat is not None:
        return seat
    _ensure_independent(policy, new, person)
    seat = Seat(
        policy_id=policy.id,
        kind=new.kind,
        person=person,
        body=new.body,
        shows_name=new.shows_name,
        named_by_id=actor.person_id,
        named_at=clock.now(),
    )
    db.session.add(seat)
    db.session.flush()
    if person is not None:
        _renew_member(policy, person.id, actor)
    touch(policy)
    event = SeatNamed(
        policy=policy.id,
        seat=seat.id,
        kind=seat.kind,
        person=person.public_id if person else "",
        shows_name=seat.shows_name,
    )
    # The record of somebody who is to stay unnamed is kept, but exported as its hash only.
    record(event, actor=actor, is_public=policy.is_public and seat.shows_name)
    db.session.flush()
    return seat


def name_person(slug: str, *, address: str, actor: Actor) -> Person:
    """Let a person see the private draft and write on it: the seat of a drafter."""
    seat = name_seat(slug, NewSeat(address=address), actor=actor)
    if seat.person is None:
        raise RuleBroken(N_("Please say whom you mean."), field="address")
    return seat.person


def end_seat(slug: str, seat_id: int, *, actor: Actor) -> None:
    """End a seat; with the last one a person no longer belongs to the draft."""
    policy = _own(slug, actor)
    writing()
    seat = db.session.get(Seat, seat_id)
    if seat is None or seat.policy_id != policy.id:
        raise NotFound(N_("There is no such seat on this draft."))
    if seat.left_at is None:
        _end(lock_head(policy.id), seat, actor)
    db.session.flush()


def unname_person(slug: str, *, public_id: str, actor: Actor) -> None:
    """End every seat of a person on the draft."""
    policy = _own(slug, actor)
    writing()
    policy = lock_head(policy.id)
    person = db.session.scalar(select(Person).where(Person.public_id == public_id))
    if person is None:
        return
    held = select(Seat).where(
        Seat.policy_id == policy.id, Seat.person_id == person.id, Seat.left_at.is_(None)
    )
    for seat in db.session.scalars(held).all():
        _end(policy, seat, actor)
    db.session.flush()


def waive_seat(slug: str, kind: str, reason: str, *, actor: Actor) -> None:
    """Let the draft off a required seat; everybody reads the reason."""
    policy = _own(slug, actor)
    kind = ensure_kind(kind)
    writing()
    waive(lock_head(policy.id), f"seat:{kind}", reason, actor=actor)


def _own(slug: str, actor: Actor) -> Policy:
    policy = get_policy(slug, actor)
    ensure(actor, Act.NAME_PEOPLE, facts(policy, actor))
    return policy


def _checked(new: NewSeat) -> NewSeat:
    kind = ensure_kind(new.kind)
    with refused_in("body"):
        body = check_line(new.body, characters=MOST_BODY)
    address = new.address.strip()
    if not address and not body:
        raise RuleBroken(N_("Please say whom you mean."), field="address")
    if not new.shows_name and kind != SeatKind.FRONT_LINE:
        raise RuleBroken(
            N_("Only front-line officers may appear without their name."), field="hides_name"
        )
    if not new.shows_name and not body:
        raise RuleBroken(
            N_("Please write the district; it is shown in place of the name."), field="body"
        )
    return replace(new, kind=kind, body=body, address=address)


def _account(address: str) -> Person:
    person = find_by_contact(address)
    if person is None or person.name_skeleton is None:
        raise RuleBroken(N_("Nobody here has this e-mail address or number."), field="address")
    return person


def _same_seat(policy: Policy, new: NewSeat, person: Person | None) -> Seat | None:
    held = select(Seat).where(
        Seat.policy_id == policy.id, Seat.kind == new.kind, Seat.left_at.is_(None)
    )
    if person is not None:
        return db.session.scalars(held.where(Seat.person_id == person.id)).first()
    return db.session.scalars(held.where(Seat.person_id.is_(None), Seat.body == new.body)).first()


def _ensure_independent(policy: Policy, new: NewSeat, person: Person | None) -> None:
    """Raise RuleBroken where one person or body would both write the draft and evaluate it, and
    for whom this seat is not."""
    if new.kind in FOR_OFFICERS and person is not None and person.role != Role.OFFICER:
        raise RuleBroken(N_("Only officers can hold this seat."), field="address")
    if not new.shows_name and person is not None and person.id == policy.owner_id:
        raise RuleBroken(APPEARS_BY_NAME, field="hides_name")
    if new.kind != SeatKind.EVALUATOR and new.kind not in WRITING:
        return
    barred = {SeatKind.EVALUATOR} if new.kind in WRITING else WRITING
    if person is None:
        query = select(func.count(Seat.id)).where(
            Seat.policy_id == policy.id,
            Seat.left_at.is_(None),
            Seat.kind.in_(barred),
            Seat.body != "",
            func.lower(Seat.body) == new.body.lower(),
        )
        is_barred = bool(db.session.scalar(query))
    else:
        is_barred = bool(barred & seats_of(policy.id, person.id)) or (
            new.kind == SeatKind.EVALUATOR and policy.owner_id == person.id
        )
    if is_barred:
        raise RuleBroken(NOT_INDEPENDENT, field="address" if person else "body")


def _end(policy: Policy, seat: Seat, actor: Actor) -> None:
    seat.left_at = clock.now()
    db.session.flush()
    if seat.person_id is not None:
        _renew_member(policy, seat.person_id, actor)
    touch(policy)
    event = SeatEnded(policy=policy.id, seat=seat.id, kind=seat.kind)
    record(event, actor=actor, is_public=policy.is_public)


def _renew_member(policy: Policy, person_id: int, actor: Actor) -> None:
    """What a person may see and write follows from the seats they hold."""
    held = seats_of(policy.id, person_id)
    member = db.session.get(PolicyMember, (policy.id, person_id))
    if not held:
        if member is not None:
            db.session.delete(member)
    elif member is None:
        db.session.add(
            PolicyMember(
                policy_id=policy.id,
                person_id=person_id,
                named_by_id=actor.person_id,
                named_at=clock.now(),
                edits=bool(held & WRITING),
            )
        )
    else:
        member.edits = bool(held & WRITING)
    db.session.flush()
