"""What everybody may read of the conversation on a whole policy, as plain facts without words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import aliased

from app.access.actor import VISITOR, Role
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment, Thread
from app.discussions.queries.shown import are_confirmed
from app.discussions.rules import enough_confirmation
from app.policies.models import Policy
from app.policies.queries import is_public_now, private_until
from app.suggestions.models import Answer, Contribution
from app.suggestions.queries.hiding import is_hidden_contribution
from app.suggestions.queries.shown import COMMENT, SUGGESTION
from app.suggestions.rules import Kind, State
from app.visibility import is_hidden


@dataclass(frozen=True, slots=True)
class Sent:
    """A contribution that everybody may read. ``answered_at`` is its first published answer,
    ``closed_by_opener`` None while its thread is not closed."""

    id: int
    kind: str
    state: str
    is_owed: bool
    person: int
    role: str
    sent_at: datetime
    answered_at: datetime | None
    replied_at: datetime | None
    closed_by_opener: bool | None

    @property
    def spoken_at(self) -> datetime | None:
        """When the office first spoke to it."""
        found = [at for at in (self.answered_at, self.replied_at) if at is not None]
        return min(found, default=None)


def list_sent(policy: Policy) -> list[Sent]:
    """The contributions, the oldest first, without those that were replaced by another; none
    while the draft is private, though its insiders read them."""
    if not is_public_now(policy):
        return []
    answered: dict[int, datetime] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Answer.contribution_id, func.min(Answer.answered_at))
            .join(Contribution, Contribution.id == Answer.contribution_id)
            .where(Contribution.policy_id == policy.id)
            .group_by(Answer.contribution_id)
        )
    }
    own, about = _first_replies(policy)
    rows = db.session.execute(
        select(Contribution, Thread)
        .join(Person, Person.id == Contribution.author_id)
        .outerjoin(Thread, Thread.id == Contribution.thread_id)
        .where(
            Contribution.policy_id == policy.id,
            Contribution.state.not_in((State.WITHDRAWN, State.REPLACED)),
            or_(Person.confirmation.in_(enough_confirmation()), Contribution.channel != ""),
            Contribution.held_until.is_(None),
            ~is_hidden_contribution(),
            _is_public(policy, Contribution.sent_at),
        )
        .order_by(Contribution.sent_at, Contribution.id)
    )
    return [
        Sent(
            id=sent.id,
            kind=sent.kind,
            state=sent.state,
            is_owed=sent.is_owed,
            person=sent.author_id,
            role=sent.author_role,
            sent_at=sent.sent_at,
            answered_at=answered.get(sent.id),
            replied_at=own.get(thread.id) if thread is not None else about.get(sent.id),
            closed_by_opener=(
                None
                if thread is None or thread.closed_at is None or sent.kind != Kind.OBJECTION
                else thread.closed_by_id == thread.opened_by_id
            ),
        )
        for sent, thread in rows
    ]


def _first_replies(policy: Policy) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When an officer first replied, by thread and by suggestion (where that has a thread)."""
    opening = aliased(Comment)
    opened_with = (
        select(func.min(opening.id)).where(opening.thread_id == Thread.id).scalar_subquery()
    )
    query = (
        _words(policy, Thread.id, Thread.subject_kind, Thread.subject_id)
        .add_columns(func.min(Comment.posted_at))
        .where(
            Comment.author_role == Role.OFFICER,
            or_(Thread.subject_kind.is_not(None), Comment.id != opened_with),
        )
        .group_by(Thread.id, Thread.subject_kind, Thread.subject_id)
    )
    own: dict[int, datetime] = {}
    about: dict[int, datetime] = {}
    for thread, kind, subject, at in db.session.execute(query):
        if kind == SUGGESTION:
            about[subject] = at
        else:
            own[thread] = at
    return own, about


def list_speakers(policy: Policy) -> list[tuple[datetime, int, str]]:
    """When somebody wrote a comment that everybody may read, who, and in which role."""
    if not is_public_now(policy):
        return []
    query = _words(policy, Comment.posted_at, Comment.author_id, Comment.author_role)
    return [(at, person, role) for at, person, role in db.session.execute(query)]


def _words(policy: Policy, *columns: Any) -> Any:
    """A SELECT of comments that everybody may read, with thread and author joined."""
    return (
        select(*columns)
        .select_from(Comment)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Person, Person.id == Comment.author_id)
        .where(
            Thread.policy_id == policy.id,
            Comment.withdrawn_at.is_(None),
            ~is_hidden(COMMENT, Comment.id),
            are_confirmed(VISITOR),
            _is_public(policy, Thread.opened_at),
        )
    )


def _is_public(policy: Policy, moment: Any) -> ColumnElement[bool]:
    """SQL: what was said while the draft was private stays with the insiders."""
    since = private_until(policy, VISITOR)
    return true() if since is None else moment >= since
