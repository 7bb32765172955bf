"""What became of a contribution: its answer with the articles as they read now, who may answer it,
and which suggestions a version draws on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import case, exists, or_, select

from app.access.actor import VISITOR, Actor
from app.access.acts import Act
from app.access.grants import may
from app.accounts.models import Person
from app.database import db
from app.discussions.rules import enough_confirmation
from app.policies.authorship import Span, as_read_spans, who_wrote
from app.policies.models import Policy, RevisionCredit, district_of
from app.policies.phases import CLOSED_SENTENCES, allows
from app.policies.queries import facts, first_number, get_policy_by_id, is_insider
from app.policies.seats import byline
from app.policies.versions import get_version
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.shown import (
    SUGGESTION,
    contributions_seen_by,
    select_contributions,
    views,
)
from app.suggestions.queries.views import AnswerView, ContributionView
from app.suggestions.rules import Kind, State
from app.text.compare import ClauseChange, compare
from app.text.outline import Clause
from app.visibility import is_hidden

MOST_SHOWN = 5  # articles under one answer; a rewritten draft may change hundreds
MOST_OTHERS = 30


@dataclass(frozen=True, slots=True)
class ArticleNow:
    """An article that an answer names: how it reads now, or last read when it ``is_gone``.

    ``has_changed`` since the version of the answer.
    """

    id: str
    label: str
    spans: Sequence[Span]
    is_gone: bool
    has_changed: bool


@dataclass(frozen=True, slots=True)
class AnsweredView:
    """Beside the answers: the last that changed the text, and what it changed.

    ``change`` is the number of the row in the comparison with the version before, 0 when that may
    not be read; ``left_out`` counts the articles that are not shown.
    """

    answer: AnswerView
    revision: int
    articles: tuple[ArticleNow, ...]
    left_out: int
    change: int


@dataclass(frozen=True, slots=True)
class OfficerView:
    """What an officer of the draft can do here; ``closed`` says why not now, "" when they can.
    ``at_desk``: the answer is written at the desk and published with all others."""

    adopt: bool
    answer: bool
    closed: str
    at_desk: bool = False


@dataclass(frozen=True, slots=True)
class CreditView:
    """A suggestion that a version draws on; its author's ``name`` is "" for who may not see it, and
    where a ``district`` stands in its place."""

    suggestion: int
    name: str
    public_id: str
    role: str
    district: str = ""


def answered_view(view: ContributionView, actor: Actor) -> AnsweredView | None:
    """The articles that the answer changed, as they are now; None where no text was changed."""
    found = [answer for answer in view.answers if answer.revision is not None]
    if not found or found[-1].revision is None:
        return None
    answer, revision = found[-1], found[-1].revision
    policy = get_policy_by_id(view.policy_id, actor)
    first = first_number(policy, actor)
    if revision < first:
        return None
    return AnsweredView(
        answer,
        revision,
        _articles(policy, answer.clauses[:MOST_SHOWN], revision, actor),
        left_out=max(len(answer.clauses) - MOST_SHOWN, 0),
        change=_place(policy.id, revision, answer.clauses) if revision > first else 0,
    )


def _articles(
    policy: Policy, clauses: Collection[str], revision: int, actor: Actor
) -> tuple[ArticleNow, ...]:
    now = {clause.id: clause for clause in get_version(policy.id, policy.head_number).outline}
    then = {clause.id: clause for clause in get_version(policy.id, revision).outline}
    before = {clause.id: clause for clause in get_version(policy.id, revision - 1).outline}
    written = who_wrote(policy, policy.head_number, actor, [c for c in clauses if c in now])
    return tuple(
        _article(clause, now.get(ident), then.get(ident), as_read_spans(written.get(ident, ())))
        for ident in clauses
        if (clause := now.get(ident) or then.get(ident) or before.get(ident)) is not None
    )


def _article(
    shown: Clause, now: Clause | None, then: Clause | None, spans: Sequence[Span]
) -> ArticleNow:
    changed = now is not None and then is not None and now.hash != then.hash
    return ArticleNow(shown.id, shown.label, spans, is_gone=now is None, has_changed=changed)


def _place(policy_id: int, revision: int, clauses: Collection[str]) -> int:
    """The number of the first of these clauses among the changes that the comparison shows."""
    before, after = (get_version(policy_id, number).outline for number in (revision - 1, revision))
    rows = compare(before, after).rows
    changed = [row.id for row in rows if row.change != {ClauseChange.UNCHANGED}]
    return next((nth for nth, ident in enumerate(changed, start=1) if ident in clauses), 1)


def officer_view(view: ContributionView, actor: Actor) -> OfficerView | None:
    """What ``actor`` is offered as an officer; None for everybody who does not answer here."""
    if actor.is_anonymous or view.is_withdrawn:
        return None
    policy = get_policy_by_id(view.policy_id, actor)
    phase, subject = policy.phase_now, replace(facts(policy, actor), author_id=view.author_id)
    at_desk = allows(phase, Act.PREPARE_ANSWERS)
    act = Act.PREPARE_ANSWERS if at_desk else Act.ANSWER
    if not may(actor, act, subject):
        return None
    if not allows(phase, act):
        return OfficerView(adopt=False, answer=False, closed=CLOSED_SENTENCES[act])
    takes_words = view.is_suggestion and view.state == State.OPEN and view.marker is None
    can_save = may(actor, Act.EDIT_POLICY, subject) and allows(phase, Act.EDIT_POLICY)
    adopt = takes_words and bool(can_save)
    return OfficerView(adopt=adopt, answer=True, closed="", at_desk=at_desk)


def list_same_place(view: ContributionView, actor: Actor) -> list[ContributionView]:
    """Other open suggestions that change the same articles or the same place, oldest first."""
    touched = {change.clause or change.place for change in view.changes}
    places = [place for place in {*touched, view.clause, view.after} if place]
    if not places:
        return []
    changes_there = exists().where(
        SuggestedChange.contribution_id == Contribution.id,
        or_(SuggestedChange.clause.in_(places), SuggestedChange.after.in_(places)),
    )
    query = (
        select_contributions(actor)
        .where(
            Contribution.policy_id == view.policy_id,
            Contribution.kind == Kind.SUGGESTION,
            Contribution.state == State.OPEN,
            Contribution.id != view.id,
            changes_there,
        )
        .order_by(Contribution.number)
        .limit(MOST_OTHERS)
    )
    found = views(db.session.execute(query).all(), actor)
    return [one for one in found if one.marker is None]


def list_credits(
    policy: Policy, numbers: Collection[int], actor: Actor
) -> dict[int, list[CreditView]]:
    """By revision number: the suggestions it draws on, with the names that everybody of the
    standing of ``actor`` may read, because they share these pages."""
    reader = actor if is_insider(policy, actor) else VISITOR
    shown = (
        select(
            Contribution.number,
            Person.name,
            case((Contribution.channel == "", Person.public_id), else_="").label("public_id"),
            district_of(Contribution.policy_id, Contribution.author_id).label("district"),
        )
        .join(Person, Person.id == Contribution.author_id)
        .join(Policy, Policy.id == Contribution.policy_id)
        .where(
            Contribution.policy_id == policy.id,
            contributions_seen_by(reader),
            or_(Person.confirmation.in_(enough_confirmation()), Contribution.channel != ""),
            Contribution.held_until.is_(None),
            Contribution.state != State.WITHDRAWN,
            ~is_hidden(SUGGESTION, Contribution.id),
        )
        .subquery()
    )
    query = (
        select(RevisionCredit.number, RevisionCredit.suggestion, RevisionCredit.role, shown)
        .outerjoin(shown, shown.c.number == RevisionCredit.suggestion)
        .where(RevisionCredit.policy_id == policy.id, RevisionCredit.number.in_(numbers))
        .order_by(RevisionCredit.number, RevisionCredit.suggestion)
    )
    found: dict[int, list[CreditView]] = {}
    for number, suggestion, role, _, name, public_id, district in db.session.execute(query):
        by = byline(name or "", public_id or "", role, "", district)
        credit = CreditView(suggestion, by.name, by.public_id, role, by.speaks_for)
        found.setdefault(number, []).append(credit)
    return found
