"""What is late, and how often decisions were wrong: for those who watch over the others' duties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app import clock
from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.consultations.queries.due import Due, list_due
from app.database import db
from app.moderation.models import Appeal, ModerationAction, ModerationCase, Removal
from app.moderation.queries.appeals import count_open_appeals
from app.moderation.queries.figures import was_meant
from app.moderation.queries.held import list_held_drafts
from app.moderation.queries.places import (
    AnySelect,
    Place,
    is_known,
    place_columns,
    read_place,
    with_places,
)
from app.moderation.queries.queue import are_open, with_words
from app.moderation.review_rules import Outcome
from app.policies.models import Policy
from app.suggestions.queries.owed import count_owed

SHOWN = 30  # of each sort of what is late
CASE_TIME, URGENT_TIME, APPEAL_TIME = timedelta(hours=24), timedelta(hours=1), timedelta(days=7)
RATES_DAYS = 90
_volunteer = aliased(Person)


@dataclass(frozen=True, slots=True)
class LateCase:
    """A report that nobody has decided on in time."""

    id: int
    rule: str
    is_urgent: bool
    opened_at: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class LateAnswers:
    """A draft whose answers are overdue, and how many are not published of how many."""

    policy: Policy
    due: Due
    missing: int
    owed: int


@dataclass(frozen=True, slots=True)
class Rate:
    """How many decisions there were, how many were reviewed and how many of those overturned; of
    one rule, of one volunteer by name, or ("") of all."""

    of: str
    actions: int
    reviewed: int
    overturned: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for those who keep order, as far as the reader sees its drafts. ``reports`` are
    those on officers' words, ``removals`` wait for a supervisor."""

    cases: int = 0
    urgent: int = 0
    appeals: int = 0
    held: int = 0
    reports: int = 0
    removals: int = 0


def count_waiting(actor: Actor) -> Waiting:
    """For volunteers and supervisors; all zero for everybody else."""
    if actor.is_suspended or actor.role not in (Role.VOLUNTEER, Role.SUPERVISOR):
        return Waiting()
    row = ModerationCase
    columns = (_count(~row.for_supervisors), _count(row.is_urgent), _count(row.for_supervisors))
    query = with_words(select(*columns).select_from(row)).where(*are_open(actor))
    cases, urgent, reports = db.session.execute(query).one()
    return Waiting(
        cases=cases,
        urgent=urgent,
        appeals=count_open_appeals(actor),
        held=sum(draft.count for draft in list_held_drafts(actor)),
        reports=reports,
        removals=count_removals(actor) if actor.role is Role.SUPERVISOR else 0,
    )


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def count_removals(actor: Actor) -> int:
    """How many removals for good wait for a supervisor."""
    query = with_places(select(func.count(Removal.id)), Removal)
    waiting = query.where(Removal.decided_at.is_(None), is_known(Removal, actor))
    return db.session.scalar(waiting) or 0


def list_late_cases(actor: Actor) -> list[LateCase]:
    """Open reports older than a day, of somebody in danger older than an hour; oldest first."""
    row, now = ModerationCase, clock.now()
    late = or_(
        row.opened_at < now - CASE_TIME,
        and_(row.is_urgent, row.opened_at < now - URGENT_TIME),
    )
    return _cases(actor, and_(late, ~row.for_supervisors))


def list_reports(actor: Actor) -> list[LateCase]:
    """Reports on the words of offices, which no volunteer decides; oldest first."""
    return _cases(actor, ModerationCase.for_supervisors)


def get_report_place(case_id: int, actor: Actor) -> LateCase | None:
    """The report on an office's words with this id as long as it is open, or None."""
    wanted = and_(ModerationCase.for_supervisors, ModerationCase.id == case_id)
    return next(iter(_cases(actor, wanted)), None)


def _cases(actor: Actor, wanted: Any) -> list[LateCase]:
    row = ModerationCase
    columns: tuple[Any, ...] = (*place_columns(row, actor), row)
    query = with_words(select(*columns).select_from(row)).where(*are_open(actor), wanted)
    found = db.session.execute(query.order_by(row.opened_at, row.id).limit(SHOWN))
    return [
        LateCase(one.id, one.rule, one.is_urgent, one.opened_at, read_place(place))
        for *place, one in found
    ]


def list_late_answers(actor: Actor) -> list[LateAnswers]:
    """Drafts whose answers are overdue, the longest first, as the public list has them."""
    found = []
    for policy, due in list_due(actor):
        owed = count_owed(policy.id)
        if owed.owed > owed.published:
            found.append(LateAnswers(policy, due, owed.owed - owed.published, owed.owed))
    return found


def count_late_appeals(actor: Actor) -> int:
    """Reviews that nobody has decided within a week."""
    return count_open_appeals(actor, before=clock.now() - APPEAL_TIME)


def list_rates(actor: Actor) -> Sequence[Rate]:
    """Of the decisions of the last 90 days: all, then by rule."""
    rates = _rates(actor, ModerationAction.rule)
    total = Rate(
        "",
        sum(rate.actions for rate in rates),
        sum(rate.reviewed for rate in rates),
        sum(rate.overturned for rate in rates),
    )
    return [total, *rates]


def list_rates_of_people(actor: Actor) -> Sequence[Rate]:
    """The same by who decided; for supervisors alone."""
    return _rates(actor, _volunteer.name, _volunteer.id)


def _rates(actor: Actor, of: Any, *keys: Any) -> list[Rate]:
    row = ModerationAction
    overturned = case((Appeal.outcome == Outcome.OVERTURNED, 1), else_=0)
    columns: tuple[Any, ...] = (
        of,
        func.count(row.id),
        func.count(Appeal.decided_at),
        func.sum(overturned),
    )
    query: AnySelect = select(*columns).select_from(row)
    query = (
        with_places(query, row)
        .outerjoin(Appeal, Appeal.action_id == row.id)
        .outerjoin(_volunteer, _volunteer.id == row.by_id)
        .where(
            row.at >= clock.now() - timedelta(days=RATES_DAYS), was_meant(), is_known(row, actor)
        )
        .group_by(of, *keys)
        .order_by(func.count(row.id).desc(), of)
    )
    return [Rate(*values) for values in db.session.execute(query)]
