"""The one door through which a policy moves on: the state table, then the guards of that move.

A guard answers with what is missing, in words with numbers, and an empty list when nothing is; the
page shows all of them before anybody presses the button, and the move asks them again in the gate.
"""

from __future__ import annotations

from collections.abc import Callable

from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.queries import gates
from app.consultations.queries.preparedness import missing_papers, missing_seats
from app.consultations.queries.source_guard import guard_sources
from app.consultations.services.holding import lengthen_answers
from app.database import writing
from app.errors import Conflict, RuleBroken
from app.messages import N_, Message
from app.policies.models import Policy
from app.policies.phases import SHORT_TRACK_KINDS, SKIPPABLE, Phase, may_follow, skipped
from app.policies.queries import get_policy
from app.policies.queries.course import find_waiver, office_facts
from app.policies.services.moving import move
from app.policies.services.waiving import MOST_REASON, checked_reason, waive
from app.policies.services.writing_revisions import lock_head
from app.text.canonical import check_words, refused_in

Guard = Callable[[Policy], list[Message]]
# From where to where → what must hold. A policy that goes on where it was held is asked nothing.
GUARDS: tuple[tuple[Phase, Phase, Guard], ...] = (
    (Phase.DRAFTING, Phase.CONSULTATION, gates.not_public),
    (Phase.DRAFTING, Phase.CONSULTATION, missing_seats),
    (Phase.DRAFTING, Phase.CONSULTATION, missing_papers),
    (Phase.RESPONSE, Phase.CONSULTATION, gates.not_drafting),
    (Phase.RESPONSE, Phase.TRIAL, gates.missing_answers),
    (Phase.RESPONSE, Phase.EXAMINATION, gates.missing_answers),
    (Phase.RESPONSE, Phase.LEGALITY_REVIEW, gates.missing_answers),
    (Phase.RESPONSE, Phase.DECISION, gates.missing_answers),
    (Phase.RESPONSE, Phase.DECISION, guard_sources),
    (Phase.RESPONSE, Phase.DECISION, gates.missing_review),
    (Phase.LEGALITY_REVIEW, Phase.DECISION, guard_sources),
    (Phase.LEGALITY_REVIEW, Phase.DECISION, gates.missing_review),
    (Phase.DECISION, Phase.PUBLISHED, gates.missing_decision),
)
# What nobody does by pressing a button on the page of phases, and how it happens instead.
ELSEWHERE: dict[tuple[Phase, Phase], str] = {
    (Phase.DRAFTING, Phase.CONSULTATION): N_("Comments are asked for with a call of its own."),
    (Phase.RESPONSE, Phase.CONSULTATION): N_("Comments are asked for with a call of its own."),
    (Phase.DECISION, Phase.PUBLISHED): N_(
        "Two officers announce the decision; at its time the draft moves on by itself."
    ),
}
# Moves that everybody is told the reason of; going back to drafting is one wherever it comes from.
REASONED = frozenset(
    {Phase.REGISTERED, Phase.ON_HOLD, Phase.WITHDRAWN, Phase.DECLINED, Phase.ARCHIVED}
)
BEFORE_DRAFTING = frozenset({Phase.PROPOSED, Phase.REGISTERED, Phase.EXPERIENCE})
UNWAIVED = {
    Phase.EXPERIENCE: N_("Please say why nobody was asked what they have seen."),
    Phase.TRIAL: N_("Please say why there is no trial run."),
    Phase.EXAMINATION: N_("Please say why there is no independent check."),
}


def enter_phase(
    slug: str,
    phase: str,
    *,
    actor: Actor,
    reason: str = "",
    waivers: dict[str, str] | None = None,
    seen: str = "",
) -> Policy:
    """Move the policy to ``phase``; RuleBroken names what is missing, Conflict when it no longer
    stands in ``seen``, where the actor saw it. ``waivers``: skipped phase → public reason."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.MOVE_PHASE, office_facts(policy, actor))
    writing()
    policy = lock_head(policy.id)
    here = policy.phase_now
    if seen and seen != here:
        raise Conflict(N_("Somebody has moved the draft meanwhile. Please look again."))
    _ensure_nothing_missing(policy, phase)
    excused = _excused(list_unwaived(policy, phase), waivers or {})
    reason = _checked(reason, is_needed=needs_reason(here, phase))
    if here == Phase.ON_HOLD:
        lengthen_answers(policy)
    move(policy, phase, actor=actor, reason=reason)
    for state, words in excused.items():
        waive(policy, f"phase:{state}", words, actor=actor)
    return policy


def needs_reason(here: Phase, wanted: str) -> bool:
    """Whether everybody is told why a policy moves from ``here`` to ``wanted``."""
    if wanted == Phase.DRAFTING:
        return here not in BEFORE_DRAFTING and here != Phase.ON_HOLD
    return wanted in REASONED and here != Phase.ON_HOLD or wanted == Phase.WITHDRAWN


def list_missing(policy: Policy, phase: str) -> list[Message]:
    """What stands in the way of a move to ``phase``, in words; [] when nothing does."""
    return list_blocking(policy, phase) + [
        Message(UNWAIVED[state]) for state in list_unwaived(policy, phase)
    ]


def list_blocking(policy: Policy, phase: str) -> list[Message]:
    """The same without the steps that a reason in the form would waive."""
    here = policy.phase_now
    if phase not in may_follow(here, policy.held_phase):
        return [Message(N_("The draft cannot move there from where it stands."))]
    return [
        message
        for start, end, guard in GUARDS
        if end == phase and start == here
        for message in guard(policy)
    ]


def list_unwaived(policy: Policy, phase: str) -> tuple[Phase, ...]:
    """The steps that a move to ``phase`` leaves out and that need a reason; the short track leaves
    them out without one."""
    if phase not in set(Phase) or policy.kind in SHORT_TRACK_KINDS:
        return ()
    left_out = [one for one in skipped(policy.phase_now, Phase(phase)) if one in SKIPPABLE]
    been = gates.passed_by(policy) if left_out else frozenset()
    return tuple(
        state
        for state in left_out
        if state not in been and find_waiver(policy.id, f"phase:{state}") is None
    )


def _ensure_nothing_missing(policy: Policy, phase: str) -> None:
    here = policy.phase_now
    if here == Phase.DECISION and policy.announced_at is not None:
        raise RuleBroken(
            N_("The decision is about to be announced. Please call that off first."), field="phase"
        )
    elsewhere = ELSEWHERE.get((here, Phase(phase))) if phase in set(Phase) else None
    if elsewhere:
        raise RuleBroken(elsewhere, field="phase")
    for message in list_blocking(policy, phase):
        raise RuleBroken(message.text, field="phase", **message.values)


def _excused(left_out: tuple[Phase, ...], waivers: dict[str, str]) -> dict[Phase, str]:
    """The reason for each step that is left out; RuleBroken where one is missing."""
    for state in left_out:
        if not waivers.get(state, "").strip():
            raise RuleBroken(UNWAIVED[state], field=f"waiver_{state}")
    return {state: checked_reason(waivers[state], f"waiver_{state}") for state in left_out}


def _checked(reason: str, *, is_needed: bool) -> str:
    if is_needed:
        return checked_reason(reason)
    with refused_in("reason"):
        return check_words(reason, MOST_REASON)
