"""Measure what each revision did to each clause; derived, so it may be dropped and rebuilt.

Revisions are followed in the order of their numbers, never of their times. What was measured by
other definitions than today's is measured anew from the first revision on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.consensus.models import ClauseLife, MeasuredPolicy, RevisionChange
from app.consensus.queries import lives as queries
from app.consensus.rules.changes import Kind
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.rules.following import follow
from app.consensus.rules.life import Life
from app.consensus.rules.undo import acted_with, undone
from app.database import db, writing
from app.policies.models import Policy
from app.policies.services.attributing import credits_between
from app.policies.services.writing_revisions import lock_head, touch
from app.policies.versions import get_version
from app.text.attribution import concerned

Row = dict[str, Any]


@dataclass(slots=True)
class Measures:
    """What following a policy from after revision ``since`` up to ``number`` gave."""

    policy_id: int
    since: int
    number: int
    rows: list[Row] = field(default_factory=list)
    lives: dict[str, Life] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)


def measure(revisions: Iterable[tuple[int, int]]) -> None:
    """Measure these (policy id, number) pairs and whatever is missing before them, in order.

    Doing it twice is doing it once.
    """
    last: dict[int, int] = defaultdict(int)
    for policy_id, number in revisions:
        last[policy_id] = max(last[policy_id], number)
    for measures in [_follow(policy_id, number) for policy_id, number in last.items()]:
        if measures.rows:
            writing()
            _write(measures)


def measure_anew(policy_id: int) -> None:
    """Say anew what was undone: which revisions count for it has changed."""
    writing()
    policy = lock_head(policy_id)
    undone_by = _undone(policy, queries.list_lives(policy_id))
    changes = select(RevisionChange).where(RevisionChange.policy_id == policy_id)
    for change in db.session.scalars(changes):
        change.undone = undone_by.get((change.clause, change.number), "")
    touch(policy)
    db.session.flush()


def measured_until(policy_id: int) -> int:
    """The last revision that was measured by today's definitions; 0 when none was."""
    query = select(MeasuredPolicy.number).where(
        MeasuredPolicy.policy_id == policy_id, MeasuredPolicy.version == MEASURES_VERSION
    )
    return db.session.scalar(query) or 0


def _follow(policy_id: int, number: int) -> Measures:
    done = measured_until(policy_id)
    found = Measures(policy_id, done, number)
    credits = credits_between(policy_id, done + 1, number)
    before = get_version(policy_id, done).outline if 0 < done < number else ()
    for missing in range(done + 1, number + 1):
        after = get_version(policy_id, missing).outline
        if done:
            unread = concerned(before, after) - found.lives.keys()
            found.lives |= queries.list_lives(policy_id, unread)
        changes = follow(found.lives, before, after, missing, credits.get(missing, ()))
        for clause, change in changes.items():
            found.rows.append(_row(policy_id, clause, missing, *change))
        if not changes:
            # A revision that changed no words has a row too: it was counted.
            found.rows.append(_row(policy_id, "", missing, 0, 0, Kind.EDITORIAL))
        found.changed |= changes.keys()
        before = after
    return found


def _row(
    policy_id: int, clause: str, number: int, inserted: int, deleted: int, kind: Kind,
    is_bulk: bool = False,
) -> Row:  # fmt: skip
    return {
        "policy_id": policy_id, "clause": clause, "number": number, "inserted": inserted,
        "deleted": deleted, "kind": kind.value, "undone": "", "is_bulk": is_bulk,
    }  # fmt: skip


def _write(measures: Measures) -> None:
    """Store what was measured; what somebody else measured meanwhile is not counted twice."""
    policy = lock_head(measures.policy_id)
    if measures.since != measured_until(policy.id):
        measures = _follow(policy.id, measures.number)
    if not measures.rows:
        return
    lives = {clause: measures.lives[clause] for clause in sorted(measures.changed)}
    undone_by = _undone(policy, lives, since=measures.since)
    for row in measures.rows:
        row["undone"] = undone_by.get((row["clause"], row["number"]), "")
    _forget(measures)
    db.session.execute(insert(RevisionChange), measures.rows)
    packed = [
        {"policy_id": policy.id, "clause": clause, "number": measures.number, "packed": life.pack()}
        for clause, life in lives.items()
    ]
    if packed:
        db.session.execute(insert(ClauseLife), packed)
    _remember(policy.id, measures.number)
    touch(policy)
    db.session.flush()


def _forget(measures: Measures) -> None:
    """Delete the rows that are written anew."""
    of_life, of_change = ClauseLife.policy_id, RevisionChange.policy_id
    if not measures.since:
        db.session.execute(delete(ClauseLife).where(of_life == measures.policy_id))
        db.session.execute(delete(RevisionChange).where(of_change == measures.policy_id))
        return
    changed = sorted(measures.changed)
    for start in range(0, len(changed), 500):
        which = ClauseLife.clause.in_(changed[start : start + 500])
        db.session.execute(delete(ClauseLife).where(of_life == measures.policy_id, which))


def _remember(policy_id: int, number: int) -> None:
    values = {"number": number, "version": MEASURES_VERSION}
    known = update(MeasuredPolicy).where(MeasuredPolicy.policy_id == policy_id).values(values)
    if not db.session.execute(known.returning(MeasuredPolicy.policy_id)).first():
        db.session.execute(insert(MeasuredPolicy).values(policy_id=policy_id, **values))


def _undone(
    policy: Policy, lives: dict[str, Life], *, since: int = 0
) -> dict[tuple[str, int], str]:
    """By clause and revision after ``since``: the people whose actions it took back."""
    needed = {number for life in lives.values() for number in acted_with(life, since)}
    if not needed:
        return {}
    marked = queries.list_marked(policy.id)
    everything = lives if not marked else queries.list_lives(policy.id) | lives
    excluded = queries.excluded_of(everything, marked)
    authors = queries.list_authors(policy, excluded, needed if since else None)
    return {
        (clause, number): " ".join(map(str, sorted(people)))
        for clause, life in lives.items()
        for number, people in undone(life, authors).items()
        if number > since
    }
