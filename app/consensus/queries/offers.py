"""What a page offers its reader to say about an article or the suggestions on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import may
from app.consensus.models import Position
from app.consensus.queries.positions import find_own_reading, list_own
from app.consensus.queries.statements import is_statement, wording_of_view
from app.consensus.rules.listed import is_listed
from app.consensus.rules.wording import of_clause, of_suggestion, wording_of
from app.policies.models import Policy
from app.policies.phases import allows
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State
from app.text.outline import Clause


@dataclass(frozen=True, slots=True)
class Own:
    """What the reader said; ``is_fresh``: of the words as they are now."""

    choice: str
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class ArticleOffer:
    """Whether positions are taken and readings said now, to visitors after signing in; ``own`` and
    ``reading`` (choice "read") are what the reader said."""

    is_open: bool = False
    own: Own | None = None
    reading: Own | None = None


@dataclass(frozen=True, slots=True)
class CardsOffer:
    """The numbers of the suggestions that the reader is ``asked`` about, and what they said."""

    asked: frozenset[int] = frozenset()
    own: Mapping[int, Own] = field(default_factory=dict)


def offer_on_article(policy: Policy, clause: Clause, actor: Actor) -> ArticleOffer:
    """For the page of a clause of the head."""
    if not (is_listed(clause) and _is_open(policy, actor)):
        return ArticleOffer()
    wording, name = wording_of(clause), of_clause(clause.id)
    reading = find_own_reading(policy.id, clause.id, actor)
    return ArticleOffer(
        is_open=True,
        own=_own(list_own(policy.id, (name,), actor).get(name), wording),
        reading=Own("read", reading.wording == wording) if reading else None,
    )


def offer_on_cards(policy: Policy, views: Iterable[ContributionView], actor: Actor) -> CardsOffer:
    """For cards of contributions; one SELECT for somebody who is signed in."""
    if not _is_open(policy, actor):
        return CardsOffer()
    asked = {
        of_suggestion(view.number): view
        for view in views
        if is_statement(view) and view.state == State.OPEN and view.author_id != actor.id
    }
    found = list_own(policy.id, asked.keys(), actor)
    own = {
        asked[name].number: Own(one.choice, one.wording == wording_of_view(asked[name]))
        for name, one in found.items()
    }
    return CardsOffer(frozenset(view.number for view in asked.values()), own)


def _is_open(policy: Policy, actor: Actor) -> bool:
    """Whether positions are taken in this phase, and not refused to who is signed in."""
    is_refused = not actor.is_anonymous and not may(actor, Act.TAKE_POSITION)
    return allows(policy.phase_now, Act.TAKE_POSITION) and not is_refused


def _own(position: Position | None, wording: str) -> Own | None:
    return Own(position.choice, position.wording == wording) if position else None
