"""Suggestions, and words that came on paper, as the search index takes them in, whoever may find
them later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from app.access.actor import VISITOR, Actor
from app.accounts.models import Person
from app.database import db
from app.discussions.rules import enough_confirmation
from app.policies.models import Policy
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.shown import (
    SUGGESTION,
    contributions_seen_by,
    select_contributions,
    views,
)
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import Kind, State
from app.text.as_read import as_read
from app.visibility import Hidden, is_hidden


@dataclass(frozen=True, slots=True)
class SearchableSuggestion:
    """A suggestion, or something else that has no thread, that others may read.

    ``words`` are its reason and its new words. ``is_public``: visitors read it too, so the draft
    was public when it was sent.
    """

    policy_id: int
    number: int
    is_suggestion: bool
    clause: str | None
    words: str
    sent_at: datetime
    is_public: bool


def list_suggestions_for_search(
    policy_id: int, numbers: Collection[int] | None = None
) -> Sequence[SearchableSuggestion]:
    """Those of one policy, by number; all of them when ``numbers`` is None. Two SELECTs."""
    query = (
        select(Contribution, contributions_seen_by(VISITOR))
        .join(Policy, Policy.id == Contribution.policy_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(
            Contribution.policy_id == policy_id,
            _has_no_thread(),
            Contribution.state != State.WITHDRAWN,
            or_(Person.confirmation.in_(enough_confirmation()), Contribution.channel != ""),
            Contribution.held_until.is_(None),
            ~is_hidden(SUGGESTION, Contribution.id),
        )
        .order_by(Contribution.number)
    )
    if numbers is not None:
        query = query.where(Contribution.number.in_(numbers))
    rows = db.session.execute(query).all()
    words = _new_words([one.id for one, _ in rows])
    return [
        SearchableSuggestion(
            one.policy_id,
            one.number,
            one.kind == Kind.SUGGESTION,
            one.clause or one.after,
            "\n\n".join((one.reason, *words.get(one.id, ()))),
            one.sent_at,
            is_public,
        )
        for one, is_public in rows
    ]


def list_newest_suggestions(limit: int) -> Sequence[tuple[int, int]]:
    """Policy and number of the newest suggestions of all policies."""
    query = select(Contribution.policy_id, Contribution.number).where(_has_no_thread())
    rows = db.session.execute(query.order_by(Contribution.id.desc()).limit(limit))
    return [(policy_id, number) for policy_id, number in rows]


def list_suggestions_of_people(public_ids: Collection[str]) -> Sequence[tuple[int, int]]:
    """Policy and number of what these people suggested."""
    query = (
        select(Contribution.policy_id, Contribution.number)
        .join(Person, Person.id == Contribution.author_id)
        .where(_has_no_thread(), Person.public_id.in_(public_ids))
    )
    return [(policy_id, number) for policy_id, number in db.session.execute(query)]


def find_suggestions(
    wanted: Iterable[tuple[int, int]], actor: Actor
) -> dict[tuple[int, int], ContributionView]:
    """Those that ``actor`` can read, by policy and number; hidden and withdrawn ones left out."""
    query = select_contributions(actor).where(
        tuple_(Contribution.policy_id, Contribution.number).in_(wanted),
        _has_no_thread(),
        Contribution.state != State.WITHDRAWN,
        Hidden.id.is_(None),
    )
    found = views(db.session.execute(query).all(), actor)
    return {(view.policy_id, view.number): view for view in found}


def _has_no_thread() -> ColumnElement[bool]:
    """SQL: its words are its own; those of a thread are found as comments."""
    own = and_(Contribution.thread_id.is_(None), Contribution.comment_id.is_(None))
    return or_(Contribution.kind == Kind.SUGGESTION, own)


def _new_words(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = (
        select(SuggestedChange.contribution_id, SuggestedChange.text)
        .where(SuggestedChange.contribution_id.in_(ids), SuggestedChange.text != "")
        .order_by(SuggestedChange.contribution_id, SuggestedChange.position)
    )
    for contribution_id, text in db.session.execute(query) if ids else ():
        found.setdefault(contribution_id, []).append(as_read(text))
    return found
