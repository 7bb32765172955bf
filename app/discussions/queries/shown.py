"""What a reader may see of threads and comments: the one place of its filters and columns.

Hidden words and words taken back never leave the database: the SELECT itself puts nothing in
their place, so no page, feed or index can forget to look.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import VISITOR, Actor, Confirmation, Role
from app.accounts.models import Person
from app.discussions.models import Comment, Thread
from app.discussions.queries.views import CommentView, Marker, ThreadView
from app.discussions.rules import enough_confirmation, is_shown_to_others
from app.policies.models import Policy, PolicyMember, district_of
from app.policies.queries import seen_by
from app.policies.seats import byline
from app.text.outline import Clause
from app.visibility import Hidden, is_hidden, is_inside

COMMENT = "comment"
KEEPERS = frozenset({Role.VOLUNTEER, Role.SUPERVISOR})  # who see words that wait
# Made once: a new alias copies every column of its table, which costs more than the SELECT.
_first = aliased(Comment, name="opening")
_leader, _led_by = aliased(Comment, name="leading"), aliased(Person, name="led_by")
_opener = aliased(Person, name="opener")
_counted, _counted_by = aliased(Comment, name="counted"), aliased(Person, name="counted_by")
_reply, _reply_by = aliased(Comment, name="reply"), aliased(Person, name="reply_by")
_marker = aliased(Hidden, name="subject_marker")


def talk_seen_by(actor: Actor) -> ColumnElement[bool]:
    """SQL over Thread and Policy: the policy exists for ``actor``, and so does its talk.

    What was said while the draft was private stays with the insiders unless its history was made
    public too (``policies.queries.private_until`` says the same of one policy).
    """
    made_public = func.coalesce(Policy.published_at, Policy.publish_at)
    ways = [Policy.publish_history.is_(True), Thread.opened_at >= made_public]
    if not actor.is_anonymous and not actor.is_suspended:
        ways.append(is_inside(Policy, PolicyMember, actor))
    return and_(seen_by(actor), or_(*ways))


def first_of_thread() -> Any:
    """SQL over Thread: the id of the comment that opened it."""
    query = select(func.min(_first.id)).where(_first.thread_id == Thread.id).correlate(Thread)
    return query.scalar_subquery()


def _leading(actor: Actor) -> ColumnElement[int]:
    """SQL over Thread: what opened it; of replies to something of another domain, the first that
    ``actor`` may see: one that waits does not keep the others out of sight."""
    seen = (
        select(func.min(_leader.id))
        .join(_led_by, _led_by.id == _leader.author_id)
        .where(_leader.thread_id == Thread.id, _shown(actor, _led_by))
        .where(is_released(_leader.held_until, _leader.author_id, actor))
        .correlate(Thread)
        .scalar_subquery()
    )
    return case((Thread.subject_kind.is_(None), first_of_thread()), else_=seen)


def select_threads(actor: Actor) -> Select[Any]:
    """Threads that ``actor`` may see, each with its first comment."""
    hidden_title = _readable(Thread.title).label("title")
    return _joined(
        select(
            *_comment_columns(),
            Thread.policy_id,
            Thread.clause,
            Thread.kind,
            Thread.subject_id,
            hidden_title,
            Thread.quote,
            Thread.quote_hash,
            Thread.opened_on,
            Thread.is_on_earlier_wording,
            Thread.closed_at,
            Thread.locked_at,
            Thread.joined_into_id,
            Thread.moved_from.label("came_from"),
            Thread.moved_at.label("replaced_at"),
            Thread.answered_at,
            _is_subject_hidden().label("is_subject_hidden"),
            _replies(actor).label("replies"),
        ),
        actor,
    ).where(Comment.id == _leading(actor))


def select_comments(actor: Actor) -> Select[Any]:
    """Comments that ``actor`` may see, in threads that ``actor`` may see."""
    return _joined(select(*_comment_columns()), actor)


def is_seen_by(actor: Actor) -> ColumnElement[bool]:
    """SQL over Comment, its author Person, Thread and Policy: whether the comment exists for
    ``actor``, be it as words or as the marker that they are hidden."""
    return and_(talk_seen_by(actor), are_confirmed(actor))


def are_confirmed(actor: Actor = VISITOR) -> ColumnElement[bool]:
    """SQL over Comment, its author Person and Thread: whether ``actor`` is shown the words of both
    the author and the opener of the thread, as far as their confirmation decides. For a person
    whom the office entered, and who signs in nowhere, the office answers."""
    shown = or_(_shown(actor, _opener), _opener.role == Role.UNKNOWN)
    opened = select(_opener.id).where(_opener.id == Thread.opened_by_id, shown)
    is_out = and_(
        is_released(Comment.held_until, Comment.author_id, actor),
        is_released(Thread.held_until, Thread.opened_by_id, actor),
    )
    return and_(_shown(actor, Person), opened.exists(), is_out)


def is_released(held_until: Any, author_id: Any, actor: Actor) -> ColumnElement[bool]:
    """SQL: whether words that may wait are out for ``actor``; those who keep order see them at
    once, as the author does."""
    if actor.role in KEEPERS and not actor.is_suspended:
        return true()
    is_out: ColumnElement[bool] = held_until.is_(None)
    return is_out if actor.is_anonymous else or_(is_out, author_id == actor.id)


def _joined(query: Select[Any], actor: Actor) -> Select[Any]:
    return (
        query.select_from(Comment)
        .join(Thread, Thread.id == Comment.thread_id)
        .join(Policy, Policy.id == Thread.policy_id)
        .join(Person, Person.id == Comment.author_id)
        .outerjoin(Hidden, and_(Hidden.kind == COMMENT, Hidden.object_id == Comment.id))
        .where(is_seen_by(actor))
    )


def _shown(actor: Actor, person: Any) -> ColumnElement[bool]:
    """SQL: the words of people who are confirmed far enough, and one's own."""
    enough: ColumnElement[bool] = person.confirmation.in_(enough_confirmation())
    return enough if actor.is_anonymous else or_(enough, person.id == actor.id)


