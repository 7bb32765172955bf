"""What people say on a policy or one clause: filtered, sorted, and what is much the same folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, tuple_
from sqlalchemy.sql import ColumnElement, SQLColumnExpression

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Thread
from app.discussions.queries import count_words
from app.discussions.rules import enough_confirmation
from app.policies.models import Policy
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.shown import (
    COMMENT,
    NO_RECEIPTS,
    SUGGESTION,
    Receipts,
    opening_comment,
    select_contributions,
    views,
)
from app.suggestions.queries.views import ContributionView, runs_of
from app.suggestions.rules import Kind, State
from app.text.overlap import overlaps, touched
from app.visibility import Hidden, is_hidden

PAGE_SIZE = 15  # groups; with long words on all of them the page stays below 100 KB
FOLDED = 2  # shown behind "n people sent much the same text"; a page of their own holds the rest
RIVALS = 6  # named at most
SORTS = ("newest", "similar")

PageKey = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to and how it is ordered; empty fields narrow nothing.

    ``group`` is the number of one of those that are much the same: all of them, unfolded.
    """

    clause: str = ""
    kind: str = ""
    only_open: bool = False
    sort: str = "newest"
    group: int | None = None

    @property
    def has_sections(self) -> bool:
        """Whether suggestions come first and the rest behind them, as on a clause."""
        return bool(self.clause) and not self.kind and self.group is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the list: ``shown`` is the newest of ``same`` that say much the same, sent by
    ``people`` persons, ``others`` the next newest of them. ``rivals`` are the numbers of other suggestions on this
    page that change the same words; ``replies`` counts by number."""

    shown: ContributionView
    same: int = 1
    people: int = 1
    others: tuple[ContributionView, ...] = ()
    rivals: tuple[int, ...] = ()
    replies: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many a reader can read, by kind, and how many of them wait for an answer."""

    by_kind: Mapping[str, int]
    open: int

    @property
    def all(self) -> int:
        return sum(self.by_kind.values())


def list_entries(
    policy: Policy,
    actor: Actor,
    filters: Filters,
    *,
    receipts: Receipts = NO_RECEIPTS,
    before: PageKey | None = None,
    size: int = PAGE_SIZE,
) -> tuple[list[Entry], PageKey | None]:
    """A page of the list below the key ``before``, and the key of the next one; four SELECTs.

    What was taken back is left out; what is hidden stands there as its marker.
    """
    matching = _matching(policy, actor, filters, receipts)
    key = _key(filters)
    order = _order(filters)
    persons = func.count(Contribution.author_id.distinct())
    groups = (
        matching.with_only_columns(key.label("key"), func.count(), persons, *order)
        .group_by(key)
        .order_by(*(column.desc() for column in order))
    )
    if before is not None and len(before) == len(order):
        groups = groups.having(tuple_(*order) < tuple_(*before))
    rows = db.session.execute(groups.limit(size + 1)).all()
    sizes = {row[0]: (row[1], row[2]) for row in rows[:size]}
    next_key = tuple(rows[size - 1][3:]) if len(rows) > size else None
    entries = _entries(matching, key, sizes, actor, receipts)
    return entries if filters.group is not None else _with_rivals(entries), next_key


def count_all(
    policy: Policy, actor: Actor, filters: Filters, *, receipts: Receipts = NO_RECEIPTS
) -> Counts:
    """What can be chosen from within the clause or group; hidden ones are not counted."""
    query = (
        _matching(policy, actor, replace(filters, kind="", only_open=False), receipts)
        .where(Hidden.id.is_(None))
        .with_only_columns(Contribution.kind, Contribution.state, func.count())
        .group_by(Contribution.kind, Contribution.state)
    )
    by_kind: Counter[str] = Counter()
    waiting = 0
    for kind, state, count in db.session.execute(query):
        by_kind[kind] += count
        waiting += count if state == State.OPEN else 0
    return Counts(by_kind, waiting)


