"""Hold the discussion of a draft until the morning, and end that early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.access.grants import may
from app.database import db, writing
from app.discussions.models import Hold
from app.discussions.services.waiting import find_hold, find_morning
from app.errors import NotAllowed, RuleBroken
from app.messages import N_
from app.moderation.events import HoldBegun, HoldEnded
from app.moderation.services.recording import record_in_role
from app.policies.models import Policy
from app.policies.queries import facts, get_policy, is_insider
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.services.releasing import release_all


@dataclass(frozen=True, slots=True)
class HoldOffer:
    """What the pages of a draft offer who keeps order there: to hold new words until ``morning``,
    or to end the hold that ``is_on``."""

    morning: datetime
    is_on: bool


def offer_hold(policy: Policy, actor: Actor) -> HoldOffer | None:
    """The offer, or None for everybody who does not keep order on this draft."""
    if not keeps_order(policy, actor):
        return None
    now = clock.now()
    return HoldOffer(find_morning(now), find_hold(policy.id, now) is not None)


def begin_hold(slug: str, *, actor: Actor) -> datetime:
    """Keep new words on a draft out of sight until the next morning; answers until when.

    A hold that is on stays as it is, so pressing twice lengthens nothing.
    """
    policy = keepable(slug, actor)
    writing()
    policy = lock_head(policy.id)
    keepable(policy.slug, actor)
    now = clock.now()
    held = find_hold(policy.id, now)
    if held is not None:
        return held
    until = find_morning(now)
    db.session.add(
        Hold(
            policy_id=policy.id,
            until=until,
            by_id=actor.person_id,
            by_role=actor.role,
            begun_at=now,
        )
    )
    touch(policy)
    db.session.flush()
    event = HoldBegun(policy=policy.id, until=until.isoformat(), role=actor.role)
    record_in_role(event, key=policy.id, actor=actor, is_public=policy.is_public)
    return until


def end_hold(slug: str, *, actor: Actor) -> int:
    """Let new words through at once and show those that wait on the draft; how many those were."""
    policy = keepable(slug, actor)
    writing()
    policy = lock_head(policy.id)
    keepable(policy.slug, actor)
    now = clock.now()
    if find_hold(policy.id, now) is None:
        raise RuleBroken(N_("New comments on this draft are not held at the moment."))
    of_policy = (Hold.policy_id == policy.id, Hold.ended_at.is_(None), Hold.until > now)
    db.session.execute(update(Hold).where(*of_policy).values(ended_at=now))
    touch(policy)
    db.session.flush()
    event = HoldEnded(policy=policy.id, role=actor.role)
    record_in_role(event, key=policy.id, actor=actor, is_public=policy.is_public)
    return release_all(policy.id)


def keepable(slug: str, actor: Actor) -> Policy:
    """The policy on which ``actor`` keeps order; a refusal in one's own matters."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.KEEP_ORDER, facts(policy, actor))
    if not keeps_order(policy, actor):
        raise NotAllowed(N_("You work on this draft, so another volunteer keeps order here."))
    return policy


def keeps_order(policy: Policy, actor: Actor) -> bool:
    """Whether ``actor`` may hold this draft's discussion, let words out and the like."""
    is_allowed = bool(may(actor, Act.KEEP_ORDER, facts(policy, actor)))
    return is_allowed and not is_insider(policy, actor)
