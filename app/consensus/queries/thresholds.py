"""What a policy set for itself, by whom and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import Person
from app.consensus.models import ThresholdChange
from app.database import db
from app.policies.models import Policy, byline_of, district_of
from app.policies.seats import Byline

MOST = 200  # changes that the page lists, the newest; all are in the open data


@dataclass(frozen=True, slots=True)
class Change:
    """One number was set otherwise, by whom in the role of that time."""

    row: ThresholdChange
    by: Byline


def list_changes(policy: Policy) -> Sequence[Change]:
    """The newest changes first."""
    query = (
        select(ThresholdChange, Person, district_of(policy.id, ThresholdChange.by_id))
        .join(Person, Person.id == ThresholdChange.by_id)
        .where(ThresholdChange.policy_id == policy.id)
        .order_by(ThresholdChange.id.desc())
        .limit(MOST)
    )
    return [
        Change(row, byline_of(person, row.by_role, district))
        for row, person, district in db.session.execute(query)
    ]


def find_last_change(policy_id: int) -> int:
    """The id of the last change of this policy, 0 for none."""
    query = select(func.max(ThresholdChange.id)).where(ThresholdChange.policy_id == policy_id)
    return db.session.scalar(query) or 0
