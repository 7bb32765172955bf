"""Which places a list of contributions has: one for each that stands alone, one for each group.

A page of a hundred thousand costs what a page of twenty costs: it is read from where the one
before ended, and only the groups on it are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    case,
    desc,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.accounts.models import Person
from app.database import db
from app.policies.models import Policy
from app.suggestions.models import Contribution
from app.suggestions.queries.hiding import is_hidden_contribution
from app.suggestions.queries.narrowing import Filters, parts_about
from app.suggestions.queries.shown import Receipts, contributions_seen_by
from app.suggestions.rules import Kind, State

FOLDED = 2  # shown behind "n people sent much the same text"; a page of their own holds the rest
PageKey = tuple[int, ...]

_row = aliased(Contribution, name="place")


@dataclass(frozen=True, slots=True)
class Place:
    """One place: the newest that stands there, and by what it stands where it does, larger first.

    ``group`` is that of which it is the newest, None for one that stands alone.
    """

    id: int
    key: PageKey
    group: int | None


@dataclass(frozen=True, slots=True)
class Folded:
    """A group: how many there are, of how many people, and the ids of the next newest."""

    same: int
    people: int
    others: tuple[int, ...]


ALONE = Folded(1, 1, ())


@dataclass(frozen=True, slots=True)
class Readable:
    """What ``actor`` can have in a list of a policy; ``group`` narrows it to a group by its id."""

    policy_id: int
    actor: Actor
    receipts: Receipts
    filters: Filters
    group: int | None = None

    def select(self, *columns: Any) -> Select[Any]:
        """Contributions of the list; hidden ones are among them, they stand as markers."""
        return (
            select(*columns)
            .select_from(Contribution)
            .join(Policy, Policy.id == Contribution.policy_id)
            .join(Person, Person.id == Contribution.author_id)
            .where(contributions_seen_by(self.actor, self.receipts), *self.narrowed(Contribution))
        )

    def narrowed(self, one: Any) -> Iterator[ColumnElement[bool]]:
        """SQL over ``one``: the filters, but for the place in the text."""
        yield one.policy_id == self.policy_id
        yield one.state != State.WITHDRAWN
        if self.filters.kind:
            yield one.kind == self.filters.kind
        if self.filters.only_open:
            yield one.state == State.OPEN
        if self.group is not None:
            yield or_(one.group_id == self.group, one.id == self.group)
            yield ~is_hidden_contribution(one.id)

    def about(self, one: Any) -> Sequence[ColumnElement[bool]]:
        """SQL over ``one``: the place in the text, as ``parts_about`` says it."""
        return parts_about(self.filters.clause, one) if self.filters.clause else (true(),)

    def in_group(self, *columns: Any) -> Select[Any]:
        """Those of the list that share a group with ``_row`` and can be read."""
        return (
            self.select(*columns)
            .where(
                Contribution.group_id == _row.group_id,
                ~is_hidden_contribution(),
                or_(*self.about(Contribution)),
            )
            .correlate(_row)
        )

    def count(self) -> list[tuple[str, str, int]]:
        """How many can be read, by kind and state; a row for each part of the text."""
        kind: Any = Contribution.kind
        if self.filters.clause or self.group is not None:
            # Else SQLite would walk through all, in the order of their kinds, to find the few.
            kind = kind.concat(literal_column("''"))
        by = (kind, Contribution.state)
        parts = [
            self.select(*by, func.count()).where(part, ~is_hidden_contribution()).group_by(*by)
            for part in self.about(Contribution)
        ]
        return [(row[0], row[1], row[2]) for row in db.session.execute(union_all(*parts))]


def find_group(policy_id: int, number: int) -> int:
    """The id of the group in which the contribution with this number is; 0 when there is none."""
    query = select(func.coalesce(Contribution.group_id, Contribution.id)).where(
        Contribution.policy_id == policy_id, Contribution.number == number
    )
    return db.session.scalar(query) or 0


def list_places(readable: Readable, before: PageKey | None, size: int) -> list[Place]:
    """The first ``size`` places below the key ``before``; one SELECT, or up to four where
    suggestions or the largest groups come first."""
    filters = readable.filters
    if before is not None and len(before) != 1 + filters.has_sections + (filters.sort == "similar"):
        before = None
    sections = (1, 0) if filters.has_sections else (None,)
    found = (_section(readable, section, before, size) for section in sections)
    return list(islice(chain.from_iterable(found), size))


def fold(readable: Readable, places: Sequence[Place]) -> dict[int, Folded]:
    """By the id of a group's newest: how many there are and the next ones; two SELECTs."""
    heads = {place.group: place.id for place in places if place.group is not None}
    if not heads:
        return {}
    persons = func.count(Contribution.author_id.distinct())
    sizes = (
        readable.select(Contribution.group_id, func.count(), persons)
        .where(
            Contribution.group_id.in_(heads),
            ~is_hidden_contribution(),
            or_(*readable.about(Contribution)),
        )
        .group_by(Contribution.group_id)
    )
    older = readable.in_group(Contribution.id).where(Contribution.number < _row.number)
    older = older.order_by(Contribution.number.desc()).limit(1)
    nexts = [older.offset(place).scalar_subquery() for place in range(FOLDED)]
    rows = db.session.execute(select(_row.id, *nexts).where(_row.id.in_(heads.values())))
    others = {row[0]: tuple(ident for ident in row[1:] if ident is not None) for row in rows}
    return {
        heads[group]: Folded(same, people, others[heads[group]])
        for group, same, people in db.session.execute(sizes)
    }


