"""Set for one policy from how many on something counts; each change with its reason, in public."""

from __future__ import annotations

from collections.abc import Mapping

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consensus.events import ThresholdChanged
from app.consensus.models import ThresholdChange
from app.consensus.queries.facts import get_thresholds
from app.consensus.queries.thresholds import find_last_change
from app.consensus.rules.thresholds import ensure_in_range
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch
from app.text.canonical import TextRefused, check_line

REASON_LIMIT = 500  # characters


def set_thresholds(
    slug: str, wanted: Mapping[str, int], reason: str, *, seen: int, actor: Actor
) -> list[str]:
    """Write the numbers that differ from today's; their names. The status of every article is found
    anew soon after.

    ``seen`` is the id of the last change that the form was made with, 0 for none. Raises RuleBroken
    with the field: a number out of its range, no reason, nothing new, or others were faster.
    """
    _ensure_allowed(get_policy(slug, actor), actor)
    for name, value in wanted.items():
        ensure_in_range(name, value)
    why = _checked_reason(reason)
    writing()
    policy = lock_head(get_policy(slug, actor).id)
    _ensure_allowed(policy, actor)
    if find_last_change(policy.id) != seen:
        raise RuleBroken(
            N_("Somebody has changed these numbers meanwhile. Please look at them again."),
            field="reason",
        )
    today = get_thresholds(policy.id).to_dict()
    changes = [
        ThresholdChange(
            policy_id=policy.id,
            name=name,
            value=value,
            was=today[name],
            reason=why,
            by_id=actor.person_id,
            by_role=actor.role,
            at=clock.now(),
        )
        for name, value in wanted.items()
        if value != today[name]
    ]
    if not changes:
        raise RuleBroken(N_("None of the numbers is another one than before."), field="reason")
    _write(policy, changes, actor)
    return [change.name for change in changes]


def _write(policy: Policy, changes: list[ThresholdChange], actor: Actor) -> None:
    db.session.add_all(changes)
    touch(policy)
    db.session.flush()
    for change in changes:
        event = ThresholdChanged(
            policy=policy.id,
            name=change.name,
            was=change.was,
            value=change.value,
            change=change.id,
        )
        record(event, actor=actor, is_public=policy.is_public)


def _ensure_allowed(policy: Policy, actor: Actor) -> None:
    ensure(actor, Act.CHANGE_SETTINGS, facts(policy, actor))
    ensure_open(policy.phase_now, Act.CHANGE_SETTINGS)


def _checked_reason(reason: str) -> str:
    try:
        line = check_line(" ".join(reason.splitlines()), REASON_LIMIT)
    except TextRefused as refusal:
        message = refusal.message
        raise RuleBroken(message.text, field="reason", **refusal.values) from refusal
    if not line:
        raise RuleBroken(N_("Please give a reason; everybody can read it."), field="reason")
    return line
