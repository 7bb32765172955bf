"""What a person has sent and what came of it; what waits for an officer's answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.access.actor import Actor
from app.access.acts import Act
from app.access.grants import may
from app.accounts.models import Person
from app.database import db
from app.policies.models import Policy, PolicyMember
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.queries.shown import contributions_seen_by, select_contributions, views
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State

PAGE_SIZE = 20
SHOWN = 5


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to one's own contribution; ``outcome`` is "" without an answer."""

    slug: str
    title: str
    language: str
    number: int
    kind: str
    state: str
    fit: str
    superseded_by: int | None
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A draft on which an officer works: how many contributions wait there, since when."""

    policy: Policy
    count: int
    oldest_at: datetime


def list_own(
    actor: Actor, *, page: int = 0, size: int = PAGE_SIZE
) -> tuple[list[tuple[Policy, ContributionView]], bool]:
    """What ``actor`` sent, the newest news first, and whether there is a further page."""
    query = (
        select_contributions(actor)
        .where(Contribution.author_id == actor.person_id)
        .order_by(
            func.coalesce(Contribution.news_at, Contribution.sent_at).desc(),
            Contribution.id.desc(),
        )
        .offset(page * size)
        .limit(size + 1)
    )
    rows = db.session.execute(query).all()
    found = views(rows[:size], actor)
    ids = {view.policy_id for view in found}
    policies = {one.id: one for one in db.session.scalars(select(Policy).where(Policy.id.in_(ids)))}
    return [(policies[view.policy_id], view) for view in found], len(rows) > size


def list_news(actor: Actor, *, size: int = SHOWN) -> Sequence[News]:
    """What happened to the contributions of ``actor`` and was not looked at, the newest first."""
    last = select(func.max(Answer.id)).where(Answer.contribution_id == Contribution.id)
    outcome = select(Answer.outcome).where(
        Answer.id == last.correlate(Contribution).scalar_subquery()
    )
    query = (
        select(
            Policy.slug,
            Policy.title,
            Policy.language,
            Contribution.number,
            Contribution.kind,
            Contribution.state,
            Contribution.fit,
            Contribution.superseded_by,
            func.coalesce(outcome.correlate(Contribution).scalar_subquery(), ""),
            Contribution.news_at,
        )
        .join(Policy, Policy.id == Contribution.policy_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(
            Contribution.author_id == actor.person_id,
            Contribution.state != State.WITHDRAWN,
            _has_news(),
            contributions_seen_by(actor),
        )
        .order_by(Contribution.news_at.desc())
        .limit(size)
    )
    return [News(*row) for row in db.session.execute(query)]


def _has_news() -> ColumnElement[bool]:
    return or_(
        Contribution.seen_at < Contribution.news_at,
        Contribution.seen_at.is_(None) & Contribution.news_at.is_not(None),
    )


def list_unanswered(actor: Actor, *, size: int = SHOWN) -> Sequence[Unanswered]:
    """Drafts on which ``actor`` answers and somebody waits: those that close first, then those
    where somebody waits longest."""
    if not may(actor, Act.ANSWER):
        return ()
    named = exists().where(PolicyMember.policy_id == Policy.id, PolicyMember.person_id == actor.id)
    # Asked apart: in one, SQLite would begin with all contributions there are.
    theirs = db.session.scalars(select(Policy.id).where(or_(Policy.owner_id == actor.id, named)))
    has_draft = exists().where(AnswerDraft.contribution_id == Contribution.id)
    query = (
        select(Policy, func.count(), func.min(Contribution.sent_at).label("oldest"))
        .join(Contribution, Contribution.policy_id == Policy.id)
        .join(Person, Person.id == Contribution.author_id)
        .where(
            Contribution.policy_id.in_(theirs.all()),
            Contribution.state == State.OPEN,
            Contribution.is_owed.is_(True),
            ~has_draft,
            contributions_seen_by(actor),
        )
        .group_by(Policy.id)
        .order_by(Policy.closes_at.is_(None), Policy.closes_at, "oldest")
        .limit(size)
    )
    return [Unanswered(policy, count, at) for policy, count, at in db.session.execute(query)]
