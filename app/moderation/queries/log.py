"""The public log: what moderators did, which drafts they held, and what was removed for good.

Three tables, each read below its own key and merged by time, so that page 500 costs what page 1
costs. Nobody is named in it: not who acted, not whom it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor, Role
from app.database import db
from app.discussions.models import Hold
from app.moderation.models import Appeal, ModerationAction, Removal
from app.moderation.queries.places import Place, is_known, place_columns, read_place, with_places
from app.moderation.queries.verdicts import Verdict, list_verdicts
from app.moderation.review_rules import Outcome
from app.moderation.rules import Kind
from app.policies.models import Policy
from app.policies.queries import seen_by

PAGE_SIZE = 50
HOLD, REMOVE = "hold", "remove"  # what the log calls the rows of the two other tables
STATES = ("asked", "reviewed", "overturned", "mistake")
_END = 2**31 - 1  # above all ids


@dataclass(frozen=True, slots=True)
class LogKey:
    """Where a page begins: below which id of each of the three tables."""

    action: int = _END
    hold: int = _END
    removal: int = _END

    def __str__(self) -> str:
        return f"{self.action}-{self.hold}-{self.removal}"


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What the log is narrowed to; empty fields narrow nothing. ``action`` may be hold or remove,
    ``state`` is one of STATES, ``since`` and ``before`` are moments."""

    policy: str = ""
    rule: str = ""
    action: str = ""
    kind: str = ""
    state: str = ""
    role: str = ""
    since: datetime | None = None
    before: datetime | None = None