def count_words(of_thread: ColumnElement[bool], actor: Actor) -> Any:
    """SQL: how many comments ``actor`` can read in the threads for which ``of_thread`` holds; the
    condition joins Thread to what the query outside is about."""
    return (
        select(func.count())
        .select_from(_counted)
        .join(Thread, Thread.id == _counted.thread_id)
        .join(_counted_by, _counted_by.id == _counted.author_id)
        .where(of_thread, _shown(actor, _counted_by), ~is_hidden(COMMENT, _counted.id))
        .where(is_released(_counted.held_until, _counted.author_id, actor))
        .where(is_released(Thread.held_until, Thread.opened_by_id, actor))
        .correlate_except(_counted, _counted_by, Thread, Hidden)
        .scalar_subquery()
    )


def _replies(actor: Actor) -> Any:
    return (
        select(func.count())
        .select_from(_reply)
        .join(_reply_by, _reply_by.id == _reply.author_id)
        .where(
            _reply.thread_id == Thread.id,
            _reply.id > Comment.id,
            _shown(actor, _reply_by),
            is_released(_reply.held_until, _reply.author_id, actor),
            ~is_hidden(COMMENT, _reply.id),
        )
        .correlate(Thread, Comment)
        .scalar_subquery()
    )


def _is_subject_hidden() -> ColumnElement[bool]:
    mine = and_(_marker.kind == Thread.subject_kind, _marker.object_id == Thread.subject_id)
    return select(_marker.id).where(mine).correlate(Thread).exists()


def _readable(words: Any) -> ColumnElement[str]:
    return case((and_(Hidden.id.is_(None), Comment.withdrawn_at.is_(None)), words), else_="")


def _comment_columns() -> tuple[Any, ...]:
    return (
        Comment.id,
        Comment.thread_id,
        Comment.author_id,
        Person.name,
        Person.public_id,
        Person.confirmation,
        district_of(Thread.policy_id, Comment.author_id).label("district"),
        Comment.author_role,
        Comment.speaks_for,
        _readable(Comment.body).label("body"),
        Comment.posted_at,
        Comment.edited_at,
        Comment.withdrawn_at,
        Comment.held_until,
        Comment.prompt,
        Comment.about_id,
        Comment.moved_from_id,
        Comment.moved_at,
        Hidden.action_id,
        Hidden.rule,
        Hidden.reason,
        Hidden.by_role,
        Hidden.hidden_at,
        Hidden.ground,
        Hidden.removed_at,
    )


def comment_view(row: Any) -> CommentView:
    """A row of ``select_comments`` or ``select_threads``."""
    marker = None
    if row.action_id is not None:
        marker = Marker(
            row.action_id,
            row.rule,
            row.reason,
            row.by_role,
            row.hidden_at,
            row.ground,
            row.removed_at,
        )
    by = byline(row.name, row.public_id, row.author_role, row.speaks_for, row.district)
    return CommentView(
        id=row.id,
        thread_id=row.thread_id,
        author_id=row.author_id,
        author_name=by.name,
        author_public_id=by.public_id,
        author_role=by.role,
        speaks_for=by.speaks_for,
        body=row.body,
        posted_at=row.posted_at,
        edited_at=row.edited_at,
        is_waiting=not is_shown_to_others(Confirmation(row.confirmation)),
        marker=marker,
        withdrawn_at=row.withdrawn_at,
        held_until=row.held_until,
        prompt=row.prompt,
        about=row.about_id,
        moved_from=row.moved_from_id,
        moved_at=row.moved_at,
    )


def thread_view(row: Any, head: dict[str, Clause]) -> ThreadView:
    """A row of ``select_threads``; ``head`` holds the clauses of the current text by id."""
    clause = head.get(row.clause or "")
    return ThreadView(
        id=row.thread_id,
        policy_id=row.policy_id,
        clause=row.clause,
        label=clause.label if clause else "",
        kind=row.kind,
        title=row.title,
        quote=row.quote,
        opened_on=row.opened_on,
        # The mark is written a moment after the save; the page need not wait for it.
        is_on_earlier_wording=row.clause is not None and clause is None,
        has_changed=clause is not None and clause.hash != row.quote_hash,
        is_closed=row.closed_at is not None,
        replies=row.replies,
        subject_id=row.subject_id,
        first=comment_view(row),
        is_locked=row.locked_at is not None,
        joined_into=row.joined_into_id,
        moved_from=row.came_from,
        moved_at=row.replaced_at,
        is_answered=row.answered_at is not None,
        is_subject_hidden=row.is_subject_hidden,
    )
