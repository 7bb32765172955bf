"""Measure everything anew: by command, or bit by bit after the definitions have changed."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import exists, insert, literal, or_, select, update

from app.consensus.models import MeasuredPolicy
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.services import evaluating, measuring
from app.database import committing, db
from app.policies.models import Policy

TURN_S = 1.0  # the worker has more to do; one long policy may take longer
PORTION = 20


def rebuild() -> int:
    """Measure all policies anew, each in a transaction; answers how many revisions.

    A rebuild that was interrupted goes on with the policies that it had not reached.
    """
    if not _is_interrupted():
        with committing():
            db.session.execute(update(MeasuredPolicy).values(version=0))
            _await_unmeasured()
    return sum(_measure(policy_id, head) for policy_id, head in _list_due())


def rebuild_due() -> None:
    """Measure some of the policies that were measured by earlier definitions, or never."""
    begun = time.monotonic()
    for policy_id, head in _list_due(PORTION):
        _measure(policy_id, head)
        if time.monotonic() - begun > TURN_S:
            break


def _is_interrupted() -> bool:
    """Whether some policies wait for a rebuild and others do not."""
    versions = set(db.session.scalars(select(MeasuredPolicy.version).distinct()))
    return 0 in versions and len(versions) > 1


def _await_unmeasured() -> None:
    """Let policies that were never measured wait like the others, so that they are seen to wait."""
    known = exists().where(MeasuredPolicy.policy_id == Policy.id)
    waiting = select(Policy.id, literal(0), literal(0)).where(Policy.head_number > 0, ~known)
    columns = ["policy_id", "number", "version"]
    db.session.execute(insert(MeasuredPolicy).from_select(columns, waiting))


def _list_due(limit: int | None = None) -> Sequence[tuple[int, int]]:
    query = (
        select(Policy.id, Policy.head_number)
        .outerjoin(MeasuredPolicy, MeasuredPolicy.policy_id == Policy.id)
        .where(
            Policy.head_number > 0,
            or_(MeasuredPolicy.version.is_(None), MeasuredPolicy.version != MEASURES_VERSION),
        )
        .order_by(Policy.id)
        .limit(limit)
    )
    return [(policy_id, head) for policy_id, head in db.session.execute(query)]


def _measure(policy_id: int, head: int) -> int:
    """Most of the work is done before the write gate is entered; others save meanwhile."""
    db.session.rollback()
    measuring.measure([(policy_id, head)])
    with committing():
        evaluating.evaluate([policy_id])
    return head
