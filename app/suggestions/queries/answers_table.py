"""The table of answers: how many contributions came and what became of them, and each one in turn.

Totals and rows count every number that was given, so that nothing can be left out unseen; words
stand in a row only where the reader may read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.database import db
from app.policies.models import Policy
from app.suggestions.models import Answer, Contribution
from app.suggestions.queries.answer_rows import AnswerRow, list_rows
from app.suggestions.queries.listing import is_about
from app.suggestions.queries.narrowing import is_counted
from app.suggestions.queries.owed import hidden_ids
from app.suggestions.rules import State

PORTION = 500
HIDDEN, LATE, WAITING, NOT_OWED, IN_POINTS = "hidden", "late", "waiting", "not_owed", "in_points"
APART = (State.WITHDRAWN, State.REPLACED, HIDDEN, LATE, WAITING, NOT_OWED, IN_POINTS)


@dataclass(frozen=True, slots=True)
class Totals:
    """Every contribution of a policy once: ``all`` is the sum of the other counts.

    ``by_outcome`` counts by the latest answer; ``in_points`` are answered point by point,
    ``waiting`` are owed an answer, ``not_owed`` came from people who work on the draft and have
    none. Withdrawn, replaced, hidden and late ones (in this order) are counted as that and no more.
    """

    by_outcome: Mapping[str, int]
    in_points: int
    waiting: int
    not_owed: int
    withdrawn: int
    replaced: int
    hidden: int
    late: int

    @property
    def answered(self) -> int:
        return sum(self.by_outcome.values()) + self.in_points

    @property
    def all(self) -> int:
        apart = self.withdrawn + self.replaced + self.hidden + self.late
        return self.answered + self.waiting + self.not_owed + apart


def totals(policy_id: int, *, with_held: bool = False) -> Totals:
    """What became of the contributions of a policy: one SELECT over all of them. Those that wait
    count for the office alone (``with_held``)."""
    query, became = _with_latest(select(), policy_id)
    query = query.where(is_counted(with_held=with_held))
    query = query.add_columns(became.label("became"), func.count()).group_by("became")
    counts: Counter[str] = Counter()
    for name, count in db.session.execute(query):
        counts[name] = count
    apart = {str(name): counts.pop(name, 0) for name in APART}
    return Totals(by_outcome=dict(counts), **apart)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a page of the table is narrowed to; ``became`` is an outcome or one of the other ways
    that ``Totals`` counts, ``clause`` an id. Empty fields narrow nothing."""

    became: str = ""
    clause: str = ""


def iter_rows(policy: Policy, actor: Actor, *, with_drafts: bool = False) -> Iterator[AnswerRow]:
    """Every contribution of the policy by number, read in portions; a contribution may fill
    several rows. ``with_drafts`` is the office's own table: also what waits for publication."""
    after = 0
    while True:
        found = list_numbers(
            policy.id, Narrowed(), after=after, size=PORTION, with_held=with_drafts
        )
        if not found:
            return
        yield from list_rows(policy, found, actor, with_drafts=with_drafts)
        after = found[-1].number


def list_numbers(
    policy_id: int, narrowed: Narrowed, *, after: int, size: int, with_held: bool = False
) -> Sequence[Contribution]:
    """The next contributions by number; their words are not for everybody, see ``list_rows``."""
    query = (
        select(Contribution)
        .where(Contribution.policy_id == policy_id, Contribution.number > after)
        .where(is_counted(with_held=with_held))
        .order_by(Contribution.number)
        .limit(size)
    )
    if narrowed.clause:
        query = query.where(is_about(narrowed.clause))
    if narrowed.became:
        query, became = _with_latest(query, policy_id)
        query = query.where(became == narrowed.became)
    return db.session.scalars(query).all()


def _with_latest(query: Select[Any], policy_id: int) -> tuple[Select[Any], ColumnElement[str]]:
    """The ``query`` over Contribution with its latest answer joined, and SQL for what became of it."""
    answer, latest = aliased(Answer), aliased(Answer)
    last = select(func.max(answer.id)).where(answer.contribution_id == Contribution.id)
    became = case(
        (Contribution.state.in_((State.WITHDRAWN, State.REPLACED)), Contribution.state),
        (Contribution.id.in_(hidden_ids(policy_id)), literal(HIDDEN)),
        (Contribution.is_late.is_(True), literal(LATE)),
        (and_(latest.id.is_not(None), Contribution.parts > 0), literal(IN_POINTS)),
        (latest.id.is_not(None), latest.outcome),
        (Contribution.is_owed.is_(True), literal(WAITING)),
        else_=literal(NOT_OWED),
    )
    joined = (
        query.select_from(Contribution)
        .outerjoin(latest, latest.id == last.correlate(Contribution).scalar_subquery())
        .where(Contribution.policy_id == policy_id)
    )
    return joined, became
