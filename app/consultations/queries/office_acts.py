"""Reads of the acts of two officers, and who could be the second one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql import ColumnElement

from app import clock
from app.access.actor import Actor, Role
from app.access.acts import Act
from app.access.grants import may
from app.access.predicates import Subject
from app.accounts.models import Person
from app.consultations.models import OfficeAct
from app.consultations.queries.calendar import zone
from app.consultations.two_officers import ActState, usual_time
from app.database import db
from app.errors import NotFound
from app.messages import N_
from app.policies.models import Policy, PolicyMember, Seat
from app.policies.queries import seen_by
from app.policies.queries.course import office_facts
from app.policies.seats import SeatKind

SHOWN = 50
OPEN_STATES = (ActState.ASKED, ActState.AGREED)


def get_act(policy_id: int, ident: int) -> OfficeAct:
    """One act of a policy that the reader was let see, read anew; or NotFound."""
    query = (
        select(OfficeAct)
        .where(OfficeAct.policy_id == policy_id, OfficeAct.id == ident)
        .options(joinedload(OfficeAct.asked_by), joinedload(OfficeAct.agreed_by))
    )
    act = db.session.scalars(query.execution_options(populate_existing=True)).first()
    if act is None:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return act


def find_open_act(policy_id: int, kind: str) -> OfficeAct | None:
    """The act of this kind that waits for the second officer or for its time."""
    query = select(OfficeAct).where(
        OfficeAct.policy_id == policy_id,
        OfficeAct.kind == kind,
        OfficeAct.state.in_(OPEN_STATES),
    )
    return db.session.scalars(query).first()


def list_acts(policy_id: int, *, size: int = SHOWN) -> Sequence[OfficeAct]:
    """The acts of a policy, the latest first."""
    query = (
        select(OfficeAct)
        .where(OfficeAct.policy_id == policy_id)
        .options(joinedload(OfficeAct.asked_by), joinedload(OfficeAct.agreed_by))
        .order_by(OfficeAct.id.desc())
        .limit(size)
    )
    return db.session.scalars(query).all()


def list_waiting_for(actor: Actor, *, size: int = 6) -> Sequence[tuple[OfficeAct, Policy]]:
    """Acts that ``actor`` could agree to, those that were asked for first, with their policies."""
    if actor.is_anonymous or actor.role != Role.OFFICER:
        return ()
    query = (
        select(OfficeAct, Policy)
        .join(Policy, Policy.id == OfficeAct.policy_id)
        .where(
            OfficeAct.state == ActState.ASKED,
            OfficeAct.asked_by_id != actor.person_id,
            seen_by(actor),
            or_(
                Policy.department_id == actor.department_id
                if actor.department_id is not None
                else False,
                _writes_on(Policy, actor.person_id),
            ),
        )
        .options(joinedload(OfficeAct.asked_by))
        .order_by(OfficeAct.id)
        .limit(size)
    )
    return [(act, policy) for act, policy in db.session.execute(query)]


def _writes_on(policy: type[Policy], person: object) -> ColumnElement[bool]:
    """SQL: whether the person was named to write on the policy, or decides about it."""
    named = exists().where(
        PolicyMember.policy_id == policy.id,
        PolicyMember.person_id == person,
        PolicyMember.edits.is_(True),
    )
    seat = aliased(Seat)
    decides = exists().where(
        seat.policy_id == policy.id,
        seat.person_id == person,
        seat.kind == SeatKind.DECISION_MAKER,
        seat.left_at.is_(None),
    )
    return or_(named, decides)


def has_second_officer(policy: Policy, person_id: int) -> bool:
    """Whether anybody besides this person could agree to an act on the policy."""
    return has_colleague(policy, person_id) or _exists(
        Person.role == Role.OFFICER,
        Person.id != person_id,
        exists().where(Policy.id == policy.id, _writes_on(Policy, Person.id)),
    )


def has_colleague(policy: Policy, person_id: int) -> bool:
    """Whether the policy's department has another officer's account."""
    return policy.department_id is not None and _exists(
        Person.role == Role.OFFICER,
        Person.id != person_id,
        Person.department_id == policy.department_id,
    )


def _exists(*conditions: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(exists().where(*conditions))))


def can_be_alone(policy: Policy, actor: Actor) -> bool:
    """Whether one officer may do with a public reason what else takes two."""
    return not has_colleague(policy, actor.person_id)


def confirm_facts(policy: Policy, act: OfficeAct, actor: Actor) -> Subject:
    """The facts for Act.CONFIRM: nobody agrees to what they asked for."""
    return replace(office_facts(policy, actor), author_id=act.asked_by_id)


def may_call_off(policy: Policy, act: OfficeAct, actor: Actor) -> bool:
    """Whether ``actor`` can stop the act: who asked, the owner, or a second officer."""
    facts = confirm_facts(policy, act, actor)
    is_own = act.asked_by_id == actor.id and bool(may(actor, Act.SEE_OFFICE, facts))
    return is_own or any(may(actor, each, facts) for each in (Act.MOVE_PHASE, Act.CONFIRM))


def usual_at() -> datetime:
    """When an act takes effect if nobody chooses otherwise: tomorrow at nine, site time."""
    return usual_time(clock.now(), zone())


def looked(act: OfficeAct) -> dict[str, Any]:
    """What was ``asked`` for, and the ``number`` of the version that was looked at."""
    kept = unpacked(act)
    return {"asked": kept["asked"], "number": int(kept["looked"]["revision"])}


def unpacked(act: OfficeAct) -> dict[str, Any]:
    """What was ``asked`` for, what was ``looked`` at, and what stood there ``before``."""
    kept: dict[str, Any] = json.loads(act.wanted)
    return kept
