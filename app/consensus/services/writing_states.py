"""Write how the clauses of a policy stand: rows that say something new, and the daily evaluations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update

from app import clock
from app.consensus.models import ClauseState, MeasuredPolicy, StatusRun
from app.consultations.queries.calendar import day_of
from app.database import db
from app.policies.models import Policy
from app.text import archive


@dataclass(frozen=True, slots=True)
class Standing:
    """How the clauses of one policy stand, and what of it is not written yet.

    ``new`` and ``changed`` are whole rows of ClauseState, ``gone`` the ids of clauses that left.
    """

    policy_id: int
    new: Sequence[dict[str, Any]]
    changed: Sequence[dict[str, Any]]
    gone: Sequence[str]
    daily: Daily | None = None


@dataclass(frozen=True, slots=True)
class Daily:
    """One daily evaluation: by clause what was found and shown; ``last`` is the run it may go on."""

    on: date
    at: datetime
    regime: str
    states: Mapping[str, Sequence[str]]
    last: StatusRun | None

    @property
    def goes_on(self) -> bool:
        """Whether it gave the same as the one of the day before."""
        last = self.last
        return (
            last is not None
            and day_of(last.last_at) == self.on - timedelta(days=1)
            and last.regime == self.regime
            and unpacked(last) == self.states
        )


_TABLE = cast(Table, ClauseState.__table__)
_KEY = ("policy_id", "clause")
_CHANGE = (
    update(_TABLE)
    .where(*(_TABLE.c[name] == bindparam(f"of_{name}") for name in _KEY))
    .values({column.name: bindparam(column.name) for column in _TABLE.c if column.name not in _KEY})
)

_POLICIES = cast(Table, Policy.__table__)
_RENEW = (
    update(_POLICIES)
    .where(_POLICIES.c.id == bindparam("renewed_id"))
    .values(page_version=_POLICIES.c.page_version + 1, updated_at=bindparam("renewed_at"))
)


def write(standing: Standing) -> None:
    """Write what is not written yet; pages are renewed when one of them shows something new."""
    if standing.new:
        db.session.execute(insert(_TABLE), list(standing.new))
    if standing.changed:
        rows = [row | {f"of_{name}": row[name] for name in _KEY} for row in standing.changed]
        db.session.connection().execute(_CHANGE, rows)
    if standing.gone:
        gone = delete(_TABLE).where(
            _TABLE.c.policy_id == standing.policy_id, _TABLE.c.clause.in_(standing.gone)
        )
        db.session.execute(gone)
    if standing.new or standing.changed or standing.gone:
        _renew(standing.policy_id)
    if standing.daily is not None:
        _write_day(standing.policy_id, standing.daily)


def flag(policy_id: int, clauses: Sequence[str], *, is_under_review: bool) -> None:
    """Set the flag of these clauses and renew the pages; nothing for none. Inside the gate."""
    if not clauses:
        return
    mine = (_TABLE.c.policy_id == policy_id, _TABLE.c.clause.in_(clauses))
    db.session.execute(update(_TABLE).where(*mine).values(is_under_review=is_under_review))
    _renew(policy_id)


def _renew(policy_id: int) -> None:
    """As ``writing_revisions.touch``, past the unit of work: every save waits for it."""
    values = {"renewed_id": policy_id, "renewed_at": clock.now()}
    db.session.connection().execute(_RENEW, values)


def _write_day(policy_id: int, daily: Daily) -> None:
    if daily.last is not None and daily.goes_on:
        daily.last.last_at = daily.at
        daily.last.times += 1
    else:
        states = json.dumps(daily.states, separators=(",", ":"))
        db.session.add(
            StatusRun(
                policy_id=policy_id,
                first_at=daily.at,
                last_at=daily.at,
                regime=daily.regime,
                states=archive.pack(states, None),
            )
        )
    mine = MeasuredPolicy.policy_id == policy_id
    db.session.execute(update(MeasuredPolicy).where(mine).values(evaluated_on=daily.on))


def find_last_run(policy_id: int) -> StatusRun | None:
    """The latest daily evaluations of a policy that gave the same."""
    query = select(StatusRun).where(StatusRun.policy_id == policy_id)
    return db.session.scalars(query.order_by(StatusRun.id.desc()).limit(1)).first()


def unpacked(run: StatusRun) -> dict[str, list[str]]:
    """By clause: what they found and showed."""
    states: dict[str, list[str]] = json.loads(archive.unpack(run.states, None))
    return states
