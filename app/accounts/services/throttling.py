"""How often something may be tried; counted in the database, so across all processes.

``accounts.limits`` says how often. Whatever goes wrong with the counter refuses the try: a
throttle fails closed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Table, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.access.actor import Actor
from app.accounts.limits import Counted, Limit, limits_of
from app.accounts.models import Throttle
from app.accounts.services.setup import settings
from app.database import GATE, UTCDateTime, committing, db, keep, writing
from app.errors import TooMany

CLOCKS_DIFFER = 60  # seconds that the clocks of two machines may be apart


def count(what: Counted, actor: Actor) -> None:
    """Count one more act of ``actor`` within the transaction of the act, or raise TooMany."""
    take(*limits_of(what, actor, clock.now()))


def take(*limits: Limit) -> None:
    """Count one act within the transaction of the act, or raise TooMany.

    Enters the write gate. A request that is refused later counts too (``database.keep``).
    """
    if not settings().throttles:
        return
    writing()
    for wanted in limits:
        _count(wanted)
        keep(partial(_count_quietly, wanted))


def take_at_once(*limits: Limit) -> None:
    """Count one try in a transaction of its own, before anything else of the request.

    For passwords and codes: the try must count before the slow check, or a hundred tries sent at
    the same moment would share the last free place.
    """
    if not settings().throttles:
        return
    ensure_first()
    with committing():
        for wanted in limits:
            _count(wanted)


def give_back(*limits: Limit) -> None:
    """Take back what ``take_at_once`` counted: the try succeeded, and only failures are limited."""
    if not settings().throttles:
        return
    writing()
    for wanted in limits:
        mine = (Throttle.key == wanted.row_key) & (Throttle.count > 0)
        db.session.execute(update(Throttle).where(mine).values(count=Throttle.count - 1))


def forget_expired() -> None:
    """Delete the counters of past periods."""
    db.session.execute(delete(Throttle).where(Throttle.window_ends_at < clock.now()))


def ensure_first() -> None:
    """A transaction of its own would commit whatever the request has already changed."""
    if GATE in db.session().info:
        raise RuntimeError("a try must be counted before the request changes anything")


def _counting(dialect: Any) -> Any:
    """One statement that begins the period, adds to its count or, at the limit, changes nothing.

    A period that ends too late was begun before the clock was put back.
    """
    rows: Table = Throttle.__table__  # type: ignore[assignment]
    is_over = or_(
        rows.c.window_ends_at <= bindparam("now", type_=UTCDateTime()),
        rows.c.window_ends_at > bindparam("latest", type_=UTCDateTime()),
    )
    ends_at = bindparam("ends_at", type_=UTCDateTime())
    first = dialect.insert(rows).values(
        key=bindparam("row_key"), window_ends_at=ends_at, count=bindparam("first")
    )
    return first.on_conflict_do_update(
        index_elements=[rows.c.key],
        set_={
            "count": case((is_over, 1), else_=rows.c.count + 1),
            "window_ends_at": case((is_over, ends_at), else_=rows.c.window_ends_at),
        },
        where=or_(is_over, rows.c.count < bindparam("times")),
    ).returning(rows.c.count)


_COUNTING = {"sqlite": _counting(sqlite), "postgresql": _counting(postgresql)}


def _count(wanted: Limit) -> None:
    now = clock.now()
    statement = _COUNTING[db.engine.dialect.name]
    period = timedelta(seconds=wanted.seconds)
    values = {
        "row_key": wanted.row_key,
        "now": now,
        "latest": now + period + timedelta(seconds=CLOCKS_DIFFER),
        "ends_at": now + period,
        "first": 1,
        "times": wanted.times,
    }
    if db.session.connection().execute(statement, values).first() is None:
        raise _too_many(wanted, now)


def _too_many(wanted: Limit, now: datetime) -> TooMany:
    ends_at = select(Throttle.window_ends_at).where(Throttle.key == wanted.row_key)
    seconds = (db.session.scalars(ends_at).one() - now).total_seconds()
    return TooMany(
        wanted.refusal,
        retry_after=max(1, round(seconds)),
        minutes=max(1, -int(-seconds // 60)),
    )


def _count_quietly(wanted: Limit) -> None:
    try:
        _count(wanted)
    except TooMany:
        return
