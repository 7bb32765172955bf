"""Until when the answers are due, and which policies are late with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Actor
from app.consultations.models import ConsultationCall
from app.consultations.queries.calendar import calendar, day_of
from app.consultations.queries.calls import is_latest
from app.consultations.rules import answers_due_at
from app.consultations.working_days import working_days_between
from app.database import db
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import seen_by
from app.suggestions.rules import days_overdue

# While comments are open or asked for again nothing is due; work that ended answers no more.
NOTHING_DUE = frozenset(
    {
        Phase.PROPOSED,
        Phase.REGISTERED,
        Phase.EXPERIENCE,
        Phase.DRAFTING,
        Phase.CONSULTATION,
        Phase.ARCHIVED,
        Phase.WITHDRAWN,
        Phase.DECLINED,
    }
)


@dataclass(frozen=True, slots=True)
class Due:
    """When comments closed and until when they are to be answered.

    ``working_days_left`` counts the working days after today up to that day, ``days_overdue`` the
    begun days since. While the policy is on hold, ``due_at`` moves along with the clock.
    """

    closed_at: datetime
    due_at: datetime
    working_days_left: int
    is_overdue: bool
    days_overdue: int


def due_of(policy: Policy) -> Due | None:
    """When the answers of the latest call are due; None when comments were never asked for, are
    open, or the work has ended."""
    query = select(ConsultationCall).where(ConsultationCall.policy_id == policy.id)
    call = db.session.scalars(query.order_by(ConsultationCall.round.desc()).limit(1)).first()
    return due_of_call(policy, call) if call else None


def due_of_call(policy: Policy, call: ConsultationCall) -> Due | None:
    """The same for the policy's latest call, which the caller has read."""
    now, closed_at = clock.now(), closed_at_of(policy, call)
    if closed_at is None:
        return None
    due_at = _due_at(policy, call, closed_at)
    overdue = days_overdue(due_at, now)
    return Due(
        closed_at=closed_at,
        due_at=due_at,
        working_days_left=working_days_between(day_of(now), day_of(due_at), calendar()),
        is_overdue=overdue > 0,
        days_overdue=overdue,
    )


def list_promises(policies: Collection[Policy]) -> dict[int, datetime]:
    """By policy id, until when its comments are answered, as a call promised it; also while they
    are still open. Nothing where nobody asked, or where the work was taken back or has ended."""
    if not policies:
        return {}
    query = select(ConsultationCall).where(
        is_latest(), ConsultationCall.policy_id.in_({policy.id for policy in policies})
    )
    calls = {call.policy_id: call for call in db.session.scalars(query)}
    found = {}
    for policy in policies:
        call = calls.get(policy.id)
        if call is None:
            continue
        is_open = policy.phase_now == Phase.CONSULTATION
        closes_at = policy.closes_at if is_open else closed_at_of(policy, call)
        if closes_at is not None:
            found[policy.id] = _due_at(policy, call, closes_at)
    return found


def _due_at(policy: Policy, call: ConsultationCall, closed_at: datetime) -> datetime:
    held = timedelta(days=call.held_days + _held_days_now(policy, clock.now()))
    return answers_due_at(closed_at, call.answer_days) + held


def closed_at_of(policy: Policy, call: ConsultationCall) -> datetime | None:
    """When the latest call ended and left answers to give, also before the worker wrote it down."""
    stands = Phase(policy.held_phase) if policy.held_phase else policy.phase_now
    if stands in NOTHING_DUE:
        return None
    return call.closed_at or policy.closes_at


def held_days(since: datetime, until: datetime) -> int:
    """Begun days of a stop of the clock."""
    return -(-(until - since) // timedelta(days=1))


def _held_days_now(policy: Policy, now: datetime) -> int:
    is_held = policy.phase == Phase.ON_HOLD and policy.held_at is not None
    return held_days(policy.held_at, now) if is_held and policy.held_at else 0


def list_due(actor: Actor) -> Sequence[tuple[Policy, Due]]:
    """The policies that ``actor`` sees and whose answers are overdue by the calendar, the longest
    first; whether an answer is really missing is asked of the contributions."""
    now = clock.now()
    query = (
        select(Policy, ConsultationCall)
        .join(ConsultationCall, ConsultationCall.policy_id == Policy.id)
        .where(
            seen_by(actor),
            is_latest(),
            Policy.phase.not_in(NOTHING_DUE - {Phase.CONSULTATION, Phase.DRAFTING}),
            or_(ConsultationCall.closed_at <= now, Policy.closes_at <= now),
        )
        .options(joinedload(Policy.department))
    )
    rows = [(policy, due_of_call(policy, call)) for policy, call in db.session.execute(query)]
    late = [(policy, due) for policy, due in rows if due is not None and due.is_overdue]
    return sorted(late, key=lambda row: (row[1].due_at, row[0].id))
