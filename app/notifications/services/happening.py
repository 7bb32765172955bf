"""Write down what happened: a row for each thing that followers hear of, none of them with words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select

from app.database import db, writing
from app.ledger.delivery import SealedEvent
from app.notifications.models import Happening
from app.notifications.queries.noted import NOTERS, Noted
from app.notifications.rules import Kind

_ONCE = frozenset({Kind.THREAD, Kind.COMMENT, Kind.CONTRIBUTION})  # told when said or let out
_Key = tuple[int, str, int]  # policy, kind, ref


def note(events: Sequence[SealedEvent]) -> int:
    """Note what followers hear of in these events; how many things. Noting twice is noting once.

    What a revision changed is found before the write gate; inside it are the inserts alone.
    """
    found = [
        (event, noted) for event in _unnoted(events) for noted in NOTERS[event.kind](event.data)
    ]
    if not found:
        return 0
    told = _told_before([(event.data["policy"], noted) for event, noted in found])
    rows = []
    for event, noted in found:
        key = (event.data["policy"], noted.kind, noted.ref)
        if key in told:
            continue
        if noted.kind in _ONCE:
            told.add(key)
        rows.append(_row(event, noted))
    writing()
    if rows:
        db.session.execute(insert(Happening), rows)
    return len(rows)


def _unnoted(events: Sequence[SealedEvent]) -> list[SealedEvent]:
    query = select(Happening.seq).where(Happening.seq.in_([event.seq for event in events]))
    noted = set(db.session.scalars(query))
    return [event for event in events if event.seq not in noted]


def _told_before(found: Iterable[tuple[int, Noted]]) -> set[_Key]:
    """Words that were told of when they were said are not told of again when they are let out."""
    wanted: dict[Kind, set[int]] = {}
    for _policy, noted in found:
        if noted.kind in _ONCE:
            wanted.setdefault(noted.kind, set()).add(noted.ref)
    return {
        (row.policy_id, kind, row.ref)
        for kind, refs in wanted.items()
        for row in db.session.execute(
            select(Happening.policy_id, Happening.ref).where(
                Happening.kind == kind, Happening.ref.in_(refs)
            )
        )
    }


def _row(event: SealedEvent, noted: Noted) -> dict[str, object]:
    return {
        "seq": event.seq,
        "kind": noted.kind,
        "policy_id": event.data["policy"],
        "clauses": "".join(f" {one}" for one in noted.clauses) + (" " if noted.clauses else ""),
        "thread_id": noted.thread_id,
        "ref": noted.ref,
        "by_public_id": noted.by,
        "is_minor": noted.is_minor,
        "at": event.at,
    }
