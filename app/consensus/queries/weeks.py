"""Reads of the dashboard; small aggregates over derived rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql import ColumnElement

from app.consensus.models import RevisionChange
from app.database import db
from app.policies.models import Policy, Revision
from app.visibility import Hidden, hides

WEEKS = 26


@dataclass(frozen=True, slots=True)
class Week:
    """Words put in and taken out in the seven days from ``monday`` on."""

    monday: date
    inserted: int
    deleted: int
    edits: int


@dataclass(frozen=True, slots=True)
class LastChange:
    """When the words of a clause last changed, and by which revision."""

    number: int
    inserted: int
    deleted: int


_IS_OF_REVISION = (Revision.policy_id == RevisionChange.policy_id) & (
    Revision.number == RevisionChange.number
)


def _readable(first_number: int) -> ColumnElement[bool]:
    """What an outsider may know: not the step from a version they may not read."""
    if first_number <= 1:
        return RevisionChange.number >= 1
    return RevisionChange.number > first_number


def list_weeks(policy: Policy, first_number: int, zone: ZoneInfo) -> list[Week]:
    """The weeks from the first to the last change, at most WEEKS of the latest, gaps as zeros.

    The first version is what the changes are counted from; it is not a change itself, and as a
    bar it would dwarf all others.
    """
    rows = db.session.execute(
        select(
            RevisionChange.number,
            Revision.saved_at,
            func.sum(RevisionChange.inserted),
            func.sum(RevisionChange.deleted),
        )
        .join(Revision, _IS_OF_REVISION)
        .where(RevisionChange.policy_id == policy.id, RevisionChange.number > first_number)
        .group_by(RevisionChange.number, Revision.saved_at)
    ).all()
    inserted: Counter[date] = Counter()
    deleted: Counter[date] = Counter()
    edits: Counter[date] = Counter()
    for _number, saved_at, more, less in rows:
        day = saved_at.astimezone(zone).date()
        monday = day - timedelta(days=day.weekday())
        inserted[monday] += more
        deleted[monday] += less
        edits[monday] += 1
    if not edits:
        return []
    last = max(edits)
    first = max(min(edits), last - timedelta(weeks=WEEKS - 1))
    mondays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return [Week(monday, inserted[monday], deleted[monday], edits[monday]) for monday in mondays]


def list_roles(policy: Policy, first_number: int) -> Sequence[Row[str, int, int, int, int]]:
    """By role: how many people, edits, words in, words out."""
    edits = (
        select(
            Revision.author_role.label("role"),
            func.count(func.distinct(Revision.author_id)).label("people"),
            func.count(Revision.id).label("edits"),
        )
        .where(Revision.policy_id == policy.id, Revision.number >= first_number)
        .group_by(Revision.author_role)
        .subquery()
    )
    words = (
        select(
            Revision.author_role.label("role"),
            func.sum(RevisionChange.inserted).label("inserted"),
            func.sum(RevisionChange.deleted).label("deleted"),
        )
        .select_from(RevisionChange)
        .join(Revision, _IS_OF_REVISION)
        .where(RevisionChange.policy_id == policy.id, _readable(first_number))
        .group_by(Revision.author_role)
        .subquery()
    )
    return db.session.execute(
        select(
            edits.c.role,
            edits.c.people,
            edits.c.edits,
            func.coalesce(words.c.inserted, 0),
            func.coalesce(words.c.deleted, 0),
        )
        .outerjoin(words, words.c.role == edits.c.role)
        .order_by(edits.c.edits.desc())
    ).all()


def get_last_changes(policy: Policy, first_number: int) -> dict[str, LastChange]:
    """By clause id: the latest revision that changed its words."""
    latest = (
        select(RevisionChange.clause, func.max(RevisionChange.number).label("number"))
        .where(RevisionChange.policy_id == policy.id, _readable(first_number))
        .group_by(RevisionChange.clause)
        .subquery()
    )
    rows = db.session.scalars(
        select(RevisionChange)
        .join(
            latest,
            (latest.c.clause == RevisionChange.clause) & (latest.c.number == RevisionChange.number),
        )
        .where(RevisionChange.policy_id == policy.id)
    )
    return {row.clause: LastChange(row.number, row.inserted, row.deleted) for row in rows}


def list_clause_changes(
    policy: Policy, clause: str, first_number: int, *, before: int | None = None, size: int = 50
) -> tuple[Sequence[Row[RevisionChange, Revision, Hidden | None]], int | None]:
    """The revisions that changed the words of one clause, newest first, and the next page's key."""
    query = (
        select(RevisionChange, Revision, Hidden)
        .join(Revision, _IS_OF_REVISION)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(
            RevisionChange.policy_id == policy.id,
            RevisionChange.clause == clause,
            _readable(first_number),
        )
        .options(joinedload(Revision.author))
        .order_by(RevisionChange.number.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(RevisionChange.number < before)
    rows = db.session.execute(query).all()
    return rows[:size], rows[size - 1][1].number if len(rows) > size else None


def get_measured_number(policy: Policy) -> int:
    """Up to which revision the figures count; behind the head while the worker is busy."""
    query = select(func.max(RevisionChange.number)).where(RevisionChange.policy_id == policy.id)
    return db.session.scalar(query) or 0
