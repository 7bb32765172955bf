"""Move a policy from phase to phase: by the state table alone, or because its time has come.

Guards (seats, answers, sources) are asked one house up, in ``consultations.services.lifecycle``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from app import clock
from app.access.actor import VISITOR, Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, must_be_writing, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.events import PhaseEntered
from app.policies.models import ClauseClosing, PhaseStep, Policy
from app.policies.phases import Phase, effective_phase, ensure_next
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch


def set_phase(slug: str, phase: str, *, actor: Actor, reason: str = "") -> Policy:
    """Move the policy to a phase that may follow its own; the owner's act.

    Comments that are open until a certain time stay open until then; an earlier closing time is
    forgotten when comments are opened anew.
    """
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, facts(policy, actor))
    writing()
    policy = lock_head(policy.id)
    move(policy, phase, actor=actor, reason=reason)
    return policy


def move(policy: Policy, phase: str, *, actor: Actor, reason: str = "") -> None:
    """The same for the ``policy`` that the caller locked, for an actor who was let."""
    must_be_writing()
    now = policy.phase_now
    wanted = ensure_next(now, phase, policy.held_phase)
    if now == Phase.CONSULTATION and wanted == Phase.RESPONSE and policy.closes_at is not None:
        raise RuleBroken(
            N_("Comments stay open until their closing time; then the draft moves on by itself."),
            field="phase",
        )
    if policy.is_frozen:
        raise RuleBroken(
            N_("The draft is about to open for comment. Please call that off first."), field="phase"
        )
    if policy.answers_at is not None:
        raise RuleBroken(
            N_("The answers are about to be published. Please call that off first."), field="phase"
        )
    catch_up(policy)
    _hold(policy, now, wanted)
    if wanted == Phase.CONSULTATION and now != Phase.ON_HOLD:
        policy.closes_at = policy.usual_closes_at = None
    enter(policy, wanted, clock.now(), actor, reason)


def _hold(policy: Policy, now: Phase, wanted: Phase) -> None:
    """Remember where a policy is held; when it goes on, comments stay open as much longer."""
    moment = clock.now()
    if wanted == Phase.ON_HOLD:
        policy.held_phase, policy.held_at = now, moment
    elif now == Phase.ON_HOLD and policy.held_at is not None:
        if wanted == Phase.CONSULTATION:
            _put_off(policy, moment - policy.held_at)
        policy.held_phase, policy.held_at = "", None


def _put_off(policy: Policy, time: timedelta) -> None:
    if policy.closes_at is not None:
        policy.closes_at += time
    if policy.usual_closes_at is not None:
        policy.usual_closes_at += time
    own = select(ClauseClosing).where(ClauseClosing.policy_id == policy.id)
    for closing in db.session.scalars(own):
        closing.closes_at += time


def move_due() -> int:
    """Record the moves whose time has come; the worker's duty. Answers how many policies moved.

    Nothing is let in meanwhile and nothing kept shut (``Policy.phase_now``); this writes it down.
    """
    now = clock.now()
    due = db.session.scalars(
        select(Policy.id).where(
            or_(
                and_(Policy.phase == Phase.DRAFTING, Policy.opens_at <= now),
                and_(Policy.phase == Phase.CONSULTATION, Policy.closes_at <= now),
                and_(Policy.phase == Phase.DECISION, Policy.announced_at <= now),
                and_(Policy.phase == Phase.PUBLISHED, Policy.effective_at <= now),
            )
        )
    ).all()
    if not due:
        return 0
    writing()
    return sum(catch_up(lock_head(policy_id)) for policy_id in due)


def catch_up(policy: Policy) -> bool:
    """Record each move that time has brought the locked policy, at the moment it happened."""
    must_be_writing()
    moved = False
    while policy.phase != policy.phase_now:
        phase, moment = _next_due(policy)
        if phase == Phase.CONSULTATION:
            policy.opens_at = None
        enter(policy, phase, moment, VISITOR, "")
        moved = True
    return moved


def _next_due(policy: Policy) -> tuple[Phase, datetime]:
    moments = {
        "opens_at": policy.opens_at,
        "closes_at": policy.closes_at,
        "announced_at": policy.announced_at,
        "effective_at": policy.effective_at,
    }
    for name, moment in moments.items():
        following = effective_phase(policy.phase, clock.now(), **{name: moment})
        if following != policy.phase and moment is not None:
            return following, moment
    raise AssertionError("only a policy that time has moved is asked")


def enter(policy: Policy, phase: Phase, at: datetime, actor: Actor, reason: str) -> None:
    """Write a move down, whatever the state table says; inside the gate, policy locked."""
    came_from, policy.phase = policy.phase, phase
    touch(policy)
    db.session.add(
        PhaseStep(
            policy_id=policy.id,
            came_from=came_from,
            phase=phase,
            at=at,
            by_id=actor.id,
            by_role=actor.role if actor.id else "",
            reason=reason,
        )
    )
    event = PhaseEntered(
        policy=policy.id, phase=phase, came_from=came_from, entered_at=at.isoformat()
    )
    record(event, actor=actor, is_public=policy.is_public)
    db.session.flush()
