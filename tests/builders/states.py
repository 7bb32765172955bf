"""How clauses stand, put into the tables as the worker would, for tests of the pages."""

from __future__ import annotations

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
    columns = {
        name: values.pop(name) for name in list(values) if name in ClauseState.__table__.columns
    }
    now: datetime = clock.now()
    row = {
        "position": 0,
        "wording": "0" * 16,
        "changed_number": 1,
        "changed_at": now - timedelta(days=days),
        "found": shown,
        "shown": shown,
        "reason": reason,
        "regime": "editable",
        "figures": ClauseFigures(**values).to_json(),
        "evaluated_at": now,
    }
    policy_id, number = policy.id, policy.head_number
    with committing():
        db.session.merge(ClauseState(policy_id=policy_id, clause=clause, **(row | columns)))
        db.session.merge(
            MeasuredPolicy(policy_id=policy_id, number=number, version=MEASURES_VERSION)
        )
        touch(lock_head(policy_id))


def put_all(policy: Policy, shown: str = "unseen", reason: str = "few_readers") -> None:
    """Every clause of the head stands alike."""
    for clause in get_version(policy.id, policy.head_number).outline:
        if is_listed(clause):
            put_state(policy, clause.id, shown, reason)
