"""Take back what one has sent: the number stays, the words are shown nowhere and soon erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.services.withdrawing import withdraw_words
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.events import ContributionWithdrawn
from app.suggestions.models import Answer, Contribution
from app.suggestions.queries.shown import get_contribution
from app.suggestions.rules import SECOND_THOUGHTS, State, may_still_change
from app.suggestions.services.erasing import erase_contribution

PORTION = 100  # contributions erased at once


def withdraw(slug: str, number: int, *, actor: Actor) -> None:
    """Take a contribution of ``actor`` back; doing it twice is doing it once. An answer stays."""
    policy, row = own_row(slug, number, actor)
    if row.state == State.WITHDRAWN:
        return
    row.state, row.withdrawn_at = State.WITHDRAWN, clock.now()
    _record(policy, row, actor)


def bring_back(slug: str, number: int, *, actor: Actor) -> None:
    """Undo ``withdraw`` within the first minutes after it; RuleBroken when they are over."""
    policy, row = own_row(slug, number, actor)
    if row.state != State.WITHDRAWN:
        return
    is_time = row.withdrawn_at is not None and may_still_change(row.withdrawn_at, clock.now())
    if not is_time or row.erased_at is not None:
        raise RuleBroken(N_("The ten minutes are over. You can send your words anew."))
    row.state, row.withdrawn_at = _state_before(row), None
    _record(policy, row, actor)


def own_row(slug: str, number: int, actor: Actor) -> tuple[Policy, Contribution]:
    """A contribution that ``actor`` wrote and may change now, with its policy locked.

    Enters the write gate. Raises NotFound, NotAllowed or RuleBroken.
    """
    policy, _ident = _changeable(slug, number, actor)
    writing()
    lock_head(policy.id)
    policy, ident = _changeable(slug, number, actor)
    return policy, db.session.get_one(Contribution, ident)


def _changeable(slug: str, number: int, actor: Actor) -> tuple[Policy, int]:
    policy = get_policy(slug, actor)
    view = get_contribution(policy.slug, number, actor)
    subject = replace(facts(policy, actor), author_id=view.author_id)
    ensure(actor, Act.CHANGE_OWN_CONTRIBUTION, subject)
    ensure_open(policy.phase_now, Act.CHANGE_OWN_CONTRIBUTION)
    return policy, view.id


def erase_withdrawn() -> int:
    """A regular duty: take out of the database what can no longer be brought back; how many."""
    cutoff = clock.now() - SECOND_THOUGHTS
    found = _waiting(cutoff)
    if not found:
        return 0
    writing()
    for policy_id in sorted({policy_id for _, policy_id in found}):
        lock_head(policy_id)
    ids = [contribution_id for contribution_id, _ in _waiting(cutoff)]
    for row in db.session.scalars(select(Contribution).where(Contribution.id.in_(ids))):
        erase_contribution(row)
    db.session.flush()
    return len(ids)


def _waiting(cutoff: datetime) -> list[tuple[int, int]]:
    query = (
        select(Contribution.id, Contribution.policy_id)
        .where(
            Contribution.state == State.WITHDRAWN,
            Contribution.erased_at.is_(None),
            Contribution.withdrawn_at <= cutoff,
        )
        .order_by(Contribution.id)
        .limit(PORTION)
    )
    return [(row.id, row.policy_id) for row in db.session.execute(query)]


def _state_before(row: Contribution) -> State:
    is_answered = select(exists().where(Answer.contribution_id == row.id))
    if db.session.scalar(is_answered):
        return State.ANSWERED
    by_author = select(Contribution.author_id).where(
        Contribution.policy_id == row.policy_id, Contribution.number == row.superseded_by
    )
    if row.superseded_by and db.session.scalar(by_author) == row.author_id:
        return State.REPLACED
    return State.OPEN


def _record(policy: Policy, row: Contribution, actor: Actor) -> None:
    if row.thread_id is not None:
        withdraw_words(row.thread_id, row.withdrawn_at, actor=actor)
    touch(policy)
    db.session.flush()
    event = ContributionWithdrawn(
        policy=policy.id, number=row.number, withdrawn=row.state == State.WITHDRAWN
    )
    record(event, actor=actor, is_public=policy.is_public)
