"""How clauses stand, put into the tables as the worker would, for tests of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.consensus.models import ClauseState, MeasuredPolicy
from app.consensus.rules.figures import MEASURES_VERSION, ClauseFigures
from app.consensus.rules.listed import is_listed
from app.database import committing, db
from app.policies.models import Policy
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version


def put_state(
    policy: Policy, clause: str, shown: str, reason: str, *, days: int = 30, **values: Any
) -> None:
    """One clause of the head, unchanged for ``days``; further ``values`` are columns of the row, or
    figures; commits and renews the pages as an evaluation does."""
    _put(policy, [_row(policy.id, clause, shown, reason, days, values)])


def put_all(policy: Policy, shown: str = "unseen", reason: str = "few_readers") -> None:
    """Every clause of the head stands alike."""
    head = get_version(policy.id, policy.head_number)
    clauses = [clause.id for clause in head.outline if is_listed(clause)]
    _put(policy, [_row(policy.id, clause, shown, reason, 30, {}) for clause in clauses])


def _row(
    policy_id: int, clause: str, shown: str, reason: str, days: int, values: dict[str, Any]
) -> ClauseState:
    columns = {name: values[name] for name in values if name in ClauseState.__table__.columns}
    figures = {name: values[name] for name in values if name not in columns}
    now: datetime = clock.now()
    usual = {
        "position": 0,
        "wording": "0" * 16,
        "changed_number": 1,
        "changed_at": now - timedelta(days=days),
        "found": shown,
        "shown": shown,
        "reason": reason,
        "regime": "editable",
        "figures": ClauseFigures(**figures).to_json(),
        "evaluated_at": now,
    }
    return ClauseState(policy_id=policy_id, clause=clause, **(usual | columns))


def _put(policy: Policy, rows: Sequence[ClauseState]) -> None:
    measured = MeasuredPolicy(
        policy_id=policy.id, number=policy.head_number, version=MEASURES_VERSION
    )
    with committing():
        for row in (*rows, measured):
            db.session.merge(row)
        touch(lock_head(measured.policy_id))
