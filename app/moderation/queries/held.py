"""Words that wait, for those who keep order: on which drafts, and what they say.

What is hidden or was taken back needs nobody to look; it is not among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, func, literal, select, union_all

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries import CommentView, find_comments
from app.discussions.rules import enough_confirmation
from app.moderation.queries.unusual_counts import is_new_account
from app.moderation.rules import Kind, stamp_of
from app.policies.models import Policy
from app.policies.queries import seen_by
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import select_contributions, views
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State
from app.text.labels import spoken
from app.visibility import is_hidden

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A draft on which words wait: how many, of how many people, since when."""

    policy: Policy
    count: int
    people: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True)
class HeldWords:
    """Words that wait: a ``comment`` or a ``suggestion``. ``joined_at`` is when their author's
    account was made, ``label`` what the clause is called now, ``title`` that of the thread."""

    kind: str
    id: int
    joined_at: datetime
    until: datetime
    label: str
    title: str
    comment: CommentView | None
    suggestion: ContributionView | None

    @property
    def key(self) -> str:
        """What a form sends for it, with the stamp of the words as they are shown."""
        if self.comment is not None:
            at = self.comment.edited_at or self.comment.posted_at
        else:
            assert self.suggestion is not None
            at = self.suggestion.changed_at or self.suggestion.sent_at
        return f"{self.kind}:{self.id}:{stamp_of(at)}"


def list_held_drafts(actor: Actor) -> Sequence[HeldDraft]:
    """The drafts that ``actor`` sees and on which words wait, those with the most first."""
    waiting = _waiting().subquery()
    count = func.count().label("count")
    query = (
        select(Policy, count, func.count(waiting.c.author_id.distinct()), func.min(waiting.c.at))
        .join(waiting, waiting.c.policy_id == Policy.id)
        .where(seen_by(actor))
        .group_by(Policy.id)
        .order_by(count.desc(), Policy.id)
    )
    return [HeldDraft(*row) for row in db.session.execute(query)]


def count_held(policy_id: int | None = None) -> int:
    """How many words wait on one draft, or on all together."""
    waiting = _waiting().subquery()
    query = select(func.count()).select_from(waiting)
    if policy_id is not None:
        query = query.where(waiting.c.policy_id == policy_id)
    return db.session.scalar(query) or 0


def list_held_words(
    policy: Policy, actor: Actor, page: int = 0, *, only_new: bool = False
) -> tuple[list[HeldWords], bool]:
    """A page of the words that wait on the policy, newest first, and whether there are more;
    ``only_new``: those of accounts that were new when they wrote."""
    waiting = _waiting().subquery()
    query = (
        select(waiting)
        .where(waiting.c.policy_id == policy.id)
        .order_by(waiting.c.at.desc(), waiting.c.kind, waiting.c.id.desc())
        .offset(page * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    if only_new:
        query = query.where(waiting.c.is_new)
    rows = db.session.execute(query).all()
    shown = rows[:PAGE_SIZE]
    comments = find_comments([row.id for row in shown if row.kind == Kind.COMMENT], actor)
    offered = _suggestions([row.id for row in shown if row.kind == Kind.SUGGESTION], actor)
    outline = get_version(policy.id, policy.head_number).outline if shown else ()
    labels = {clause.id: spoken(clause.label) for clause in outline}
    found = [
        HeldWords(
            kind=row.kind,
            id=row.id,
            joined_at=row.joined_at,
            until=row.until,
            label=labels.get(row.clause or "", ""),
            title=row.title,
            comment=comments.get(row.id) if row.kind == Kind.COMMENT else None,
            suggestion=offered.get(row.id) if row.kind == Kind.SUGGESTION else None,
        )
        for row in shown
    ]
    return [one for one in found if one.comment or one.suggestion], len(rows) > PAGE_SIZE


def _suggestions(ids: Sequence[int], actor: Actor) -> dict[int, ContributionView]:
    rows = db.session.execute(select_contributions(actor).where(Contribution.id.in_(ids))).all()
    return {view.id: view for view in views(rows, actor)} if ids else {}


def _waiting() -> CompoundSelect[*tuple[Any, ...]]:
    """What waits, of people whose words others are shown: comments, and suggestions, whose words
    lie in no thread."""
    said = (
        select(
            literal(Kind.COMMENT.value).label("kind"),
            Comment.id,
            Thread.policy_id,
            Thread.clause,
            Thread.title,
            Comment.posted_at.label("at"),
            Comment.held_until.label("until"),
            Comment.author_id,
            Person.created_at.label("joined_at"),
            is_new_account(Comment.posted_at).label("is_new"),
        )
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Person, Person.id == Comment.author_id)
        .where(
            Comment.held_until.is_not(None),
            Comment.withdrawn_at.is_(None),
            Person.confirmation.in_(enough_confirmation()),
            ~is_hidden(Kind.COMMENT, Comment.id),
        )
    )
    sent = (
        select(
            literal(Kind.SUGGESTION.value),
            Contribution.id,
            Contribution.policy_id,
            func.coalesce(Contribution.clause, Contribution.after),
            literal(""),
            Contribution.sent_at,
            Contribution.held_until,
            Contribution.author_id,
            Person.created_at,
            is_new_account(Contribution.sent_at),
        )
        .join(Person, Person.id == Contribution.author_id)
        .where(
            Contribution.held_until.is_not(None),
            Contribution.thread_id.is_(None),
            Contribution.comment_id.is_(None),
            Contribution.state != State.WITHDRAWN,
            Person.confirmation.in_(enough_confirmation()),
            ~is_hidden(Kind.SUGGESTION, Contribution.id),
        )
    )
    return union_all(said, sent)
