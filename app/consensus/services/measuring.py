"""Measure what each revision did to each clause; derived, so it may be dropped and rebuilt."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, select, tuple_

from app.consensus.models import RevisionChange
from app.consensus.rules.changes import changes_between
from app.database import committing, db, writing
from app.policies.models import Policy, Revision
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version


def measure(revisions: list[tuple[int, int]]) -> None:
    """Write the changes of these (policy id, number) pairs; doing it twice is doing it once."""
    found = [row for policy_id, number in revisions for row in _changes(policy_id, number)]
    writing()
    pair = tuple_(RevisionChange.policy_id, RevisionChange.number)
    db.session.execute(delete(RevisionChange).where(pair.in_(revisions)))
    db.session.add_all(found)
    for policy_id in {policy_id for policy_id, _ in revisions}:
        touch(lock_head(policy_id))
    db.session.flush()


def _changes(policy_id: int, number: int) -> Iterator[RevisionChange]:
    parent = db.session.scalars(
        select(Revision.parent).where(Revision.policy_id == policy_id, Revision.number == number)
    ).one()
    before = get_version(policy_id, parent).outline if parent else ()
    after = get_version(policy_id, number).outline
    # A revision that changed no words has a row too: it was counted, and nobody waits for it.
    changes = changes_between(before, after) or {"": (0, 0)}
    for clause, (inserted, deleted) in changes.items():
        yield RevisionChange(
            policy_id=policy_id,
            number=number,
            clause=clause,
            inserted=inserted,
            deleted=deleted,
        )


def rebuild() -> int:
    """Drop every figure and measure all revisions anew; answers how many revisions."""
    count = 0
    for policy_id in db.session.scalars(select(Policy.id).order_by(Policy.id)).all():
        numbers = db.session.scalars(
            select(Revision.number).where(Revision.policy_id == policy_id).order_by(Revision.number)
        ).all()
        found = [row for number in numbers for row in _changes(policy_id, number)]
        with committing():
            db.session.execute(delete(RevisionChange).where(RevisionChange.policy_id == policy_id))
            db.session.add_all(found)
            touch(lock_head(policy_id))
        count += len(numbers)
    return count
