"""What moderators and officials did that bears on the status of one clause; it stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select

from app.access.actor import VISITOR, Role
from app.consensus.models import RevisionChange, ThresholdChange, VandalismMark
from app.database import db
from app.discussions.models import Comment, Thread
from app.policies.models import Policy
from app.policies.queries import outsiders_from, private_until
from app.suggestions.models import Contribution
from app.suggestions.queries.narrowing import is_about
from app.visibility import Hidden, hides

SHOWN = 30  # the newest; the record has all of them


@dataclass(frozen=True, slots=True)
class ClauseAct:
    """One act. ``kind`` is marked or unmarked (the revision ``number`` as vandalism), hidden (words
    on the clause), moved_here or moved_away (the discussion ``thread``), or threshold (``name`` was
    ``was`` and is ``value``).

    ``action`` is the entry of the record, 0 where there is none of its own.
    """

    kind: str
    at: datetime
    role: str = ""
    action: int = 0
    reason: str = ""
    number: int = 0
    thread: int = 0
    name: str = ""
    was: int = 0
    value: int = 0


def list_acts(policy: Policy, clause: str) -> list[ClauseAct]:
    """Those that everybody may know of, the newest first."""
    found = [
        *_marks(policy, clause),
        *_hidden(policy, clause),
        *_moved(policy, clause),
        *_thresholds(policy),
    ]
    return sorted(found, key=lambda act: act.at, reverse=True)[:SHOWN]


def _marks(policy: Policy, clause: str) -> Iterator[ClauseAct]:
    first = outsiders_from(policy)
    touched = exists().where(
        RevisionChange.policy_id == VandalismMark.policy_id,
        RevisionChange.clause == clause,
        RevisionChange.number == VandalismMark.number,
    )
    query = select(VandalismMark).where(VandalismMark.policy_id == policy.id, touched)
    for mark in db.session.scalars(query):
        if mark.number <= first and first > 1:
            continue
        yield ClauseAct("marked", mark.at, mark.by_role, mark.action_id, number=mark.number)
        if mark.ended_at is not None:
            yield ClauseAct("unmarked", mark.ended_at, Role.VOLUNTEER, number=mark.number)


def _hidden(policy: Policy, clause: str) -> Iterator[ClauseAct]:
    since = private_until(policy, VISITOR)
    comments = (
        select(Hidden)
        .join(Comment, hides("comment", Comment.id))
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.policy_id == policy.id, Thread.clause == clause)
    )
    suggestions = (
        select(Hidden)
        .join(Contribution, hides("suggestion", Contribution.id))
        .where(Contribution.policy_id == policy.id, is_about(clause))
    )
    queries: tuple[Select[Any], ...] = (comments, suggestions)
    if since is not None:
        queries = (
            comments.where(Thread.opened_at >= since),
            suggestions.where(Contribution.sent_at >= since),
        )
    for query in queries:
        for row in db.session.scalars(query.order_by(Hidden.id.desc()).limit(SHOWN)):
            yield ClauseAct("hidden", row.hidden_at, row.by_role, row.action_id, row.reason)


def _moved(policy: Policy, clause: str) -> Iterator[ClauseAct]:
    """Only volunteers move discussions."""
    moved = and_(
        Thread.moved_at.is_not(None), or_(Thread.clause == clause, Thread.moved_from == clause)
    )
    query = select(Thread).where(Thread.policy_id == policy.id, Thread.held_until.is_(None), moved)
    since = private_until(policy, VISITOR)
    if since is not None:
        query = query.where(Thread.opened_at >= since)
    for thread in db.session.scalars(query.order_by(Thread.moved_at.desc()).limit(SHOWN)):
        assert thread.moved_at is not None
        kind = "moved_here" if thread.clause == clause else "moved_away"
        yield ClauseAct(kind, thread.moved_at, Role.VOLUNTEER, thread=thread.id)


def _thresholds(policy: Policy) -> Iterator[ClauseAct]:
    query = select(ThresholdChange).where(ThresholdChange.policy_id == policy.id)
    for row in db.session.scalars(query.order_by(ThresholdChange.id.desc()).limit(SHOWN)):
        yield ClauseAct(
            "threshold", row.at, row.by_role, reason=row.reason,
            name=row.name, was=row.was, value=row.value,
        )  # fmt: skip
