"""Measure what each revision did to each clause; derived, so it may be dropped and rebuilt.

Revisions are followed in the order of their numbers, never of their times. What was measured by
other definitions than today's is measured anew from the first revision on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, delete, select

from app.consensus.models import ClauseLife, MeasuredPolicy, PolicyFigure, RevisionChange
from app.consensus.queries import lives as queries
from app.consensus.rules.changes import Kind
from app.consensus.rules.figures import MEASURES_VERSION
from app.consensus.rules.following import follow
from app.consensus.rules.life import Life
from app.consensus.rules.undo import acted_with, undone
from app.database import Lookup, db, writing
from app.policies.models import Policy
from app.policies.services.attributing import credits_between
from app.policies.services.writing_revisions import renew_pages
from app.policies.versions import get_version
from app.text.attribution import concerned

Row = dict[str, Any]


@dataclass(slots=True)
class Measures:
    """What following a policy from after revision ``since`` up to ``number`` gave.

    ``lives`` are those that were looked at, ``stored`` of them had a row before; ``changed`` have
    other words now.
    """

    policy_id: int
    since: int
    number: int
    rows: list[Row] = field(default_factory=list)
    lives: dict[str, Life] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


def measure(revisions: Iterable[tuple[int, int]]) -> None:
    """Measure these (policy id, number) pairs and whatever is missing before them, in order.

    Doing it twice is doing it once.
    """
    last: dict[int, int] = defaultdict(int)
    for policy_id, number in revisions:
        last[policy_id] = max(last[policy_id], number)
    found = [_follow(policy_id, number) for policy_id, number in last.items()]
    for measures in found:
        if measures.rows:
            writing()
            _write(measures)


def measure_anew(policy_id: int) -> None:
    """Say anew what was undone: other revisions than before count for it, and for every figure."""
    writing()
    renew_pages(policy_id)
    db.session.execute(delete(PolicyFigure).where(PolicyFigure.policy_id == policy_id))
    undone_by = _undone(policy_id, queries.list_lives(policy_id))
    changes = select(RevisionChange).where(RevisionChange.policy_id == policy_id)
    for change in db.session.scalars(changes):
        change.undone = undone_by.get((change.clause, change.number), "")
    db.session.flush()


def _follow(policy_id: int, number: int) -> Measures:
    done = _find_done(policy_id)
    found = Measures(policy_id, done, number)
    if done >= number:
        return found
    credits = credits_between(policy_id, done + 1, number)
    before = get_version(policy_id, done).outline if done else ()
    for missing in range(done + 1, number + 1):
        after = get_version(policy_id, missing).outline
        if done:
            stored = queries.list_lives(policy_id, concerned(before, after) - found.lives.keys())
            found.lives |= stored
            found.stored |= stored.keys()
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
    policy_id = measures.policy_id
    renew_pages(policy_id)
    if measures.since != _find_done(policy_id):
        measures = _follow(policy_id, measures.number)
    if not measures.rows:
        return
    undone_by = _undone(policy_id, _changed(measures), since=measures.since)
    for row in measures.rows:
        row["undone"] = undone_by.get((row["clause"], row["number"]), "")
    connection = db.session.connection()
    if not measures.since:
        for table in (_LIFE, _CHANGE):
            connection.execute(delete(table).where(table.c.policy_id == policy_id))
    connection.execute(_CHANGE.insert(), measures.rows)
    _write_lives(measures)
    _remember(policy_id, measures.number)


def _changed(measures: Measures) -> dict[str, Life]:
    return {clause: measures.lives[clause] for clause in sorted(measures.changed)}


def _write_lives(measures: Measures) -> None:
    rows: tuple[list[Row], list[Row]] = ([], [])
    for clause, life in _changed(measures).items():
        key = {"of_policy": measures.policy_id, "of_clause": clause}
        row = {"number": measures.number, "packed": life.pack()}
        if clause in measures.stored:
            rows[0].append(row | key)
        else:
            rows[1].append(row | {"policy_id": measures.policy_id, "clause": clause})
    connection = db.session.connection()
    for statement, values in zip((_RENEW_LIFE, _LIFE.insert()), rows, strict=True):
        if values:
            connection.execute(statement, values)


def _remember(policy_id: int, number: int) -> None:
    values = {"number": number, "version": MEASURES_VERSION}
    connection = db.session.connection()
    known = connection.execute(_RENEW_MEASURED, values | {"of_policy": policy_id})
    if not known.rowcount:
        connection.execute(_MEASURED.insert(), values | {"policy_id": policy_id})


def _undone(
    policy_id: int, lives: dict[str, Life], *, since: int = 0
) -> dict[tuple[str, int], str]:
    """By clause and revision after ``since``: the people whose actions it took back."""
    needed = {number for life in lives.values() for number in acted_with(life, since)}
    if not needed:
        return {}
    marked = queries.list_marked(policy_id)
    everything = lives if not marked else queries.list_lives(policy_id) | lives
    excluded = queries.excluded_of(everything, marked)
    policy = db.session.get_one(Policy, policy_id)
    authors = queries.list_authors(policy, excluded, needed if since else None)
    return {
        (clause, number): " ".join(map(str, sorted(people)))
        for clause, life in lives.items()
        for number, people in undone(life, authors).items()
        if number > since
    }


def _find_done(policy_id: int) -> int:
    """The last revision that was measured by today's definitions; 0 when none was."""
    found = _DONE.rows(policy_id=policy_id, version=MEASURES_VERSION)
    return int(found[0][0]) if found else 0


# Statements that are made once: composing them anew for each save costs more than they do.
_CHANGE, _LIFE, _MEASURED = (
    Table(model.__tablename__, model.metadata) for model in (RevisionChange, ClauseLife, MeasuredPolicy)
)  # fmt: skip
_DONE = Lookup(
    select(_MEASURED.c.number).where(
        _MEASURED.c.policy_id == bindparam("policy_id"), _MEASURED.c.version == bindparam("version")
    )
)
_RENEW_LIFE = _LIFE.update().where(
    _LIFE.c.policy_id == bindparam("of_policy"), _LIFE.c.clause == bindparam("of_clause")
)
_RENEW_LIFE = _RENEW_LIFE.values(number=bindparam("number"), packed=bindparam("packed"))
_RENEW_MEASURED = _MEASURED.update().where(_MEASURED.c.policy_id == bindparam("of_policy"))
_RENEW_MEASURED = _RENEW_MEASURED.values(number=bindparam("number"), version=bindparam("version"))
