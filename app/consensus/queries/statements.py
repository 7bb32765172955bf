"""What people can take positions on: clauses of the head and suggestions that everybody reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.access.actor import VISITOR, Actor
from app.accounts.models import Person
from app.consensus.rules.listed import is_listed
from app.consensus.rules.wording import (
    of_clause,
    of_suggestion,
    read_statement,
    wording_of,
    wording_of_changes,
)
from app.database import db
from app.errors import NotFound
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import find_gone, first_number
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from app.suggestions.queries.hiding import is_hidden_contribution
from app.suggestions.queries.shown import (
    contributions_seen_by,
    get_contribution,
    select_contributions,
    views,
)
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import Kind, State
from app.text.labels import spoken
from app.text.outline import Clause

GONE = N_("This article is no longer in the draft, so nobody is asked about it any more.")
ANSWERED = N_("This suggestion was answered or replaced, so nobody is asked about it any more.")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in its present wording: ``clause`` or ``suggestion``, the other is None.

    ``number`` is the revision that the words are of; ``closed`` says why nobody takes a position
    on it any more, "" while people do.
    """

    name: str
    wording: str
    number: int
    label: str
    clause: Clause | None = None
    suggestion: ContributionView | None = None
    closed: str = ""


def get_statement(policy: Policy, name: str, actor: Actor) -> Statement:
    """The statement as it is now; NotFound for a bare heading and for what others do not read."""
    ident, number = read_statement(name)
    if ident:
        return _article(policy, ident, actor)
    view = get_contribution(policy.slug, number, actor)
    if not is_statement(view):
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return _suggested(view)


def is_statement(view: ContributionView) -> bool:
    """Whether it is a suggestion whose words everybody reads who reads the draft."""
    is_shown = view.marker is None and not view.is_withdrawn
    return view.is_suggestion and is_shown and view.held_until is None and not view.is_waiting


def wording_of_view(view: ContributionView) -> str:
    """Which words of a suggestion a position is bound to."""
    return wording_of_changes(
        (change.kind, change.clause or change.place or "", change.after) for change in view.changes
    )


def list_wordings(policy: Policy) -> dict[str, str]:
    """By statement its present wording: the clauses of the head, and the open suggestions that a
    visitor reads. Slow for a long law; the worker asks, not a page."""
    head = get_version(policy.id, policy.head_number)
    found = {
        of_clause(clause.id): wording_of(clause) for clause in head.outline if is_listed(clause)
    }
    return found | {of_suggestion(view.number): wording_of_view(view) for view in _open(policy)}


def list_shown(policy: Policy) -> frozenset[str]:
    """The suggestions, answered ones too, whose words a visitor reads, as names of statements."""
    query = (
        select(Contribution.number)
        .join(Policy, Policy.id == Contribution.policy_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(
            Contribution.policy_id == policy.id,
            Contribution.kind == Kind.SUGGESTION,
            Contribution.state != State.WITHDRAWN,
            contributions_seen_by(VISITOR),
            ~is_hidden_contribution(),
        )
    )
    return frozenset(map(of_suggestion, db.session.scalars(query)))


def _open(policy: Policy) -> Iterator[ContributionView]:
    query = select_contributions(VISITOR).where(
        Contribution.policy_id == policy.id,
        Contribution.kind == Kind.SUGGESTION,
        Contribution.state == State.OPEN,
    )
    return filter(is_statement, views(db.session.execute(query).all(), VISITOR))


def _article(policy: Policy, ident: str, actor: Actor) -> Statement:
    version, closed = get_version(policy.id, policy.head_number), ""
    if version.clause(ident) is None:
        gone = find_gone(policy.id, ident)
        if gone is None or gone.last_number < first_number(policy, actor):
            raise NotFound(N_("There is no such article in this draft."))
        version, closed = get_version(policy.id, gone.last_number), GONE
    clause = version.clause(ident)
    if clause is None or not is_listed(clause):
        raise NotFound(N_("There is no such article in this draft."))
    return Statement(
        of_clause(ident),
        wording_of(clause),
        version.number,
        spoken(clause.label),
        clause=clause,
        closed=closed,
    )


def _suggested(view: ContributionView) -> Statement:
    return Statement(
        of_suggestion(view.number),
        wording_of_view(view),
        view.base,
        view.label,
        suggestion=view,
        closed="" if view.state == State.OPEN else ANSWERED,
    )
