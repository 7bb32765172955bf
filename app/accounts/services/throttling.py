"""How often something may be tried; counted in the database, so across all processes.

Whatever goes wrong with the counter refuses the try: a throttle fails closed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.accounts.models import Throttle
from app.accounts.services.setup import settings
from app.database import GATE, committing, db, keep, writing
from app.errors import TooMany
from app.messages import N_

CLOCKS_DIFFER = 60  # seconds that the clocks of two machines may be apart


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``times`` of ``kind`` (a short word) for one ``key`` within ``seconds``."""

    kind: str
    key: str
    times: int
    seconds: int

    @property
    def row_key(self) -> str:
        """Keys are addresses of people: the table holds their hashes only."""
        return f"{self.kind}:{hashlib.sha256(self.key.encode('utf-8', 'replace')).hexdigest()[:40]}"


def take(kind: str, key: str, *, limit: int, seconds: int) -> None:
    """Count one act within the transaction of the act, or raise TooMany.

    Enters the write gate. A request that is refused later counts too (``database.keep``).
    """
    if not settings().throttles:
        return
    wanted = Limit(kind, key, limit, seconds)
    writing()
    _count(wanted)
    keep(lambda: _count_quietly(wanted))


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
        row = _find(wanted)
        if row is not None and row.count > 0:
            row.count -= 1
    db.session.flush()


def forget_expired() -> None:
    """Delete the counters of past periods."""
    db.session.execute(delete(Throttle).where(Throttle.window_ends_at < clock.now()))


def ensure_first() -> None:
    """A transaction of its own would commit whatever the request has already changed."""
    if GATE in db.session().info:
        raise RuntimeError("a try must be counted before the request changes anything")


def _count(wanted: Limit) -> None:
    row = _find(wanted) or _add(wanted)
    now = clock.now()  # after the wait for the row: others may have begun the period meanwhile
    ends_in = (row.window_ends_at - now).total_seconds()
    # A period that ends too late was begun before the clock was put back.
    if ends_in <= 0 or ends_in > wanted.seconds + CLOCKS_DIFFER:
        row.window_ends_at = now + timedelta(seconds=wanted.seconds)
        row.count, ends_in = 0, wanted.seconds
    if row.count >= wanted.times:
        raise TooMany(
            N_("That was tried too often. Please try again in %(minutes)s minutes."),
            retry_after=max(1, round(ends_in)),
            minutes=max(1, -int(-ends_in // 60)),
        )
    row.count += 1
    db.session.flush()


def _count_quietly(wanted: Limit) -> None:
    try:
        _count(wanted)
    except TooMany:
        return


def _find(wanted: Limit) -> Throttle | None:
    return db.session.scalar(
        select(Throttle).where(Throttle.key == wanted.row_key).with_for_update()
    )


def _add(wanted: Limit) -> Throttle:
    ends_at = clock.now() + timedelta(seconds=wanted.seconds)
    try:
        with db.session.begin_nested():
            row = Throttle(key=wanted.row_key, window_ends_at=ends_at, count=0)
            db.session.add(row)
    except IntegrityError:  # PostgreSQL: somebody else began the same period this moment
        found = _find(wanted)
        if found is None:
            raise
        return found
    return row