def count_by_clause(policy_id: int, since: datetime | None) -> dict[str, int]:
    """Contributions per clause id that everybody sees; ``since`` leaves out those sent before.

    A suggestion on the whole text counts at each clause that it changes.
    """
    place = func.coalesce(
        Contribution.clause, Contribution.after, SuggestedChange.clause, SuggestedChange.after
    )
    query = (
        select(place, func.count(Contribution.id.distinct()))
        .select_from(Contribution)
        .join(Person, Person.id == Contribution.author_id)
        .outerjoin(
            SuggestedChange,
            and_(
                SuggestedChange.contribution_id == Contribution.id,
                Contribution.clause.is_(None),
                Contribution.after.is_(None),
            ),
        )
        .where(
            Contribution.policy_id == policy_id,
            Contribution.state != State.WITHDRAWN,
            Person.confirmation.in_(enough_confirmation()),
            place.is_not(None),
            ~is_hidden(SUGGESTION, Contribution.id),
            ~is_hidden(COMMENT, opening_comment()),
        )
        .group_by(place)
    )
    if since is not None:
        query = query.where(Contribution.sent_at >= since)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _matching(policy: Policy, actor: Actor, filters: Filters, receipts: Receipts) -> Select[Any]:
    """The contributions that the list is about, whichever page of it."""
    query = select_contributions(actor, receipts).where(
        Contribution.policy_id == policy.id, Contribution.state != State.WITHDRAWN
    )
    if filters.clause:
        query = query.where(is_about(filters.clause))
    if filters.kind:
        query = query.where(Contribution.kind == filters.kind)
    if filters.only_open:
        query = query.where(Contribution.state == State.OPEN)
    if filters.group is not None:
        same = select(_GROUP).where(
            Contribution.policy_id == policy.id, Contribution.number == filters.group
        )
        query = query.where(same.correlate(None).scalar_subquery() == _GROUP, Hidden.id.is_(None))
    return query


def is_about(clause: str) -> ColumnElement[bool]:
    """SQL: sent about the clause or a place behind it, or a whole text that changes it."""
    changed = select(SuggestedChange.position).where(
        SuggestedChange.contribution_id == Contribution.id,
        or_(SuggestedChange.clause == clause, SuggestedChange.after == clause),
    )
    whole = and_(Contribution.clause.is_(None), Contribution.after.is_(None))
    return or_(
        Contribution.clause == clause, Contribution.after == clause, and_(whole, changed.exists())
    )


_GROUP = func.coalesce(Contribution.group_id, Contribution.id)


def _key(filters: Filters) -> SQLColumnExpression[int]:
    """What stands in one place of the list; a marker always stands alone."""
    if filters.group is not None:
        return Contribution.id
    return case((Hidden.id.is_not(None), -Contribution.id), else_=_GROUP)


def _order(filters: Filters) -> tuple[ColumnElement[Any], ...]:
    """By what places stand in the list, each the larger the earlier."""
    order: list[ColumnElement[Any]] = []
    if filters.has_sections:
        is_suggestion = case((Contribution.kind == Kind.SUGGESTION, 1), else_=0)
        order.append(func.max(is_suggestion))
    if filters.sort == "similar":
        order.append(func.count())
    return (*order, func.max(Contribution.number))


def _entries(
    matching: Select[Any],
    key: SQLColumnExpression[int],
    sizes: Mapping[int, tuple[int, int]],
    actor: Actor,
    receipts: Receipts,
) -> list[Entry]:
    """The entries for group keys and sizes, in the order of ``sizes``."""
    newest_first = func.row_number().over(partition_by=key, order_by=Contribution.number.desc())
    ranked = (
        matching.with_only_columns(
            Contribution.id.label("id"), key.label("key"), newest_first.label("place")
        )
        .where(key.in_(sizes))
        .subquery()
    )
    query = (
        select_contributions(actor, receipts)
        .join(ranked, ranked.c.id == Contribution.id)
        .where(ranked.c.place <= 1 + FOLDED)
        .order_by(ranked.c.place)
        .add_columns(ranked.c.key, count_words(_talk_about(), actor).label("talk"))
    )
    rows = db.session.execute(query).all() if sizes else []
    groups: dict[int, list[ContributionView]] = {found: [] for found in sizes}
    replies: dict[int, int] = {}
    for row, view in zip(rows, views(rows, actor, receipts), strict=True):
        groups[row.key].append(view)
        replies[view.number] = row.talk - (view.thread_id is not None)
    return [
        Entry(found[0], *sizes[name], tuple(found[1:]), replies=replies)
        for name, found in groups.items()
    ]


def _talk_about() -> ColumnElement[bool]:
    """SQL over Thread: the thread of a contribution, or of the replies to a suggestion."""
    replies = and_(Thread.subject_kind == SUGGESTION, Thread.subject_id == Contribution.id)
    return or_(Thread.id == Contribution.thread_id, replies)


def _with_rivals(entries: list[Entry]) -> list[Entry]:
    """With the numbers of those that change the same words of the same wording."""
    places = [
        (entry.shown.number, change.clause, change.before, touched(runs_of(change)))
        for entry in entries
        if entry.shown.state == State.OPEN
        for change in entry.shown.changes
        if change.clause
    ]
    found: dict[int, set[int]] = {entry.shown.number: set() for entry in entries}
    for number, *wording, mine in places:
        for other, *other_wording, theirs in places:
            if number != other and wording == other_wording and overlaps(mine, theirs):
                found[number].add(other)
    return [
        replace(entry, rivals=tuple(sorted(found[entry.shown.number])[-RIVALS:]))
        for entry in entries
    ]
