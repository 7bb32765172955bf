"""Open a call for comment, and change what it says without taking back what it promised."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import ConsultationChanged, ConsultationOpened
from app.consultations.models import CallClause, ConsultationCall
from app.consultations.queries.calls import find_call
from app.consultations.rules import (
    WantedCall,
    checked,
    ensure_closing,
    ensure_no_less,
    is_short,
)
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import ClauseClosing, Policy
from app.policies.phases import Phase
from app.policies.queries import facts, get_policy, is_public_now
from app.policies.services.moving import set_phase
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version


def open_consultation(slug: str, wanted: WantedCall, *, actor: Actor) -> Policy:
    """Ask for comments until ``wanted.closes_at``; the policy enters its consultation."""
    policy = _own(slug, actor)
    writing()
    policy = lock_head(policy.id)
    wanted = _openable(policy, wanted)
    if policy.phase_now != Phase.CONSULTATION:
        policy = set_phase(policy.slug, Phase.CONSULTATION, actor=actor)
    opened_at = clock.now()
    closes_at = put_call(policy, wanted, opened_at, next_round(policy.id))
    record(
        ConsultationOpened(
            policy=policy.id,
            closes_at=closes_at.isoformat(),
            answer_days=wanted.answer_days,
            clauses=[card.clause for card in wanted.cards],
            is_short=is_short(closes_at, opened_at),
            round=next_round(policy.id) - 1,
            revision=policy.head_number,
        ),
        actor=actor,
    )
    db.session.flush()
    return policy


def change_call(slug: str, wanted: WantedCall, *, actor: Actor) -> Policy:
    """Change the texts of an open call, put its closing off, or promise answers sooner."""
    policy = _own(slug, actor)
    writing()
    policy = lock_head(policy.id)
    call = find_call(policy.id)
    if call is None or policy.closes_at is None or policy.phase_now != Phase.CONSULTATION:
        raise RuleBroken(N_("Comments are not open; the call can no longer be changed."))
    usual = policy.usual_closes_at or policy.closes_at
    if usual <= clock.now():
        raise RuleBroken(N_("Comments are not open; the call can no longer be changed."))
    wanted = checked(wanted, get_version(policy.id, policy.head_number).outline)
    ensure_no_less(wanted, usual, call.answer_days)
    ensure_closing(wanted.closes_at, call.opened_at, clock.now(), wanted.short_reason)
    last, is_split = policy.closes_at, policy.usual_closes_at is not None
    closes_at = put_call(policy, wanted, call.opened_at, call.round, revision=call.revision)
    if is_split:  # articles that were corrected run longer than the others
        policy.usual_closes_at, policy.closes_at = closes_at, max(closes_at, last)
    record(
        ConsultationChanged(
            policy=policy.id,
            closes_at=closes_at.isoformat(),
            answer_days=wanted.answer_days,
            clauses=[card.clause for card in wanted.cards],
        ),
        actor=actor,
    )
    db.session.flush()
    return policy


def _openable(policy: Policy, wanted: WantedCall) -> WantedCall:
    if not is_public_now(policy):
        raise RuleBroken(N_("Please make the draft public first."))
    if policy.phase_now == Phase.CONSULTATION and policy.closes_at is not None:
        raise RuleBroken(N_("This draft is open for comment already."))
    wanted = checked(wanted, get_version(policy.id, policy.head_number).outline)
    now = clock.now()
    ensure_closing(wanted.closes_at, now, now, wanted.short_reason)
    return wanted


def next_round(policy_id: int) -> int:
    """The number of the call that the next opening makes."""
    earlier = find_call(policy_id)
    return earlier.round + 1 if earlier else 1


def put_call(
    policy: Policy,
    wanted: WantedCall,
    opened_at: datetime,
    number: int,
    *,
    revision: int | None = None,
) -> datetime:
    """Store the call as round ``number`` on ``revision`` (None: the head); answers when it closes,
    in UTC. Inside the gate."""
    policy.closes_at, policy.round = wanted.closes_at.astimezone(UTC), number
    if revision is None:  # a new round: what was corrected in an earlier one is over
        policy.usual_closes_at = None
        db.session.execute(delete(ClauseClosing).where(ClauseClosing.policy_id == policy.id))
    db.session.merge(
        ConsultationCall(
            policy_id=policy.id,
            round=number,
            revision=revision or policy.head_number,
            question=wanted.question,
            opened_at=opened_at,
            answer_days=wanted.answer_days,
            short_reason=wanted.short_reason if is_short(policy.closes_at, opened_at) else "",
            audience=wanted.audience,
            address=wanted.address,
            meetings=wanted.meetings,
            how_else=wanted.how_else,
        )
    )
    db.session.execute(
        delete(CallClause).where(CallClause.policy_id == policy.id, CallClause.round == number)
    )
    db.session.flush()
    for position, card in enumerate(wanted.cards):
        db.session.add(
            CallClause(
                policy_id=policy.id,
                round=number,
                position=position,
                clause=card.clause,
                question=card.question,
            )
        )
    touch(policy)
    return policy.closes_at


def _own(slug: str, actor: Actor) -> Policy:
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, facts(policy, actor))
    return policy
