"""The rows of the public log, each of its three tables below a key: what was done, held, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, literal, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor, Role
from app.database import db
from app.discussions.models import Hold
from app.moderation.models import Appeal, Flag, ModerationAction, Removal
from app.moderation.queries.places import (
    AnySelect,
    Place,
    is_known,
    place_columns,
    read_place,
    with_places,
)
from app.moderation.queries.verdicts import Verdict
from app.moderation.review_rules import Outcome
from app.moderation.rules import MISTAKE_REASON, SET_ASIDE_REASON, Kind
from app.policies.models import Policy
from app.policies.queries import seen_by

HOLD, REMOVE = "hold", "remove"  # what the log calls the rows of the two other tables
STATES = ("asked", "reviewed", "overturned", "mistake")


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


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log: what was done to what, under which rule, why, in which role, when.

    ``action`` is "hold" or "remove" for rows of those tables. ``until`` ends it, ``ended_at`` when
    it was ended earlier; ``ground`` and ``text_hash`` are those of a removal. ``is_mine`` says to
    the reader that it is about them, or what they reported.
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
    is_mine: bool = False
    verdict: Verdict = Verdict()

    @property
    def has_our_reason(self) -> bool:
        """Whether the reason is a sentence of the site, to be shown in the reader's language."""
        return self.reason in (SET_ASIDE_REASON, MISTAKE_REASON)

    @property
    def is_of_other_table(self) -> bool:
        """Whether its id is not that of a moderation action."""
        return self.action in (HOLD, REMOVE)

    @property
    def anchor(self) -> str:
        """The id of the entry on its page."""
        return f"{self.action if self.is_of_other_table else 'action'}-{self.id}"


def select_actions(actor: Actor) -> AnySelect:
    """All actions, for ``action_entry``; ``is_known`` says of each whether ``actor`` reads it."""
    columns = (*place_columns(ModerationAction, actor), ModerationAction, _is_of(actor))
    return with_places(select(*columns).select_from(ModerationAction), ModerationAction)


def _is_of(actor: Actor) -> ColumnElement[bool]:
    if actor.is_anonymous:
        return literal(False)
    flagged = exists().where(Flag.case_id == ModerationAction.case_id, Flag.by_id == actor.id)
    return or_(ModerationAction.person_id.is_not_distinct_from(actor.id), flagged)


def list_done(actor: Actor, filters: LogFilters, below: int, size: int) -> list[LogEntry]:
    """The newest actions below an id that ``actor`` may read of."""
    log = ModerationAction
    query = select_actions(actor).where(is_known(log, actor), log.id < below)
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
    return [action_entry(row) for row in db.session.execute(query)]


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


def action_entry(row: Any) -> LogEntry:
    """A row of ``select_actions``, without its verdict."""
    *place, done, is_mine = row
    return LogEntry(
        id=done.id,
        action=done.action,
        rule=done.rule,
        reason=done.reason,
        by_role=done.by_role,
        at=done.at,
        until=done.until,
        is_mistake=done.is_mistake,
        reverses_id=done.reverses_id,
        is_mine=bool(is_mine),
        place=read_place(place),
    )


def list_holds(actor: Actor, filters: LogFilters, below: int, size: int) -> list[LogEntry]:
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
        place=replace(Place(Kind.POLICY, *place), is_there=True),
    )


def list_removed(actor: Actor, filters: LogFilters, below: int, size: int) -> list[LogEntry]:
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


def _within(query: AnySelect, at: Any, filters: LogFilters) -> AnySelect:
    if filters.since is not None:
        query = query.where(at >= filters.since)
    return query if filters.before is None else query.where(at < filters.before)
