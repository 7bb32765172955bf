"""History flow: the clauses of a text over its revisions, as bands that come, grow, split and go.

A band is a clause, or a chapter where there are too many clauses for one picture (after the history
flow of Viégas, Wattenberg and Dave 2004).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, TypeVar

from app.consensus.rules.flow_parts import group, merged
from app.text.outline import Outline

One = TypeVar("One")

MOST_COLUMNS = 48
MOST_RUNS = 600  # of all bands together; a page of more would weigh more than 300 KB
AGES = 5  # the words of the first version, and those of four equal parts of the versions after it


@dataclass(frozen=True, slots=True)
class Cell:
    """A band in one column: its words in all, by role and by age (indexes as in ``Flow``)."""

    words: int
    roles: tuple[int, ...]
    ages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """The columns ``first`` to ``last`` in which a band stayed the same."""

    first: int
    last: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class Band:
    """One clause, or the chapter that begins with clause ``ident`` and has ``clauses`` of them.

    ``came`` and ``went`` are the numbers of the revisions that brought and removed it (``went`` 0:
    it stands), ``changed`` how many revisions between changed its words.
    """

    ident: str
    label: str
    clauses: int
    came: int
    changed: int
    went: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What the picture shows: ``numbers`` of the revisions that are its columns, of ``revisions``
    in all, with the times they were saved (ISO 8601).

    ``roles`` are the codes that ``Cell.roles`` counts, ``ages`` the number of the first revision of
    each age; a last age counts words that are not traced. ``orders`` are pairs (column, indexes of
    bands from top to bottom), valid from that column on. ``links`` are (column, from, to): words of
    a band went over into another one that begins there, or where that one ends.
    """

    numbers: tuple[int, ...]
    times: tuple[str, ...]
    revisions: int
    roles: tuple[str, ...]
    ages: tuple[int, ...]
    bands: tuple[Band, ...]
    orders: tuple[tuple[int, tuple[int, ...]], ...]
    links: tuple[tuple[int, int, int], ...]

    def order_at(self, column: int) -> tuple[int, ...]:
        """The bands of a column from top to bottom."""
        return next((bands for start, bands in reversed(self.orders) if start <= column), ())

    def to_json(self) -> dict[str, Any]:
        """As plain lists; ``from_json`` reads it back."""
        row = asdict(self)
        row["bands"] = [
            [b.ident, b.label, b.clauses, b.came, b.changed, b.went]
            + [[r.first, r.last, r.cell.words, r.cell.roles, r.cell.ages] for r in b.runs]
            for b in self.bands
        ]
        return row

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Flow:
        return cls(
            numbers=tuple(row["numbers"]),
            times=tuple(row["times"]),
            revisions=row["revisions"],
            roles=tuple(row["roles"]),
            ages=tuple(row["ages"]),
            bands=tuple(_band(*fields) for fields in row["bands"]),
            orders=tuple((column, tuple(order)) for column, order in row["orders"]),
            links=tuple((column, source, target) for column, source, target in row["links"]),
        )


def _band(
    ident: str, label: str, clauses: int, came: int, changed: int, went: int, *runs: list[Any]
) -> Band:
    read = tuple(
        Run(first, last, Cell(words, tuple(roles), tuple(ages)))
        for first, last, words, roles, ages in runs
    )
    return Band(ident, label, clauses, came, changed, went, read)


@dataclass(frozen=True, slots=True)
class Column:
    """One revision of the picture: its outline, and by clause id the words by (role, revision
    that they came with; 0 when they are not traced)."""

    number: int
    time: str
    outline: Outline
    origins: Mapping[str, Mapping[tuple[str, int], int]]


