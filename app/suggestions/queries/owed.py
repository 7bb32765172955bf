"""How many answers a policy owes, how many are written, and which are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.database import db
from app.suggestions.models import AnswerDraft, Contribution
from app.suggestions.queries.hiding import is_hidden_contribution
from app.suggestions.rules import CHANGES_TEXT, State

NAMED = 20  # numbers of missing ones that a sentence holds


@dataclass(frozen=True, slots=True)
class Owed:
    """The answers that a policy owes: ``owed`` = ``published`` + ``drafted`` + ``missing``.

    ``drafted`` ones are whole and wait for publication. ``unpublished`` counts every contribution
    with a whole draft, those owed to nobody (late, from somebody with a seat) and further answers
    included: what a publication would bring. ``hidden`` of the owed ones are answered privately.
    ``withdrawn``, ``replaced`` and ``late`` ones are counted apart and owed nothing.
    """

    owed: int
    drafted: int
    published: int
    missing: int
    first_missing: tuple[int, ...]
    unpublished: int
    hidden: int
    withdrawn: int
    replaced: int
    late: int


def count_owed(policy_id: int) -> Owed:
    """The counts of one policy: one SELECT over its contributions, one for the missing numbers."""
    drafts = drafts_of(policy_id)
    counted = db.session.execute(_counts(policy_id, drafts)).one()
    missing = counted.owed - counted.published - counted.drafted
    return Owed(
        owed=counted.owed,
        drafted=counted.drafted,
        published=counted.published,
        missing=missing,
        first_missing=list_missing(policy_id, drafts) if missing else (),
        unpublished=counted.unpublished,
        hidden=counted.hidden,
        withdrawn=counted.withdrawn,
        replaced=counted.replaced,
        late=counted.late,
    )


def list_missing(policy_id: int, drafts: Subquery, size: int = NAMED) -> tuple[int, ...]:
    """The first numbers of owed contributions without an answer or a whole draft."""
    query = (
        select(Contribution.number)
        .outerjoin(drafts, drafts.c.contribution_id == Contribution.id)
        .where(
            Contribution.policy_id == policy_id,
            Contribution.is_owed.is_(True),
            Contribution.state == State.OPEN,
            ~has_whole_draft(drafts),
        )
        .order_by(Contribution.number)
        .limit(size)
    )
    return tuple(db.session.scalars(query))


def drafts_of(policy_id: int) -> Subquery:
    """By contribution_id: of how many of its points a draft ``is_ready``. A draft that says
    "adopted" while the text is not written yet names no version, and so is not ready."""
    is_ready = or_(AnswerDraft.outcome.not_in(CHANGES_TEXT), AnswerDraft.revision.is_not(None))
    return (
        select(
            AnswerDraft.contribution_id,
            func.sum(case((is_ready, 1), else_=0)).label("ready"),
        )
        .where(AnswerDraft.policy_id == policy_id)
        .group_by(AnswerDraft.contribution_id)
        .subquery()
    )


def has_whole_draft(drafts: Subquery) -> ColumnElement[bool]:
    """SQL over Contribution and the joined ``drafts_of``: whether each point has its draft; to an
    answered one a further answer needs no more than itself."""
    points = case(
        (Contribution.state == State.ANSWERED, 1), (Contribution.parts > 0, Contribution.parts)
    )
    return func.coalesce(drafts.c.ready, 0) >= func.coalesce(points, 1)


def hidden_ids(policy_id: int) -> Select[int]:
    """The ids of contributions whose words are hidden, found from the few hidden texts."""
    hidden = aliased(Contribution, name="hidden_one")
    # The sum keeps SQLite from beginning with all contributions of the policy.
    of_policy = hidden.policy_id + 0 == policy_id
    return select(hidden.id).where(is_hidden_contribution(hidden.id), of_policy)


def _counts(policy_id: int, drafts: Subquery) -> Select[*tuple[Any, ...]]:
    counts = Contribution.state.in_((State.OPEN, State.ANSWERED))
    owed = and_(Contribution.is_owed.is_(True), counts)
    whole = has_whole_draft(drafts)
    return (
        select(
            _count(owed).label("owed"),
            _count(and_(owed, Contribution.state == State.ANSWERED)).label("published"),
            _count(and_(owed, Contribution.state == State.OPEN, whole)).label("drafted"),
            _count(and_(counts, whole)).label("unpublished"),
            _count(and_(owed, Contribution.id.in_(hidden_ids(policy_id)))).label("hidden"),
            _count(Contribution.state == State.WITHDRAWN).label("withdrawn"),
            _count(Contribution.state == State.REPLACED).label("replaced"),
            _count(and_(counts, Contribution.is_late.is_(True))).label("late"),
        )
        .select_from(Contribution)
        .outerjoin(drafts, drafts.c.contribution_id == Contribution.id)
        .where(Contribution.policy_id == policy_id)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
