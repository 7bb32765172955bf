"""What one person wrote in public, in full: contributions and replies, for their page.

Read with the eyes of a visitor, whoever looks, so the list holds nothing that everybody could not
find in its place; and nothing from policies on which the person appears by no name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, union_all

from app.access.actor import VISITOR
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries.shown import comment_view, first_of_thread, select_comments
from app.discussions.queries.views import CommentView
from app.policies.models import Policy, district_of
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import select_contributions, views
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State

PAGE_SIZE = 20
_SENT, _SAID = "sent", "said"


@dataclass(frozen=True, slots=True)
class Written:
    """One thing that a person wrote: a numbered ``contribution`` or a ``reply``, and on what."""

    slug: str
    title: str
    language: str
    at: datetime
    contribution: ContributionView | None = None
    reply: CommentView | None = None


def list_written(
    person_id: int, *, page: int = 0, size: int = PAGE_SIZE
) -> tuple[list[Written], bool]:
    """A page of it, newest first, and whether there is a further one; what was taken back is left
    out, what is hidden stands there as its marker."""
    both = union_all(_sent(person_id), _said(person_id)).subquery()
    query = select(both.c.what, both.c.id).order_by(both.c.at.desc(), both.c.id.desc())
    rows = db.session.execute(query.offset(page * size).limit(size + 1)).all()
    keys = [(what, ident) for what, ident in rows]
    found = _contributions([ident for what, ident in keys[:size] if what == _SENT])
    found |= _replies([ident for what, ident in keys[:size] if what == _SAID])
    return [found[key] for key in keys[:size]], len(keys) > size


def _sent(person_id: int) -> Select[*tuple[Any, ...]]:
    columns = (literal(_SENT).label("what"), Contribution.id, Contribution.sent_at.label("at"))
    return (
        select_contributions(VISITOR)
        .with_only_columns(*columns)
        .where(
            Contribution.author_id == person_id,
            Contribution.channel == "",
            Contribution.state != State.WITHDRAWN,
            district_of(Contribution.policy_id, Contribution.author_id).is_(None),
        )
    )


def _said(person_id: int) -> Select[*tuple[Any, ...]]:
    columns = (literal(_SAID), Comment.id, Comment.posted_at)
    return (
        select_comments(VISITOR)
        .with_only_columns(*columns)
        .where(
            Comment.author_id == person_id,
            Comment.withdrawn_at.is_(None),
            ~_is_contribution(),
            district_of(Thread.policy_id, Comment.author_id).is_(None),
        )
    )


def _is_contribution() -> ColumnElement[bool]:
    """SQL over Comment and Thread: whether the words are numbered and listed under their number."""
    opened = Contribution.thread_id == Comment.thread_id
    return exists().where(
        or_(
            Contribution.comment_id == Comment.id,
            opened & Contribution.comment_id.is_(None) & (Comment.id == first_of_thread()),
        )
    )


def _contributions(ids: list[int]) -> dict[tuple[str, int], Written]:
    query = select_contributions(VISITOR).where(Contribution.id.in_(ids))
    rows = db.session.execute(query).all() if ids else []
    return {
        (_SENT, one.id): Written(one.slug, one.title, one.language, one.sent_at, contribution=one)
        for one in views(rows, VISITOR)
    }


def _replies(ids: list[int]) -> dict[tuple[str, int], Written]:
    query = select_comments(VISITOR).where(Comment.id.in_(ids))
    query = query.add_columns(Policy.slug, Policy.title, Policy.language)
    return {
        (_SAID, row.id): Written(
            row.slug, row.title, row.language, row.posted_at, reply=comment_view(row)
        )
        for row in (db.session.execute(query) if ids else ())
    }
