"""The beginnings of many words at once, for lists of what was chosen; at most six SELECTs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Comment
from app.discussions.queries.shown import comment_view, select_comments
from app.moderation.queries.places import Place
from app.moderation.queries.reports import list_first_changes
from app.moderation.rules import Kind
from app.policies.models import Policy, PolicyMember, Revision
from app.policies.queries import seen_by
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import select_contributions
from app.visibility import Hidden, hides, is_open_history

Key = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``words`` is "" for what is hidden; ``author`` whose words they are."""

    place: Place
    words: str
    author: str
    is_hidden: bool = False


def list_excerpts(keys: Iterable[Key], actor: Actor) -> dict[Key, Excerpt]:
    """By kind and id, what ``actor`` sees of each; what is absent or taken back is left out."""
    wanted: dict[Kind, list[int]] = {}
    for kind, ident in keys:
        wanted.setdefault(kind, []).append(ident)
    found: dict[Key, Excerpt] = {}
    for kind, listing in _LIST.items():
        if kind in wanted:
            found.update(listing(wanted[kind], actor))
    return found


def _comments(ids: Sequence[int], actor: Actor) -> dict[Key, Excerpt]:
    query = select_comments(actor).where(Comment.id.in_(ids), Comment.withdrawn_at.is_(None))
    query = query.add_columns(Policy.slug, Policy.title.label("draft"), Policy.language)
    found: dict[Key, Excerpt] = {}
    for row in db.session.execute(query):
        view = comment_view(row)
        place = Place(
            Kind.COMMENT,
            slug=row.slug,
            title=row.draft,
            language=row.language,
            comment_id=view.id,
            thread_id=view.thread_id,
            is_there=True,
        )
        is_hidden = view.marker is not None
        found[Kind.COMMENT, view.id] = Excerpt(place, view.body, view.author_name, is_hidden)
    return found


def _suggestions(ids: Sequence[int], actor: Actor) -> dict[Key, Excerpt]:
    query = select_contributions(actor).where(
        Contribution.id.in_(ids), Contribution.withdrawn_at.is_(None)
    )
    rows = db.session.execute(query).all()
    readable = [row.Contribution.id for row in rows if row.action_id is None]
    changes = list_first_changes(readable)
    found: dict[Key, Excerpt] = {}
    for row in rows:
        one = row.Contribution
        place = Place(
            Kind.SUGGESTION,
            slug=row.slug,
            title=row.title,
            language=row.language,
            suggestion=one.number,
            is_there=True,
        )
        words = "\n".join(part for part in (changes.get(one.id, ""), row.words) if part)
        is_hidden = row.action_id is not None
        found[Kind.SUGGESTION, one.id] = Excerpt(place, words, row.name, is_hidden)
    return found


def _summaries(ids: Sequence[int], actor: Actor) -> dict[Key, Excerpt]:
    query = (
        select(Revision, Policy, Hidden.id)
        .join(Policy, Policy.id == Revision.policy_id)
        .outerjoin(Hidden, hides(Kind.SUMMARY, Revision.id))
        .where(Revision.id.in_(ids), Revision.summary != "", seen_by(actor))
        .where(is_open_history(Policy, PolicyMember, Revision, actor))
        .options(joinedload(Revision.author))
    )
    found: dict[Key, Excerpt] = {}
    for revision, policy, hidden in db.session.execute(query):
        place = Place(
            Kind.SUMMARY,
            slug=policy.slug,
            title=policy.title,
            language=policy.language,
            revision=revision.number,
            is_there=True,
        )
        words = "" if hidden else revision.summary
        found[Kind.SUMMARY, revision.id] = Excerpt(
            place, words, revision.byline.name, hidden is not None
        )
    return found


def _names(ids: Sequence[int], _actor: Actor) -> dict[Key, Excerpt]:
    query = (
        select(Person.id, Person.name, Hidden.id.label("hidden"))
        .outerjoin(Hidden, hides(Kind.NAME, Person.id))
        .where(Person.id.in_(ids), Person.erased_at.is_(None))
    )
    return {
        (Kind.NAME, row.id): Excerpt(Place(Kind.NAME), row.name, row.name, row.hidden is not None)
        for row in db.session.execute(query)
    }


_LIST = {
    Kind.COMMENT: _comments,
    Kind.SUGGESTION: _suggestions,
    Kind.SUMMARY: _summaries,
    Kind.NAME: _names,
}
