"""The public log: what moderators did, which drafts they held, and what was removed for good.

Three tables, each read below its own key and merged by time, so that page 500 costs what page 1
costs. Nobody is named in it: not who acted, not whom it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from app.access.actor import Actor
from app.database import db
from app.discussions.models import Hold
from app.moderation.models import ModerationAction, Removal
from app.moderation.queries.log_rows import (
    LogEntry,
    LogFilters,
    action_entry,
    list_done,
    list_holds,
    list_removed,
    select_actions,
)
from app.moderation.queries.verdicts import Verdict, list_verdicts

PAGE_SIZE = 50
EVERYTHING = LogFilters()
_END = 2**31 - 1  # above all ids


@dataclass(frozen=True, slots=True)
class LogKey:
    """Where a page begins: below which id of each of the three tables."""

    action: int = _END
    hold: int = _END
    removal: int = _END

    def __str__(self) -> str:
        return f"{self.action}-{self.hold}-{self.removal}"


def list_actions(
    actor: Actor,
    filters: LogFilters = EVERYTHING,
    *,
    key: LogKey | None = None,
    size: int = PAGE_SIZE,
) -> tuple[Sequence[LogEntry], LogKey | None]:
    """What was done, newest first below ``key``, and the key of the next page.

    What ``actor`` could not read even if it were not hidden is left out.
    """
    start = key or LogKey()
    streams = [
        list_done(actor, filters, start.action, size + 1),
        list_holds(actor, filters, start.hold, size + 1),
        list_removed(actor, filters, start.removal, size + 1),
    ]
    rows, taken = _merged(streams, size)
    verdicts = list_verdicts([row.id for row in streams[0][: taken[0]]])
    named = [
        row if row.is_of_other_table else replace(row, verdict=verdicts.get(row.id, Verdict()))
        for row in rows
    ]
    if taken == [len(stream) for stream in streams]:
        return named, None
    ends = (start.action, start.hold, start.removal)
    below = [
        stream[count - 1].id if count else end
        for stream, count, end in zip(streams, taken, ends, strict=True)
    ]
    return named, LogKey(*below)


def _merged(streams: Sequence[Sequence[LogEntry]], size: int) -> tuple[list[LogEntry], list[int]]:
    """The first ``size`` of all streams by time, each in its own order, and how many of each."""
    taken = [0] * len(streams)
    merged: list[LogEntry] = []
    while len(merged) < size:
        heads = [
            (s[n].at, -i) for i, (s, n) in enumerate(zip(streams, taken, strict=True)) if n < len(s)
        ]
        if not heads:
            break
        newest = -max(heads)[1]
        merged.append(streams[newest][taken[newest]])
        taken[newest] += 1
    return merged, taken


def find_entry(action_id: int, actor: Actor) -> tuple[LogEntry, bool] | None:
    """One action and whether ``actor`` reads it in the log; where not, its place is empty."""
    row = db.session.execute(select_actions(actor).where(ModerationAction.id == action_id)).first()
    if row is None:
        return None
    verdict = list_verdicts([action_id]).get(action_id, Verdict())
    return replace(action_entry(row), verdict=verdict), bool(row.is_known)


def key_at(action_id: int) -> LogKey:
    """The key of the page that begins with the action below ``action_id``, as old links name it."""
    row = db.session.execute(
        select(ModerationAction.at)
        .where(ModerationAction.id < action_id)
        .order_by(ModerationAction.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return LogKey(action_id, 0, 0)
    hold = select(func.max(Hold.id)).where(Hold.begun_at <= row.at)
    removal = select(func.max(Removal.id)).where(Removal.decided_at <= row.at)
    return LogKey(
        action_id, (db.session.scalar(hold) or 0) + 1, (db.session.scalar(removal) or 0) + 1
    )
