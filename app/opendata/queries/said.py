"""Suggestions and threads as everybody may read them; hidden, held and taken back ones are absent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select

from app.access.actor import VISITOR, Role
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries.shown import select_comments
from app.opendata.queries.texts import Published
from app.policies.versions import get_version
from app.suggestions.models import Answer, Contribution, SuggestedChange
from app.suggestions.queries.shown import SUGGESTION, select_contributions
from app.suggestions.rules import State
from app.visibility import Hidden

Row = dict[str, Any]


def suggestion_rows(published: Published) -> Iterator[Row]:
    """Every contribution with its number: on what, in which role, when, and how it stands; of a
    suggestion the words it proposes and those it stands against."""
    query = (
        select_contributions(VISITOR)
        .where(
            Contribution.policy_id == published.policy.id,
            Contribution.state != State.WITHDRAWN,
            Hidden.id.is_(None),
        )
        .order_by(Contribution.number)
    )
    groups, answered = _groups(published.policy.id), _answered(published.policy.id)
    for found in db.session.execute(query):
        said: Contribution = found[0]
        changes = [_change(published, change, said.base) for change in _changes(said.id)]
        words = found.words + "".join(change["text"] for change in changes)
        yield {
            "policy": published.policy.slug,
            "suggestion": said.number,
            "kind": said.kind,
            "clause": said.clause,
            "after": said.after,
            "base": said.base if said.base >= published.first else None,
            "actor": published.actor(found.public_id),
            "role_at_time": said.author_role,
            "ts": said.sent_at.isoformat(),
            "state": said.state,
            "is_owed": said.is_owed,
            "round": said.round,
            "thread": said.thread_id,
            "group": groups.get(said.group_id),
            "answered_ts": _when(answered.get(said.id)),
            "changes": changes,
            "text_sha256": hashlib.sha256(words.encode()).hexdigest(),
        }


def _changes(contribution_id: int) -> Iterator[SuggestedChange]:
    query = select(SuggestedChange).where(SuggestedChange.contribution_id == contribution_id)
    yield from db.session.scalars(query.order_by(SuggestedChange.position))


def _change(published: Published, change: SuggestedChange, base: int) -> Row:
    """One operation; ``against`` is the wording that it was written on (of the head where that has
    the same words), None of a version that is not public."""
    return {
        "kind": change.kind,
        "clause": change.clause,
        "after": change.after,
        "text": change.text,
        "against": _against(published, change, base),
    }


def _against(published: Published, change: SuggestedChange, base: int) -> str | None:
    if change.clause is None:
        return ""
    policy = published.policy
    now = get_version(policy.id, policy.head_number).clause(change.clause)
    if now is not None and now.hash == change.base_hash:
        return now.text
    if base < published.first:
        return None
    then = get_version(policy.id, base).clause(change.clause)
    return then.text if then is not None else ""


def _groups(policy_id: int) -> dict[int | None, int]:
    """By id of a group: the number of the contribution it is named after."""
    query = select(Contribution.id, Contribution.number).where(
        Contribution.policy_id == policy_id,
        Contribution.id.in_(
            select(Contribution.group_id).where(Contribution.policy_id == policy_id)
        ),
    )
    return {row.id: row.number for row in db.session.execute(query)}


def _answered(policy_id: int) -> dict[int, datetime]:
    """By id of a contribution: when it was first answered."""
    query = (
        select(Answer.contribution_id, func.min(Answer.answered_at))
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .where(Contribution.policy_id == policy_id)
        .group_by(Answer.contribution_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def thread_rows(published: Published) -> Iterator[Row]:
    """Every thread in which somebody can read something: kind, clause, who wrote in it in which
    role and when, when an officer first replied, and whether whoever opened it closed it.

    ``about`` is the number of the suggestion whose replies it holds, ``joined_into`` the thread in
    which it goes on. Of the ``comments`` the one that ``opens`` the thread may be missing.
    """
    comments = db.session.execute(
        select_comments(VISITOR)
        .where(
            Thread.policy_id == published.policy.id,
            Hidden.id.is_(None),
            Comment.withdrawn_at.is_(None),
        )
        .order_by(Comment.thread_id, Comment.id)
    )
    for ident, said in groupby(comments, key=attrgetter("thread_id")):
        thread, first, about = _thread(ident)
        words = list(said)
        replies = (
            row.posted_at
            for row in words
            if row.author_role == Role.OFFICER and (about or row.id != first)
        )
        yield {
            "policy": published.policy.slug,
            "thread": ident,
            "clause": thread.clause,
            "kind": thread.kind,
            "about": about,
            "joined_into": thread.joined_into_id,
            "ts": thread.opened_at.isoformat(),
            "people": len({row.author_id for row in words}),
            "first_official_reply_ts": _when(min(replies, default=None)),
            "closed_ts": _when(thread.closed_at),
            "closed_by_opener": _closed_by_opener(thread),
            "answered_ts": _when(thread.answered_at),
            "comments": [
                {
                    "actor": published.actor(row.public_id),
                    "role_at_time": row.author_role,
                    "ts": row.posted_at.isoformat(),
                    "opens": row.id == first,
                }
                for row in words
            ],
        }


def _thread(ident: int) -> tuple[Thread, int, int | None]:
    """The thread, the id of its first comment, and the number of the suggestion it is about."""
    first = select(func.min(Comment.id)).where(Comment.thread_id == ident).scalar_subquery()
    query = (
        select(Thread, first, Contribution.number)
        .outerjoin(
            Contribution,
            (Thread.subject_kind == SUGGESTION) & (Contribution.id == Thread.subject_id),
        )
        .where(Thread.id == ident)
    )
    row = db.session.execute(query).one()
    return row[0], row[1], row[2]


def _closed_by_opener(thread: Thread) -> bool | None:
    return None if thread.closed_at is None else thread.closed_by_id == thread.opened_by_id


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
