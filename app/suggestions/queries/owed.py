"""How many answers a policy owes, how many are written, and which are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
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
    kinds = db.session.execute(_kinds(policy_id)).all()
    alive = [kind for kind in kinds if kind.state in (State.OPEN, State.ANSWERED)]
    owed = [kind for kind in alive if kind.is_owed]
    waiting = [kind for kind in owed if kind.state == State.OPEN]
    missing = _sum(kind for kind in waiting if not kind.is_whole)
    return Owed(
        owed=_sum(owed),
        drafted=_sum(waiting) - missing,
        published=_sum(owed) - _sum(waiting),
        missing=missing,
        first_missing=list_missing(policy_id) if missing else (),
        unpublished=_sum(kind for kind in alive if kind.is_whole),
        hidden=_sum(kind for kind in owed if kind.is_hidden),
        withdrawn=_sum(kind for kind in kinds if kind.state == State.WITHDRAWN),
        replaced=_sum(kind for kind in kinds if kind.state == State.REPLACED),
        late=_sum(kind for kind in alive if kind.is_late),
    )


def _sum(kinds: Iterable[Any]) -> int:
    return sum(kind.how_many for kind in kinds)


def list_missing(policy_id: int, size: int = NAMED) -> tuple[int, ...]:
    """The first numbers of owed contributions without an answer or a whole draft."""
    query = (
        select(Contribution.number)
        .where(
            Contribution.policy_id == policy_id,
            Contribution.is_owed.is_(True),
            Contribution.state == State.OPEN,
            ~has_whole_draft(),
        )
        .order_by(Contribution.number)
        .limit(size)
    )
    return tuple(db.session.scalars(query))


def has_whole_draft() -> ColumnElement[bool]:
    """SQL over Contribution: whether each point has its draft; to an answered one a further answer
    needs no more than itself. A draft that says "adopted" while the text is not written yet names
    no version, and so is not ready.

    A look into the key of the drafts for each row: of 100,000 it is read for those alone that a
    page shows, and put together for nobody.
    """
    is_ready = or_(AnswerDraft.outcome.not_in(CHANGES_TEXT), AnswerDraft.revision.is_not(None))
    ready = (
        select(func.count())
        .select_from(AnswerDraft)
        .where(AnswerDraft.contribution_id == Contribution.id, is_ready)
        .correlate(Contribution)
        .scalar_subquery()
    )
    is_whole = and_(Contribution.parts > 0, Contribution.state != State.ANSWERED)
    return ready >= case((is_whole, Contribution.parts), else_=1)


def hidden_ids(policy_id: int) -> Select[int]:
    """The ids of contributions whose words are hidden, found from the few hidden texts."""
    hidden = aliased(Contribution, name="hidden_one")
    # The sum keeps SQLite from beginning with all contributions of the policy.
    of_policy = hidden.policy_id + 0 == policy_id
    return select(hidden.id).where(is_hidden_contribution(hidden.id), of_policy)


def _kinds(policy_id: int) -> Select[*tuple[Any, ...]]:
    """How many contributions there are of each kind that the counts are made of; a few rows."""
    columns = (Contribution.state, Contribution.is_owed, Contribution.is_late)
    query = select(
        *columns,
        has_whole_draft().label("is_whole"),
        Contribution.id.in_(hidden_ids(policy_id)).label("is_hidden"),
        func.count().label("how_many"),
    )
    # By name: PostgreSQL takes the same expression with other parameters for another one.
    return query.where(Contribution.policy_id == policy_id).group_by(
        *columns, "is_whole", "is_hidden"
    )
