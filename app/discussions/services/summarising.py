"""A volunteer's summary of a thread: written, replaced and taken away, each of them recorded."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.events import ThreadSummarised
from app.discussions.models import ThreadSummary
from app.discussions.queries import ThreadView, get_thread
from app.discussions.rules import checked_summary
from app.discussions.services.posting import ensure_not_too_fast
from app.errors import NotAllowed, RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import facts
from app.policies.services.writing_revisions import lock_head, touch


def summarise(thread_id: int, words: str, *, actor: Actor) -> None:
    """Put ``words`` above the thread, in the place of an earlier summary; the same words again
    change nothing."""
    words = checked_summary(words)
    policy, view = get_thread(thread_id, actor)
    _ensure_may(policy, view, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    _policy, view = get_thread(thread_id, actor)
    _ensure_may(policy, view, actor)
    standing = _standing(thread_id)
    if standing and standing[-1].words == words:
        return
    now = clock.now()
    for earlier in standing:
        earlier.removed_at = now
    row = ThreadSummary(
        thread_id=thread_id,
        words=words,
        salt=secrets.token_bytes(16),
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(row)
    touch(policy)
    db.session.flush()
    _record(policy, row, salted_hash(row.salt, words), actor)


def take_away(thread_id: int, *, actor: Actor) -> None:
    """Show no summary any more, whoever wrote it; also where the thread is hidden meanwhile."""
    policy, _view = get_thread(thread_id, actor)
    ensure(actor, Act.FACILITATE, facts(policy, actor))
    writing()
    policy = lock_head(policy.id)
    standing = _standing(thread_id)
    for row in standing:
        row.removed_at = clock.now()
    if standing:
        touch(policy)
        db.session.flush()
        _record(policy, standing[-1], "", actor)


def _ensure_may(policy: Policy, view: ThreadView, actor: Actor) -> None:
    ensure(actor, Act.FACILITATE, facts(policy, actor))
    if view.subject_id is None and view.first.author_id == actor.id:
        raise NotAllowed(N_("You opened this discussion; another volunteer can sum it up."))
    if not view.is_readable:
        raise RuleBroken(N_("The words that opened this discussion are not shown."))


def _standing(thread_id: int) -> Sequence[ThreadSummary]:
    query = select(ThreadSummary).where(
        ThreadSummary.thread_id == thread_id, ThreadSummary.removed_at.is_(None)
    )
    return db.session.scalars(query.order_by(ThreadSummary.id)).all()


def _record(policy: Policy, row: ThreadSummary, words: str, actor: Actor) -> None:
    event = ThreadSummarised(policy=policy.id, thread=row.thread_id, summary=row.id, words=words)
    record(event, actor=actor, is_public=policy.is_public)