def _section(
    readable: Readable, section: int | None, before: PageKey | None, size: int
) -> Iterator[Place]:
    """The places of suggestions (1), of all else (0), or of both."""
    lead: PageKey = ()
    if section is not None:
        lead = (section,)
        if before is not None:
            if before[0] < section:
                return
            before = before[1:] if before[0] == section else None
    if readable.filters.sort == "similar":
        yield from _largest(readable, section, before, size)
        lead = (*lead, 1)
        if before is not None:
            if before[0] < 1:
                return
            before = before[1:] if before[0] == 1 else None
    yield from _newest(readable, section, before, size, lead)


def _largest(
    readable: Readable, section: int | None, below: PageKey | None, size: int
) -> Iterator[Place]:
    """The groups of more than one that can be read, the largest first."""
    if readable.group is not None:
        return
    sizes = (
        readable.select(
            Contribution.group_id,
            func.count().label("same"),
            func.max(Contribution.number).label("newest"),
        )
        .where(
            Contribution.group_id.is_not(None),
            ~is_hidden_contribution(),
            or_(*readable.about(Contribution)),
        )
        .group_by(Contribution.group_id)
        .having(func.count() > 1)
        .subquery()
    )
    key = (sizes.c.same, sizes.c.newest)
    query = (
        select(_row.id, sizes.c.group_id, *key)
        .join(sizes, sizes.c.newest == _row.number)
        .where(_row.policy_id == readable.policy_id, _is_of(section, _row.kind))
        .order_by(*(column.desc() for column in key))
    )
    if below is not None:
        query = query.where(tuple_(*key) < tuple_(*below))
    lead = () if section is None else (section,)
    for ident, group, *order in db.session.execute(query.limit(size)):
        yield Place(ident, (*lead, *order), group)


def _newest(
    readable: Readable, section: int | None, below: PageKey | None, size: int, lead: PageKey
) -> Iterator[Place]:
    """The newest of all, or of those that stand alone where the largest groups came first."""
    group = case((is_hidden_contribution(_row.id), None), else_=_row.group_id)
    query = select(_row.id, _row.number.label("number"), group.label("group")).where(
        *readable.narrowed(_row), _is_of(section, _row.kind), _stands(readable)
    )
    if below is not None:
        query = query.where(_row.number < below[0])
    query = query.order_by(_row.number.desc()).limit(size)
    parts = [select(query.where(part).subquery()) for part in readable.about(_row)]
    either = union_all(*parts).order_by(desc("number")).limit(size)
    is_alone = readable.group is not None or readable.filters.sort == "similar"
    for ident, number, name in db.session.execute(either):
        yield Place(ident, (*lead, number), None if is_alone else name)


def _stands(readable: Readable) -> ColumnElement[bool]:
    """SQL over ``_row``: it can be read and is the newest of its group; or has no other beside it
    where groups came first. What is hidden always stands alone."""
    itself = readable.select(Contribution.id).where(Contribution.id == _row.id)
    is_there = itself.correlate(_row).exists()
    if readable.group is not None:
        return is_there
    is_single = or_(_row.group_id.is_(None), is_hidden_contribution(_row.id))
    if readable.filters.sort == "similar":
        others = readable.in_group(Contribution.id).where(Contribution.id != _row.id)
        return and_(is_there, or_(is_single, ~others.exists()))
    newest = readable.in_group(Contribution.id).order_by(Contribution.number.desc()).limit(1)
    # Of one without a group SQLite would look for its group among all of the policy.
    is_newest = and_(_row.group_id.is_not(None), _row.id == newest.scalar_subquery())
    return or_(and_(is_single, is_there), is_newest)


def _is_of(section: int | None, kind: Any) -> ColumnElement[bool]:
    if section is None:
        return true()
    found: ColumnElement[bool] = kind == Kind.SUGGESTION if section else kind != Kind.SUGGESTION
    return found
