"""Suggestions and threads as everybody may read them; hidden, held and taken back ones are absent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from app.access.actor import VISITOR, Role
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries.shown import select_comments
from app.opendata.queries.texts import Published
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.shown import select_contributions
from app.suggestions.rules import State
from app.visibility import Hidden

Row = dict[str, Any]


def suggestion_rows(published: Published) -> Iterator[Row]:
    """Every contribution with its number: on what, in which role, when, and how it stands."""
    query = (
        select_contributions(VISITOR)
        .where(
            Contribution.policy_id == published.policy.id,
            Contribution.state != State.WITHDRAWN,
            Hidden.id.is_(None),
        )
        .order_by(Contribution.number)
    )
    groups = _groups(published.policy.id)
    for found in db.session.execute(query):
        said: Contribution = found[0]
        words = found.words + "".join(change.text for change in _changes(said.id))
        yield {
            "policy": published.policy.slug,
            "suggestion": said.number,
            "kind": said.kind,
            "clause": said.clause,
            "after": said.after,
            "base": said.base,
            "actor": published.actor(found.public_id),
            "role_at_time": said.author_role,
            "ts": said.sent_at.isoformat(timespec="seconds"),
            "state": said.state,
            "group": groups.get(said.group_id),
            "text_sha256": hashlib.sha256(words.encode()).hexdigest(),
        }


def _changes(contribution_id: int) -> Iterator[SuggestedChange]:
    query = select(SuggestedChange).where(SuggestedChange.contribution_id == contribution_id)
    yield from db.session.scalars(query.order_by(SuggestedChange.position))


def _groups(policy_id: int) -> dict[int | None, int]:
    """By id of a group: the number of the contribution it is named after."""
    query = select(Contribution.id, Contribution.number).where(
        Contribution.policy_id == policy_id,
        Contribution.id.in_(
            select(Contribution.group_id).where(Contribution.policy_id == policy_id)
        ),
    )
    return {row.id: row.number for row in db.session.execute(query)}


def thread_rows(published: Published) -> Iterator[Row]:
    """Every thread in which somebody can read something: kind, clause, how many people wrote, when an
    officer first replied, and whether the person who opened it closed it."""
    threads = {
        thread.id: (thread, public_id)
        for thread, public_id in db.session.execute(
            select(Thread, Person.public_id)
            .join(Person, Person.id == Thread.opened_by_id)
            .where(Thread.policy_id == published.policy.id)
        )
    }
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
        thread, opened_by = threads[ident]
        words = list(said)
        official = (row.posted_at for row in words if row.author_role == Role.OFFICER)
        replied_at = next(official, None)
        yield {
            "policy": published.policy.slug,
            "thread": ident,
            "clause": thread.clause,
            "kind": thread.kind,
            "opened_by": published.actor(opened_by),
            "ts": thread.opened_at.isoformat(timespec="seconds"),
            "people": len({row.author_id for row in words}),
            "first_official_reply_ts": _when(replied_at),
            "closed_ts": _when(thread.closed_at),
            "closed_by_opener": thread.closed_by_id == thread.opened_by_id,
            "answered_ts": _when(thread.answered_at),
        }


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
