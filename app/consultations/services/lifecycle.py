"""The one door through which a policy moves on: the state table, then the guards of that move.

A guard answers with what is missing, in words with numbers, and an empty list when nothing is; the
page shows all of them before anybody presses the button, and the move asks them again in the gate.
"""

from __future__ import annotations

from collections.abc import Callable

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import writing
from app.errors import RuleBroken
from app.messages import N_, Message
from app.policies.models import Policy
from app.policies.phases import SHORT_TRACK_KINDS, Phase, may_follow, skipped
from app.policies.queries import get_policy
from app.policies.queries.course import find_waiver, office_facts
from app.policies.services.moving import move
from app.policies.services.writing_revisions import lock_head

Guard = Callable[[Policy], list[Message]]
# From where to where (None: from anywhere) → what must hold. Filled below, one line a guard.
GUARDS: tuple[tuple[Phase | None, Phase, Guard], ...] = ()


def enter_phase(
    slug: str, phase: str, *, actor: Actor, reason: str = "", waivers: dict[str, str] | None = None
) -> Policy:
    """Move the policy to ``phase``; RuleBroken names everything that is missing."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, office_facts(policy, actor))
    writing()
    policy = lock_head(policy.id)
    missing = list_missing(policy, phase)
    if missing:
        raise RuleBroken(missing[0].text, field="phase", **missing[0].values)
    move(policy, phase, actor=actor, reason=reason)
    return policy


def list_missing(policy: Policy, phase: str) -> list[Message]:
    """What stands in the way of a move to ``phase``, in words; [] when nothing does."""
    here = policy.phase_now
    if phase not in may_follow(here, policy.held_phase):
        return [Message(N_("The draft cannot move there from where it stands."))]
    missing = [
        message
        for start, end, guard in GUARDS
        if end == phase and start in (None, here)
        for message in guard(policy)
    ]
    return missing + _unwaived(policy, here, Phase(phase))


def _unwaived(policy: Policy, here: Phase, wanted: Phase) -> list[Message]:
    """A state that is passed by needs a waiver; the short track passes them by without."""
    if policy.kind in SHORT_TRACK_KINDS:
        return []
    return [
        Message(N_("Please say why the step “%(phase)s” is left out."), {"phase": state})
        for state in skipped(here, wanted)
        if find_waiver(policy.id, f"phase:{state}") is None
    ]
