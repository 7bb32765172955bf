"""What a consultation report holds: when and how people were asked, what they sent, what followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.consultations.models import ConsultationCall, DepartmentOpinion, Meeting
from app.consultations.queries.beside import list_departments, list_meetings
from app.consultations.queries.calls import list_rounds
from app.consultations.queries.sources import SourcedChange, consulted_number, list_changes
from app.database import db
from app.papers.queries.naming import TextName, name_text
from app.papers.rules import Standing
from app.policies.models import Policy
from app.suggestions.models import Answer, Contribution
from app.suggestions.queries.answers_table import Totals, totals
from app.suggestions.queries.narrowing import is_counted
from app.suggestions.queries.owed import hidden_ids
from app.suggestions.rules import State

MOST_REASONS = 10  # for each outcome; the table of answers holds them all
MOST_LATE = 500


@dataclass(frozen=True, slots=True)
class Came:
    """How many contributions of one kind came in one way from people of one role."""

    kind: str
    channel: str
    role: str
    count: int


@dataclass(frozen=True, slots=True)
class GivenReason:
    """A reason of the answers, and to how many contributions it was given."""

    outcome: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """``closes_at`` is when the last round closes or closed; ``people`` sent what ``came``.

    ``changes`` are those to what people were asked about, the ones nobody asked for first.
    ``late`` are the numbers of those sent after closing, ``more_late`` how many more there are.
    """

    title: str
    language: str
    office: str
    now: TextName
    consulted: TextName | None
    rounds: Sequence[ConsultationCall]
    closes_at: datetime | None
    meetings: Sequence[Meeting]
    departments: Sequence[DepartmentOpinion]
    people: int
    came: tuple[Came, ...]
    totals: Totals
    reasons: tuple[GivenReason, ...]
    changes: tuple[SourcedChange, ...]
    late: tuple[int, ...]
    more_late: int


def get_report(policy: Policy, standing: Standing) -> Report:
    """The report with the eyes of the reader; ``policy`` was read with them.

    It holds counts, published reasons and the office's own words, no contribution's.
    """
    is_office = standing is Standing.OFFICE
    counted = totals(policy.id, with_held=is_office)
    asked = consulted_number(policy)
    late = _late(policy.id, with_held=is_office)
    changes = list_changes(policy, with_drafts=is_office)
    return Report(
        title=policy.title,
        language=policy.language,
        office=policy.department.name if policy.department else "",
        now=name_text(policy, policy.head_number),
        consulted=None if asked is None else name_text(policy, asked),
        rounds=list_rounds(policy.id),
        closes_at=policy.closes_at,
        meetings=list_meetings(policy.id),
        departments=list_departments(policy.id),
        people=_people(policy.id, with_held=is_office),
        came=_came(policy.id, with_held=is_office),
        totals=counted,
        reasons=_reasons(policy.id),
        changes=tuple(sorted(changes, key=lambda one: one.kind in ("contribution", "correction"))),
        late=late,
        more_late=max(0, counted.late - len(late)),
    )


def _came(policy_id: int, *, with_held: bool) -> tuple[Came, ...]:
    """Everything that got a number, by kind, way and role."""
    groups = (Contribution.kind, Contribution.channel, Contribution.author_role)
    query = (
        select(*groups, func.count())
        .where(Contribution.policy_id == policy_id, is_counted(with_held=with_held))
        .group_by(*groups)
        .order_by(func.count().desc(), *groups)
    )
    return tuple(Came(*row) for row in db.session.execute(query))


def _people(policy_id: int, *, with_held: bool) -> int:
    query = select(func.count(Contribution.author_id.distinct())).where(
        Contribution.policy_id == policy_id, is_counted(with_held=with_held)
    )
    return db.session.scalar(query) or 0


def _reasons(policy_id: int) -> tuple[GivenReason, ...]:
    """The reasons given most, a few for each outcome; the answers to hidden words are not told."""
    count = func.count(Answer.contribution_id.distinct())
    place = func.row_number().over(
        partition_by=Answer.outcome, order_by=(count.desc(), func.min(Answer.id))
    )
    ranked = (
        select(Answer.outcome, Answer.reason, count.label("count"), place.label("place"))
        .join(Contribution, Contribution.id == Answer.contribution_id)
        .where(
            Contribution.policy_id == policy_id,
            Contribution.state != State.WITHDRAWN,
            Contribution.id.not_in(hidden_ids(policy_id)),
        )
        .group_by(Answer.outcome, Answer.reason)
        .subquery()
    )
    query = (
        select(ranked.c.outcome, ranked.c.reason, ranked.c.count)
        .where(ranked.c.place <= MOST_REASONS)
        .order_by(ranked.c.outcome, ranked.c.place)
    )
    return tuple(GivenReason(*row) for row in db.session.execute(query))


def _late(policy_id: int, *, with_held: bool) -> tuple[int, ...]:
    query = (
        select(Contribution.number)
        .where(
            Contribution.policy_id == policy_id,
            Contribution.is_late,
            is_counted(with_held=with_held),
            Contribution.state.not_in((State.WITHDRAWN, State.REPLACED)),
            Contribution.id.not_in(hidden_ids(policy_id)),
        )
        .order_by(Contribution.number)
        .limit(MOST_LATE)
    )
    return tuple(db.session.scalars(query))