def sample(row: Sequence[One], most: int = MOST_COLUMNS) -> list[One]:
    """At most ``most`` (two or more) of a row, evenly over all of it, the first and the last too."""
    if len(row) <= most:
        return list(row)
    return [row[place * (len(row) - 1) // (most - 1)] for place in range(most)]


def age_starts(numbers: Sequence[int]) -> tuple[int, ...]:
    """Of all ``numbers`` of a history those with which an age begins; the first alone is an age."""
    if not numbers:
        return ()
    later = numbers[1:]
    parts = min(AGES - 1, len(later))
    return (numbers[0], *(later[part * len(later) // parts] for part in range(parts)))


def draw(
    columns: Sequence[Column],
    numbers: Sequence[int],
    roles: Sequence[str],
    changes: Mapping[str, Iterable[int]],
) -> Flow:
    """The flow of ``columns``, a sample of the revisions ``numbers``; of fewer of them where the
    bands would have more than MOST_RUNS.

    ``roles`` are the codes of the origins in the order they are drawn; ``changes`` are by clause id
    the revisions that changed its words.
    """
    ages = age_starts(numbers)
    groups = group([column.outline for column in columns])
    counter = _Counter(roles, ages)
    table = [_cells(column, groups, counter) for column in columns]
    idents = merged(table)
    places = {ident: place for place, ident in enumerate(idents)}
    labels = dict(groups.values())
    members = Counter(ident for ident, _ in groups.values())
    changed_by: dict[str, set[int]] = {ident: set() for ident in idents}
    for clause, (ident, _) in groups.items():
        changed_by[ident].update(changes.get(clause, ()))
    bands = tuple(
        _drawn(ident, labels[ident], members[ident], columns, table, changed_by[ident])
        for ident in idents
    )
    if len(columns) > 2 and sum(len(band.runs) for band in bands) > MOST_RUNS:
        return draw(sample(columns, len(columns) * 3 // 4), numbers, roles, changes)
    return Flow(
        numbers=tuple(column.number for column in columns),
        times=tuple(column.time for column in columns),
        revisions=len(numbers),
        roles=tuple(roles),
        ages=ages,
        bands=bands,
        orders=_orders([tuple(places[ident] for ident in cells) for cells in table]),
        links=tuple(
            (column, places[source], places[target])
            for column, source, target in _links(columns, groups, table)
        ),
    )


class _Counter:
    """Counts words by role and by age."""

    def __init__(self, roles: Sequence[str], ages: Sequence[int]) -> None:
        self._roles = {role: place for place, role in enumerate(roles)}
        self._ages = ages

    def cell(self, origins: Iterable[Mapping[tuple[str, int], int]]) -> Cell:
        roles = [0] * len(self._roles)
        ages = [0] * (len(self._ages) + 1)
        for found in origins:
            for (role, number), words in found.items():
                roles[self._roles[role]] += words
                ages[self._age(number)] += words
        return Cell(sum(roles), tuple(roles), tuple(ages))

    def _age(self, number: int) -> int:
        if not number:
            return len(self._ages)
        return max(sum(start <= number for start in self._ages) - 1, 0)


def _cells(
    column: Column, groups: Mapping[str, tuple[str, str]], counter: _Counter
) -> dict[str, Cell]:
    """By band, from top to bottom."""
    found: dict[str, list[Mapping[tuple[str, int], int]]] = {}
    for clause in column.outline:
        found.setdefault(groups[clause.id][0], []).append(column.origins[clause.id])
    return {ident: counter.cell(origins) for ident, origins in found.items()}


def _drawn(
    ident: str,
    label: str,
    clauses: int,
    columns: Sequence[Column],
    table: Sequence[Mapping[str, Cell]],
    changed_by: set[int],
) -> Band:
    runs: list[Run] = []
    row = [(place, cells.get(ident)) for place, cells in enumerate(table)]
    for cell, same in groupby(row, key=lambda pair: pair[1]):
        if cell is not None:
            stretch = [place for place, _ in same]
            runs.append(Run(stretch[0], stretch[-1], cell))
    first, last = runs[0].first, runs[-1].last
    came, went = columns[first].number, 0
    if first:
        came = min((n for n in changed_by if n > columns[first - 1].number), default=came)
    if last + 1 < len(columns):
        after = columns[last + 1].number
        went = max((n for n in changed_by if columns[last].number < n <= after), default=after)
    between = {n for n in changed_by if n > came and n != went}
    return Band(ident, label, clauses, came, len(between), went, tuple(runs))


def _orders(orders: Sequence[tuple[int, ...]]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple(
        (column, order)
        for column, order in enumerate(orders)
        if not column or order != orders[column - 1]
    )


def _links(
    columns: Sequence[Column],
    groups: Mapping[str, tuple[str, str]],
    table: Sequence[Mapping[str, Cell]],
) -> Iterable[tuple[int, str, str]]:
    """Splits into bands that were not there before, and joins of bands that are gone after."""
    for place in range(1, len(columns)):
        before, after = table[place - 1], table[place]
        pairs = dict.fromkeys(
            (groups[source][0], groups[clause.id][0])
            for clause in columns[place].outline
            for source in (*filter(None, [clause.split_from]), *clause.merged_from)
            if source in groups
        )
        for source, target in pairs:
            is_split = source in before and target not in before
            is_join = source in before and source not in after
            if is_split or is_join:
                yield place, source, target