EVERYTHING = LogFilters()


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log: what was done to what, under which rule, why, in which role, when.

    ``action`` is "hold" or "remove" for rows of those tables. ``until`` ends it, ``ended_at`` when
    it was ended earlier; ``ground`` and ``text_hash`` are those of a removal.
    """

    id: int
    action: str
    rule: str
    reason: str
    by_role: str
    at: datetime
    place: Place
    until: datetime | None = None
    ended_at: datetime | None = None
    is_mistake: bool = False
    reverses_id: int | None = None
    ground: str = ""
    text_hash: str = ""
    verdict: Verdict = Verdict()

    @property
    def anchor(self) -> str:
        """The id of the entry on its page."""
        name = self.action if self.action in (HOLD, REMOVE) else "action"
        return f"{name}-{self.id}"


def list_log(
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
        _actions(actor, filters, start.action, size + 1),
        _holds(actor, filters, start.hold, size + 1),
        _removals(actor, filters, start.removal, size + 1),
    ]
    rows = _merged(streams, size)
    # A stream that is at its end may show less than was taken of it: the key counts what was shown.
    shown = [[row for row in stream if row in rows] for stream in streams]
    is_last = all(len(some) == len(stream) for some, stream in zip(shown, streams, strict=True))
    below = [
        some[-1].id if some else end
        for some, end in zip(shown, (start.action, start.hold, start.removal), strict=True)
    ]
    verdicts = list_verdicts([row.id for row in rows if row.anchor.startswith("action")])
    named = [
        replace(row, verdict=verdicts[row.id])
        if row.anchor.startswith("action") and row.id in verdicts
        else row
        for row in rows
    ]
    return named, None if is_last else LogKey(*below)


def _merged(streams: Sequence[Sequence[LogEntry]], size: int) -> list[LogEntry]:
    """The first ``size`` of all streams by time; each stream keeps its own order, by id."""
    queues = [list(stream) for stream in streams]
    merged: list[LogEntry] = []
    while len(merged) < size and any(queues):
        newest = max((queue for queue in queues if queue), key=lambda queue: queue[0].at)
        merged.append(newest.pop(0))
    return merged


def find_entry(action_id: int, actor: Actor) -> tuple[LogEntry, bool] | None:
    """One action and whether ``actor`` reads it in the log; where not, its place is empty."""
    row = db.session.execute(_select_actions(actor).where(ModerationAction.id == action_id)).first()
    if row is None:
        return None
    verdict = list_verdicts([action_id]).get(action_id, Verdict())
    return replace(_action_entry(row), verdict=verdict), bool(row.is_known)


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


def _select_actions(actor: Actor) -> Select[Any]:
    log = ModerationAction
    columns: tuple[Any, ...] = (
        log.id, log.action, log.rule, log.reason, log.by_role, log.at, log.until, log.is_mistake,
        log.reverses_id,
    )  # fmt: skip
    return with_places(select(*columns, *place_columns(log, actor)).select_from(log), log)


def _actions(actor: Actor, filters: LogFilters, below: int, size: int) -> list[LogEntry]:
    log = ModerationAction
    query = _select_actions(actor).where(is_known(log, actor), log.id < below)
    for column, value in (
        (Policy.slug, filters.policy),
        (log.rule, filters.rule),
        (log.action, filters.action),
        (log.kind, filters.kind),
        (log.by_role, filters.role),
    ):
        if value:
            query = query.where(column == value)
    if filters.state:
        query = query.where(_is_in(filters.state))
    query = _within(query, log.at, filters).order_by(log.id.desc()).limit(size)
    return [_action_entry(row) for row in db.session.execute(query)]


def _is_in(state: str) -> ColumnElement[bool]:
    """SQL over ModerationAction: whether it stands so with its review."""
    if state == "mistake":
        undoing = aliased(ModerationAction)
        undone = exists().where(undoing.reverses_id == ModerationAction.id, undoing.is_mistake)
        return undone | ModerationAction.is_mistake
    appeal = exists().where(Appeal.action_id == ModerationAction.id)
    if state == "asked":
        return appeal.where(Appeal.decided_at.is_(None))
    if state == "overturned":
        return appeal.where(Appeal.outcome == Outcome.OVERTURNED)
    return appeal.where(Appeal.decided_at.is_not(None))


def _action_entry(row: Any) -> LogEntry:
    return LogEntry(
        id=row.id,
        action=row.action,
        rule=row.rule,
        reason=row.reason,
        by_role=row.by_role,
        at=row.at,
        until=row.until,
        is_mistake=row.is_mistake,
        reverses_id=row.reverses_id,
        place=read_place(row[9:]),
    )


def _holds(actor: Actor, filters: LogFilters, below: int, size: int) -> list[LogEntry]:
    """A hold is under no rule, and nobody reviews it: it ends by itself."""
    is_other = filters.rule or filters.state or filters.kind not in ("", Kind.POLICY)
    if is_other or filters.action not in ("", HOLD):
        return []
    columns: tuple[Any, ...] = (Hold, Policy.id, Policy.slug, Policy.title, Policy.language)
    query = (
        select(*columns)
        .join(Policy, Policy.id == Hold.policy_id)
        .where(Hold.id < below, seen_by(actor))
    )
    if filters.policy:
        query = query.where(Policy.slug == filters.policy)
    if filters.role:
        query = query.where(Hold.by_role == filters.role)
    query = _within(query, Hold.begun_at, filters).order_by(Hold.id.desc()).limit(size)
    return [_hold_entry(hold, place) for hold, *place in db.session.execute(query)]


def _hold_entry(hold: Hold, place: Sequence[Any]) -> LogEntry:
    return LogEntry(
        id=hold.id,
        action=HOLD,
        rule="",
        reason="",
        by_role=hold.by_role,
        at=hold.begun_at,
        until=hold.until,
        ended_at=hold.ended_at,
        place=Place(Kind.POLICY, *place, is_there=True),
    )


def _removals(actor: Actor, filters: LogFilters, below: int, size: int) -> list[LogEntry]:
    """Confirmed ones; a court order is no house rule, so a rule narrows to personal data."""
    if filters.state or filters.action not in ("", REMOVE):
        return []
    if filters.role not in ("", Role.SUPERVISOR):
        return []
    query = with_places(select(Removal, *place_columns(Removal, actor)), Removal).where(
        Removal.id < below, Removal.is_confirmed, is_known(Removal, actor)
    )
    for column, value in (
        (Policy.slug, filters.policy),
        (Removal.ground, filters.rule),
        (Removal.kind, filters.kind),
    ):
        if value:
            query = query.where(column == value)
    query = _within(query, Removal.decided_at, filters).order_by(Removal.id.desc()).limit(size)
    return [_removal_entry(removal, place) for removal, *place in db.session.execute(query)]


def _removal_entry(removal: Removal, place: Sequence[Any]) -> LogEntry:
    return LogEntry(
        id=removal.id,
        action=REMOVE,
        rule="",
        reason=removal.reason,
        by_role=Role.SUPERVISOR,
        at=removal.decided_at or removal.proposed_at,
        ground=removal.ground,
        text_hash=removal.text_hash,
        place=read_place(place),
    )


def _within(query: Select[Any], at: Any, filters: LogFilters) -> Select[Any]:
    if filters.since is not None:
        query = query.where(at >= filters.since)
    return query if filters.before is None else query.where(at < filters.before)
