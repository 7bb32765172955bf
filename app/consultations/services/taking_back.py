"""Take back a call on the wrong text: the draft is written on, and nobody's words are lost.

What was sent stays numbered, is owed its answer and follows the text into the next call.
"""

from __future__ import annotations

from sqlalchemy import delete

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import ConsultationTakenBack
from app.consultations.queries.calls import find_call
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import ClauseClosing, Policy
from app.policies.phases import Phase
from app.policies.queries import facts, get_policy
from app.policies.services.moving import move
from app.policies.services.waiving import checked_reason
from app.policies.services.writing_revisions import lock_head


def take_back(slug: str, reason: str, *, actor: Actor) -> Policy:
    """End a call that asks about the wrong text; the reason is public. The draft is being written
    again until it is put to residents anew."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, facts(policy, actor))
    reason = checked_reason(reason)
    writing()
    policy = lock_head(policy.id)
    call = find_call(policy.id)
    if policy.phase_now != Phase.CONSULTATION or call is None:
        raise RuleBroken(N_("Comments are not open, so there is nothing to take back."))
    move(policy, Phase.DRAFTING, actor=actor, reason=reason)
    call.closed_at, call.ended_early = clock.now(), reason
    policy.closes_at = policy.usual_closes_at = None
    db.session.execute(delete(ClauseClosing).where(ClauseClosing.policy_id == policy.id))
    told = ConsultationTakenBack(policy=policy.id, round=call.round, revision=call.revision)
    record(told, actor=actor, is_public=policy.is_public)
    db.session.flush()
    return policy
