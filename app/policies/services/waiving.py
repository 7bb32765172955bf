"""Let a policy off a duty, with the reason that everybody can read."""

from __future__ import annotations

from app import clock
from app.access.actor import Actor
from app.database import db, must_be_writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.events import DutyWaived
from app.policies.models import Policy, Waiver
from app.policies.services.writing_revisions import touch
from app.text.canonical import check_words, refused_in

MOST_REASON = 500  # characters
NEEDS_REASON = N_("Please say why; everybody will see it.")


def waive(policy: Policy, what: str, reason: str, *, actor: Actor, field: str = "reason") -> None:
    """Record that the locked ``policy`` is let off ``what`` (``phase:trial``, ``seat:expert`` …),
    by an actor who was let; a second reason takes the place of the first. RuleBroken (``field``)
    without one."""
    must_be_writing()
    stored = checked_reason(reason, field)
    db.session.merge(
        Waiver(policy_id=policy.id, what=what, reason=stored, by_id=actor.person_id, at=clock.now())
    )
    touch(policy)
    record(DutyWaived(policy=policy.id, what=what), actor=actor, is_public=policy.is_public)
    db.session.flush()


def checked_reason(reason: str, field: str = "reason") -> str:
    """A public reason as it is stored; RuleBroken (``field``) when there is none."""
    with refused_in(field):
        stored = check_words(reason, MOST_REASON)
    if not stored:
        raise RuleBroken(NEEDS_REASON, field=field)
    return stored
