"""What moderators did in one month, as figures for everybody; each is counted, none is estimated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.database import db
from app.moderation.models import Appeal, ModerationAction, ModerationCase
from app.moderation.queries.places import is_known, with_places
from app.moderation.review_rules import Outcome
from app.moderation.rules import SITE


@dataclass(frozen=True, slots=True)
class Figures:
    """Of all that ``actor`` reads in the log: actions by rule, reviews decided, and the median
    time from the first report of a case to its decision (None: no case was decided).

    What its own author undid at once counts as nothing done, and so does what the site itself set
    aside until somebody has looked.
    """

    by_rule: dict[str, int]
    reviewed: int
    overturned: int
    cases: int
    median_time: timedelta | None

    @property
    def actions(self) -> int:
        return sum(self.by_rule.values())


def count_month(actor: Actor, since: datetime, before: datetime) -> Figures:
    """The figures of the time from ``since`` to ``before``."""
    reviewed, overturned = _reviews(actor, since, before)
    times = _times(actor, since, before)
    return Figures(
        by_rule=_by_rule(actor, since, before),
        reviewed=reviewed,
        overturned=overturned,
        cases=len(times),
        median_time=timedelta(seconds=median(times)) if times else None,
    )


def was_meant() -> ColumnElement[bool]:
    """SQL over ModerationAction: a person did it and did not undo it at once as a mistake."""
    undoing = aliased(ModerationAction)
    undone = exists().where(undoing.reverses_id == ModerationAction.id, undoing.is_mistake)
    return ~or_(ModerationAction.is_mistake, ModerationAction.by_role == SITE, undone)


def _by_rule(actor: Actor, since: datetime, before: datetime) -> dict[str, int]:
    done = ModerationAction
    query = with_places(select(done.rule, func.count(done.id)).select_from(done), done).where(
        done.at >= since, done.at < before, was_meant(), is_known(done, actor)
    )
    rows = db.session.execute(query.group_by(done.rule))
    return dict(sorted(((rule, count) for rule, count in rows), key=lambda row: (-row[1], row[0])))


def _reviews(actor: Actor, since: datetime, before: datetime) -> tuple[int, int]:
    query = (
        select(Appeal.outcome, func.count(Appeal.id))
        .join(ModerationAction, Appeal.action)
        .where(Appeal.decided_at >= since, Appeal.decided_at < before)
    )
    seen = with_places(query, ModerationAction).where(is_known(ModerationAction, actor))
    by_outcome: dict[str, int] = dict(db.session.execute(seen.group_by(Appeal.outcome)).all())
    return sum(by_outcome.values()), by_outcome.get(Outcome.OVERTURNED, 0)


def _times(actor: Actor, since: datetime, before: datetime) -> list[float]:
    """Seconds from report to decision."""
    case = ModerationCase
    query = with_places(select(case.opened_at, case.closed_at).select_from(case), case).where(
        case.closed_at >= since, case.closed_at < before, is_known(case, actor)
    )
    return [(closed - opened).total_seconds() for opened, closed in db.session.execute(query)]
