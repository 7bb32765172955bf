"""Comments as the search index takes them in, whoever may find them later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, or_, select

from app.access.actor import VISITOR
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries.shown import COMMENT, are_confirmed, first_of_thread, is_seen_by
from app.policies.models import Policy
from app.visibility import is_hidden


@dataclass(frozen=True, slots=True)
class SearchableComment:
    """A comment for the index; ``title`` is that of the thread it opened, "" for a reply.

    ``is_hidden``: by a moderator, or taken back by its author. ``is_public``: visitors read it
    now, so it is neither that nor private nor unconfirmed.
    ``is_confirmed``: its writer and the opener of its thread are people whose words others see.
    """

    id: int
    thread_id: int
    policy_id: int
    clause: str | None
    title: str
    body: str
    posted_at: datetime
    is_hidden: bool
    is_public: bool
    is_confirmed: bool


def list_comments_for_search(
    after_id: int, limit: int, *, policy_id: int | None = None
) -> Sequence[SearchableComment]:
    """Comments by ascending id above ``after_id``, of one policy or of all; hidden ones empty."""
    query = _searchable().where(Comment.id > after_id).order_by(Comment.id).limit(limit)
    if policy_id is not None:
        query = query.where(Thread.policy_id == policy_id)
    return [SearchableComment(*row) for row in db.session.execute(query)]


def find_comment_for_search(comment_id: int) -> SearchableComment | None:
    """One comment for the index, or None when there is none."""
    row = db.session.execute(_searchable().where(Comment.id == comment_id)).first()
    return SearchableComment(*row) if row else None


def _searchable() -> Select[Any]:
    hidden = or_(is_hidden(COMMENT, Comment.id), Comment.withdrawn_at.is_not(None))
    is_first = Comment.id == first_of_thread()
    return (
        select(
            Comment.id,
            Comment.thread_id,
            Thread.policy_id,
            Thread.clause,
            case((and_(is_first, ~hidden), Thread.title), else_=""),
            case((~hidden, Comment.body), else_=""),
            Comment.posted_at,
            hidden,
            and_(is_seen_by(VISITOR), ~hidden),
            are_confirmed(),
        )
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Policy, Policy.id == Thread.policy_id)
        .join(Person, Person.id == Comment.author_id)
    )
