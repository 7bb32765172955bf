"""Reads of calls for comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql import ColumnElement

from app import clock
from app.access.actor import Actor
from app.consultations.models import CallClause, ConsultationCall
from app.database import db
from app.policies.models import Policy, Revision
from app.policies.phases import Phase
from app.policies.queries import seen_by


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A policy that asks for comments until ``policy.closes_at``, and its question."""

    policy: Policy
    question: str


def find_call(policy_id: int) -> ConsultationCall | None:
    """The latest call of a policy that the reader was let see, open or closed; or None."""
    query = select(ConsultationCall).where(ConsultationCall.policy_id == policy_id)
    return db.session.scalars(query.order_by(ConsultationCall.round.desc()).limit(1)).first()


def get_round(policy_id: int, number: int) -> ConsultationCall:
    """The call of one round, which is there."""
    return db.session.get_one(ConsultationCall, (policy_id, number))


def list_rounds(policy_id: int) -> Sequence[ConsultationCall]:
    """Every call of a policy, the first one first."""
    query = select(ConsultationCall).where(ConsultationCall.policy_id == policy_id)
    return db.session.scalars(query.order_by(ConsultationCall.round)).all()


def find_check_code(policy_id: int, number: int) -> str:
    """The text check code of a revision, 64 hex digits; "" when there is no such revision."""
    query = select(Revision.sha256).where(
        Revision.policy_id == policy_id, Revision.number == number
    )
    found = db.session.scalar(query)
    return found.hex() if found else ""


def is_latest() -> ColumnElement[bool]:
    """SQL over ConsultationCall: whether it is the last of its policy."""
    later = aliased(ConsultationCall)
    return ~exists().where(
        later.policy_id == ConsultationCall.policy_id, later.round > ConsultationCall.round
    )


def list_cards(policy_id: int) -> Sequence[CallClause]:
    """The clauses the latest call asks about, in the officer's order."""
    latest = select(func.max(ConsultationCall.round)).where(ConsultationCall.policy_id == policy_id)
    query = select(CallClause).where(
        CallClause.policy_id == policy_id, CallClause.round == latest.scalar_subquery()
    )
    return db.session.scalars(query.order_by(CallClause.position)).all()


def list_open_calls(
    actor: Actor, *, before: datetime | None = None, size: int = 6
) -> Sequence[OpenCall]:
    """Calls that ``actor`` can answer now, those that close first; or only those that close
    ``before`` a moment."""
    query = (
        select(Policy, ConsultationCall.question)
        .join(ConsultationCall, ConsultationCall.policy_id == Policy.id)
        .where(seen_by(actor), is_latest(), _is_open(clock.now()))
        .options(joinedload(Policy.department))
        .order_by(Policy.closes_at, Policy.id)
        .limit(size)
    )
    if before is not None:
        query = query.where(Policy.closes_at < before)
    return [OpenCall(policy, question) for policy, question in db.session.execute(query)]


def _is_open(now: datetime) -> ColumnElement[bool]:
    """SQL over Policy: whether comments are open at ``now``, recorded or not."""
    has_opened = and_(Policy.phase == Phase.DRAFTING, Policy.opens_at <= now)
    return and_(or_(Policy.phase == Phase.CONSULTATION, has_opened), Policy.closes_at > now)
