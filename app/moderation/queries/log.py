"""The public log of what moderators did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from app.access.actor import Actor
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries import talk_seen_by
from app.moderation.models import ModerationAction
from app.moderation.rules import Kind
from app.policies.models import Policy, PolicyMember, Revision
from app.policies.queries import seen_by
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import is_since_public
from app.visibility import is_open_history

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log: what was done, under which rule, why, in which role, where."""

    id: int
    action: str
    kind: str
    rule: str
    reason: str
    by_role: str
    at: datetime
    policy_slug: str
    policy_title: str
    policy_language: str
    comment_id: int | None
    thread_id: int | None
    revision: int | None
    suggestion: int | None


def list_actions(
    actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[LogEntry], int | None]:
    """What moderators did, newest first below the id ``before``, and the key of the next page.

    Actions on what ``actor`` could not read even if it were not hidden are left out.
    """
    log = ModerationAction
    readable = is_open_history(Policy, PolicyMember, Revision, actor)
    columns: tuple[Any, ...] = (
        log.id, log.action, log.kind, log.rule, log.reason, log.by_role, log.at,
        Policy.slug, Policy.title, Policy.language,
        Comment.id, Comment.thread_id, Revision.number, Contribution.number,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Policy, Policy.id == log.policy_id)
        .outerjoin(Comment, and_(log.kind == Kind.COMMENT, Comment.id == log.object_id))
        .outerjoin(Thread, Thread.id == Comment.thread_id)
        .outerjoin(Revision, and_(log.kind == Kind.SUMMARY, Revision.id == log.object_id))
        .outerjoin(
            Contribution, and_(log.kind == Kind.SUGGESTION, Contribution.id == log.object_id)
        )
        .where(seen_by(actor), or_(talk_seen_by(actor), readable, is_since_public(actor)))
        .order_by(log.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(log.id < before)
    rows = [LogEntry(*row) for row in db.session.execute(query)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None
