"""Nothing is public by accident: making public is an act of its own, planned and called off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR, Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, must_be_writing, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.events import (
    PolicyMadePrivate,
    PolicyPublished,
    PublicationPlanned,
)
from app.policies.models import Policy
from app.policies.queries import facts, get_policy, number_at
from app.policies.services.writing_revisions import lock_head, touch


def plan(policy: Policy, *, at: datetime, with_history: bool, actor: Actor) -> None:
    """Everybody will see the locked ``policy`` from ``at`` on, for an actor who was let."""
    must_be_writing()
    policy.publish_history, policy.publish_at = with_history, at
    touch(policy)
    event = PublicationPlanned(policy=policy.id, at=at.isoformat())
    record(event, actor=actor, is_public=False)


def forget_plan(policy: Policy, *, actor: Actor) -> None:
    """Call the publication of the locked ``policy`` off; after its time it is too late."""
    must_be_writing()
    due = policy.publish_at is not None and policy.publish_at <= clock.now()
    if policy.is_public or due:
        raise RuleBroken(N_("The draft is public already; this can no longer be called off."))
    policy.publish_at = None
    touch(policy)
    record(PublicationPlanned(policy=policy.id, at=""), actor=actor, is_public=False)


def call_off_publication(slug: str, *, actor: Actor) -> Policy:
    """Call off a publication that was planned before two officers were asked for it."""
    policy = _owned(slug, actor)
    writing()
    policy = lock_head(policy.id)
    forget_plan(policy, actor=actor)
    db.session.flush()
    return policy


def make_private(slug: str, *, actor: Actor) -> Policy:
    """Take a policy out of everybody's sight again; the ledger keeps that it was public."""
    policy = _owned(slug, actor)
    writing()
    policy = lock_head(policy.id)
    if policy.is_frozen:
        raise RuleBroken(N_("The draft is about to open for comment. Please call that off first."))
    policy.is_public, policy.publish_at, policy.published_at = False, None, None
    touch(policy)
    record(PolicyMadePrivate(policy=policy.id), actor=actor)
    db.session.flush()
    return policy


def publish_due() -> int:
    """Record the publications whose time has come; the worker's duty. Answers how many.

    Visitors already see them (``visibility.is_open_to_all``); this writes it down.
    """
    query = select(Policy.id).where(Policy.publish_at <= clock.now(), Policy.is_public.is_(False))
    due = db.session.scalars(query).all()
    if not due:
        return 0
    writing()
    for policy_id in due:
        policy = lock_head(policy_id)
        if not policy.is_public and policy.publish_at and policy.publish_at <= clock.now():
            _publish(policy, VISITOR)
            touch(policy)
    return len(due)


def _publish(policy: Policy, actor: Actor) -> None:
    policy.published_at = policy.publish_at or clock.now()
    policy.is_public, policy.publish_at = True, None
    # What visitors could read since its time stays readable, however late this is recorded.
    policy.public_from = 1 if policy.publish_history else number_at(policy, policy.published_at)
    record(PolicyPublished(policy=policy.id, public_from=policy.public_from), actor=actor)


def _owned(slug: str, actor: Actor) -> Policy:
    policy = get_policy(slug, actor)
    ensure(actor, Act.MAKE_PUBLIC, facts(policy, actor))
    return policy
