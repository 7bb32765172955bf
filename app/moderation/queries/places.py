"""Where the things stand that somebody acted on, and whether a reader may know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, literal, or_
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.accounts.models import Person
from app.discussions.models import Comment, Thread
from app.discussions.queries import is_released, talk_seen_by
from app.discussions.queries.shown import are_confirmed
from app.moderation.rules import Kind
from app.policies.models import Policy, PolicyMember, Revision
from app.policies.queries import seen_by, written_by
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import contributions_seen_by, is_since_public
from app.visibility import is_open_history

AnySelect = Select[*tuple[Any, ...]]
# Names and persons stand on no policy; of a whole policy it is enough that the reader sees it.
_OF_REVISIONS = (Kind.SUMMARY, Kind.REVISION)
_OF_NO_MOMENT = (Kind.NAME, Kind.PERSON, Kind.POLICY)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing stands. ``slug`` "" when it stands on no policy, or on none that the reader
    may see; ``is_there`` False when its page has nothing to show to the reader."""

    kind: str
    policy_id: int | None = None
    slug: str = ""
    title: str = ""
    language: str = ""
    comment_id: int | None = None
    thread_id: int | None = None
    revision: int | None = None
    suggestion: int | None = None
    is_there: bool = False


def place_columns(about: Any, actor: Actor) -> tuple[Any, ...]:
    """What ``read_place`` reads, of a row with ``kind``, ``object_id`` and ``policy_id``; the last
    is whether ``actor`` may know of it. The query passes ``with_places`` besides."""
    return (
        about.kind.label("place_kind"),
        about.policy_id.label("place_policy"),
        Policy.slug,
        Policy.title,
        Policy.language,
        Comment.id.label("place_comment"),
        Thread.id.label("place_thread"),
        Revision.number.label("place_revision"),
        Contribution.number.label("place_suggestion"),
        _is_there(about, actor).label("is_there"),
        is_known(about, actor).label("is_known"),
    )


def is_writer(about: Any, actor: Actor) -> ColumnElement[bool]:
    """SQL, after ``with_places``: whether ``actor`` writes the draft that it stands on, so that
    what is said of it is their own matter; of a change of the text, whether words of theirs went
    into that text."""
    named = exists().where(
        PolicyMember.policy_id == Policy.id,
        PolicyMember.person_id == actor.id,
        PolicyMember.edits,
    )
    of_text = and_(about.kind == Kind.REVISION, written_by(about.policy_id, actor))
    return func.coalesce(or_(Policy.owner_id == actor.id, named, of_text), False)


def with_places(query: AnySelect, about: Any) -> AnySelect:
    """The query over ``about`` joined with all that it may be about."""
    thread = case((about.kind == Kind.THREAD, about.object_id), else_=Comment.thread_id)
    suggested = and_(about.kind == Kind.SUGGESTION, Contribution.id == about.object_id)
    author = func.coalesce(Comment.author_id, Contribution.author_id)
    return (
        query.outerjoin(Policy, Policy.id == about.policy_id)
        .outerjoin(Comment, and_(about.kind == Kind.COMMENT, Comment.id == about.object_id))
        .outerjoin(Thread, Thread.id == thread)
        .outerjoin(Revision, and_(about.kind.in_(_OF_REVISIONS), Revision.id == about.object_id))
        .outerjoin(Contribution, suggested)
        .outerjoin(Person, Person.id == author)
    )


def is_known(about: Any, actor: Actor) -> ColumnElement[bool]:
    """SQL, after ``with_places``: whether ``actor`` could read the thing if it were not hidden."""
    readable = is_open_history(Policy, PolicyMember, Revision, actor)
    on_policy = and_(
        seen_by(actor),
        or_(
            about.kind.in_(_OF_NO_MOMENT),
            talk_seen_by(actor),
            readable,
            is_since_public(actor),
        ),
    )
    return or_(about.policy_id.is_(None), on_policy)


def _is_there(about: Any, actor: Actor) -> ColumnElement[bool]:
    """Words that wait, or of people who are not confirmed, are on no page yet."""
    released = is_released(Thread.held_until, Thread.opened_by_id, actor)
    return case(
        (about.kind == Kind.COMMENT, are_confirmed(actor)),
        (about.kind == Kind.SUGGESTION, contributions_seen_by(actor)),
        (about.kind == Kind.THREAD, released),
        else_=literal(True),
    )


def read_place(columns: Sequence[Any]) -> Place:
    """The place out of the values of ``place_columns``; empty where the reader may not know it."""
    kind, policy_id, *rest, is_there, is_known_ = columns
    if not is_known_:
        return Place(kind)
    slug, title, language, comment_id, thread_id, revision, suggestion = rest
    return Place(
        kind,
        policy_id,
        slug or "",
        title or "",
        language or "",
        comment_id,
        thread_id,
        revision,
        suggestion,
        bool(is_there),
    )
