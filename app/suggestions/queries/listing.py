"""What people say on a policy or one clause: filtered, sorted, and what is much the same folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, union_all
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from app.discussions.models import Thread
from app.discussions.queries import count_words
from app.discussions.rules import enough_confirmation
from app.policies.models import Policy
from app.suggestions.models import Contribution, SuggestedChange
from app.suggestions.queries.hiding import is_hidden_contribution
from app.suggestions.queries.narrowing import SORTS, Filters, is_about
from app.suggestions.queries.places import (
    ALONE,
    FOLDED,
    Folded,
    PageKey,
    Place,
    Readable,
    find_group,
    fold,
    list_places,
)
from app.suggestions.queries.shown import (
    NO_RECEIPTS,
    SUGGESTION,
    Receipts,
    select_contributions,
    views,
)
from app.suggestions.queries.views import ContributionView, runs_of
from app.suggestions.rules import State
from app.text.overlap import overlaps, touched

__all__ = ["FOLDED", "SORTS", "Filters", "PageKey", "is_about"]  # of the places, for who lists them

PAGE_SIZE = 13  # groups; with long words on all of them the page stays below 100 KB
RIVALS = 6  # named at most


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
    """A page of the list below the key ``before``, and the key of the next one; up to nine SELECTs.

    What was taken back is left out; what is hidden stands there as its marker.
    """
    readable = _readable(policy, actor, filters, receipts)
    places = list_places(readable, before, size + 1)
    next_key = places[size - 1].key if len(places) > size else None
    entries = _entries(places[:size], fold(readable, places[:size]), actor, receipts)
    return entries if filters.group is not None else _with_rivals(entries), next_key


def count_all(
    policy: Policy, actor: Actor, filters: Filters, *, receipts: Receipts = NO_RECEIPTS
) -> Counts:
    """What can be chosen from within the clause or group; hidden ones are not counted."""
    by_kind: Counter[str] = Counter()
    waiting = 0
    everything = replace(filters, kind="", only_open=False)
    for kind, state, count in _readable(policy, actor, everything, receipts).count():
        by_kind[kind] += count
        waiting += count if state == State.OPEN else 0
    return Counts(by_kind, waiting)


def count_by_clause(policy_id: int, since: datetime | None) -> dict[str, int]:
    """Contributions per clause id that everybody sees; ``since`` leaves out those sent before.

    A suggestion on the whole text counts at each clause that it changes.
    """
    clause, after = Contribution.clause, Contribution.after
    changed = func.coalesce(SuggestedChange.clause, SuggestedChange.after)
    query = (
        select(clause, func.count())
        .select_from(Contribution)
        .join(Person, Person.id == Contribution.author_id)
        .where(
            Contribution.policy_id == policy_id,
            Contribution.state != State.WITHDRAWN,
            or_(Person.confirmation.in_(enough_confirmation()), Contribution.channel != ""),
            Contribution.held_until.is_(None),
            ~is_hidden_contribution(),
        )
    )
    if since is not None:
        query = query.where(Contribution.sent_at >= since)
    about = query.where(clause.is_not(None)).group_by(clause)
    behind = query.with_only_columns(after, func.count())
    behind = behind.where(clause.is_(None), after.is_not(None)).group_by(after)
    whole = (
        query.with_only_columns(changed, func.count(Contribution.id.distinct()))
        .join(SuggestedChange, SuggestedChange.contribution_id == Contribution.id)
        .where(clause.is_(None), after.is_(None), changed.is_not(None))
        .group_by(changed)
    )
    found: Counter[str] = Counter()
    rows: Sequence[Any] = db.session.execute(union_all(about, behind, whole)).all()
    for place, count in rows:
        found[place] += count
    return dict(found)


def _readable(policy: Policy, actor: Actor, filters: Filters, receipts: Receipts) -> Readable:
    group = find_group(policy.id, filters.group) if filters.group is not None else None
    return Readable(policy.id, actor, receipts, filters, group)


def _entries(
    places: Sequence[Place], folded: Mapping[int, Folded], actor: Actor, receipts: Receipts
) -> list[Entry]:
    """The entries of the places, in their order."""
    groups = [(place.id, folded.get(place.id, ALONE)) for place in places]
    wanted = [ident for newest, group in groups for ident in (newest, *group.others)]
    query = select_contributions(actor, receipts).where(Contribution.id.in_(wanted))
    query = query.add_columns(count_words(_talk_about(), actor).label("talk"))
    rows = db.session.execute(query).all() if wanted else []
    found = {view.id: view for view in views(rows, actor, receipts)}
    replies = {row[0].number: row.talk - (row[0].thread_id is not None) for row in rows}
    return [
        Entry(
            found[newest],
            group.same,
            group.people,
            tuple(found[ident] for ident in group.others),
            replies=replies,
        )
        for newest, group in groups
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
