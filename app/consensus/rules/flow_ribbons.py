"""Where the bands of a history flow stand in each column, and the outlines of their shapes.

A version stands from its column to where the next one begins to take over; between the two a band
goes over in a smooth ribbon. All counts in quarters of a pixel, so that whole numbers are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from app.consensus.rules.flow import Cell, Flow, Run

UNITS = 4  # a pixel
HEIGHT = 520 * UNITS  # of the words of the longest version
GAP = 6  # between bands
THINNEST = 3
TURN = 0.64  # of the way to the next column is the ribbon,
LONGEST_TURN = 150 * UNITS  # at most
TAIL = 26 * UNITS  # how far the last version is drawn


class Extent(NamedTuple):
    """From top to bottom."""

    top: int
    bottom: int


class _Ribbon(NamedTuple):
    """From an extent divided by these counts to another one divided by those."""

    before: Extent
    counts_before: Sequence[int]
    after: Extent
    counts_after: Sequence[int]


class Ribbons:
    """The shapes of ``flow`` with its columns at ``xs``; ``by_age``: coloured by age, not role."""

    def __init__(self, flow: Flow, xs: Sequence[int], *, by_age: bool) -> None:
        self.flow, self.xs, self.by_age = flow, xs, by_age
        self.cells: list[dict[int, Cell]] = [{} for _ in xs]
        for place, band in enumerate(flow.bands):
            for run in band.runs:
                for column in range(run.first, run.last + 1):
                    self.cells[column][place] = run.cell
        most = max((sum(c.words for c in cells.values()) for cells in self.cells), default=0)
        scale = HEIGHT / most if most else 0.0
        self.extents = [
            _stacked(flow.order_at(column), cells, scale) for column, cells in enumerate(self.cells)
        ]
        self._left: dict[tuple[int, int, int], Extent] = {}
        self._reached: dict[tuple[int, int, int], Extent] = {}
        self._share_out()

    def shapes(self, place: int, run: Run) -> list[tuple[int, str]]:
        """(colour, SVG path) for each colour of a run of the band ``place``: the ribbons that lead
        to it, the run itself and, where the band ends, what leads away."""
        counts = self._counts(run.cell)
        comes = [*self._comes(place, run, counts)]
        goes = [*self._goes(place, run, counts)]
        body = [self.extents[column][place] for column in range(run.first, run.last + 1)]
        found = []
        for colour, count in enumerate(counts):
            path = "".join(self._ribbon(run.first, ribbon, colour) for ribbon in comes)
            if count:
                path += self._body(run, [_slice(extent, counts, colour) for extent in body])
            path += "".join(self._ribbon(run.last + 1, ribbon, colour) for ribbon in goes)
            if path:
                found.append((colour, path))
        return found

    def _counts(self, cell: Cell) -> Sequence[int]:
        return cell.ages if self.by_age else cell.roles

    def _share_out(self) -> None:
        """Divide the bands of which words go over into others, or come from others, by the sizes
        that the others have."""
        takers: dict[tuple[int, int], set[int]] = {}
        givers: dict[tuple[int, int], set[int]] = {}
        for column, source, target in self.flow.links:
            takers.setdefault((column, source), set()).add(target)
            givers.setdefault((column, target), set()).add(source)
        for (column, source), targets in takers.items():
            for target, part in self._parts(source, column - 1, targets, column):
                self._left[column, source, target] = part
        for (column, target), sources in givers.items():
            for source, part in self._parts(target, column, sources, column - 1):
                self._reached[column, source, target] = part

    def _parts(
        self, whole: int, column: int, others: set[int], there: int
    ) -> Iterable[tuple[int, Extent]]:
        """Who has which part of the band ``whole``: the ``others`` and, where it stays, itself."""
        having = [p for p in self.flow.order_at(there) if p in others or p == whole]
        extents = [self.extents[there][place] for place in having]
        sizes = [extent.bottom - extent.top for extent in extents]
        extent = self.extents[column][whole]
        return [(p, _slice(extent, sizes, nth)) for nth, p in enumerate(having)]

    def _comes(self, place: int, run: Run, counts: Sequence[int]) -> Iterator[_Ribbon]:
        """What leads to a run: the band as it was, bands it was split from, or nothing."""
        if not run.first:
            return
        before = self.extents[run.first - 1]
        sources = [s for c, s, t in self.flow.links if (c, t) == (run.first, place)]
        if place in before:
            had = self._counts(self.cells[run.first - 1][place])
            start, end = self._edge(run.first, place, place)
            yield _Ribbon(start, had, end, counts)
        elif not sources:
            point = self._between(run.first, place, run.first - 1)
            yield _Ribbon(point, counts, self.extents[run.first][place], counts)
        for source in sources:
            # A band that ends here leads to this one itself, in its own colours.
            if source in self.extents[run.first]:
                start, end = self._edge(run.first, source, place)
                yield _Ribbon(start, counts, end, counts)

    def _goes(self, place: int, run: Run, counts: Sequence[int]) -> Iterator[_Ribbon]:
        """What leads away from the last run before a gap: bands it was joined into, or nothing."""
        column = run.last + 1
        if column == len(self.xs) or place in self.extents[column]:
            return
        targets = [t for c, s, t in self.flow.links if (c, s) == (column, place)]
        for target in targets:
            start, end = self._edge(column, place, target)
            yield _Ribbon(start, counts, end, counts)
        if not targets:
            extent = self.extents[run.last][place]
            yield _Ribbon(extent, counts, self._between(run.last, place, column), counts)

    def _edge(self, column: int, source: int, target: int) -> tuple[Extent, Extent]:
        """Where words leave ``source`` before ``column`` and where they reach ``target`` in it."""
        key = column, source, target
        return (
            self._left.get(key) or self.extents[column - 1][source],
            self._reached.get(key) or self.extents[column][target],
        )

    def _between(self, column: int, place: int, there: int) -> Extent:
        """The place in column ``there`` where a band that only stands in ``column`` would be."""
        order = self.flow.order_at(column)
        above = order[: order.index(place)]
        known = (self.extents[there][p].bottom for p in reversed(above) if p in self.extents[there])
        y = next(known, 0)
        return Extent(y, y)

    def _turn(self, column: int) -> int:
        """Where the ribbons to ``column`` begin."""
        gap = self.xs[column] - self.xs[column - 1]
        return self.xs[column] - whole_pixels(min(gap * TURN, LONGEST_TURN))

    def _ribbon(self, column: int, ribbon: _Ribbon, colour: int) -> str:
        before = _slice(ribbon.before, ribbon.counts_before, colour)
        after = _slice(ribbon.after, ribbon.counts_after, colour)
        if before.top == before.bottom and after.top == after.bottom:
            return ""
        start, end = self._turn(column), self.xs[column]
        return (
            f"M{start} {before.top}{_curve(end - start, after.top - before.top)}"
            f"v{after.bottom - after.top}{_curve(start - end, before.bottom - after.bottom)}z"
        )

    def _body(self, run: Run, slices: Sequence[Extent]) -> str:
        """A run from its first column to where the next takes over."""
        start = self.xs[run.first]
        ends = [self._turn(column) for column in range(run.first + 1, run.last + 1)]
        is_last = run.last + 1 == len(self.xs)
        ends.append(self.xs[run.last] + TAIL if is_last else self._turn(run.last + 1))
        there, back = [], []
        x = start
        for nth, (end, extent) in enumerate(zip(ends, slices, strict=True)):
            if nth:
                was = slices[nth - 1]
                turn = self.xs[run.first + nth] - x
                there.append(_curve(turn, extent.top - was.top))
                back.append(_curve(-turn, was.bottom - extent.bottom))
                x += turn
            there.append(f"h{end - x}")
            back.append(f"h{x - end}")
            x = end
        height = slices[-1].bottom - slices[-1].top
        return f"M{start} {slices[0].top}{''.join(there)}v{height}{''.join(reversed(back))}z"


def whole_pixels(length: float) -> int:
    """In UNITS: two shapes that meet within a pixel would leave a pale line between them."""
    return round(length / UNITS) * UNITS


def _curve(dx: int, dy: int) -> str:
    """From one place to another, level at both ends."""
    if not dy:
        return f"h{dx}"
    half = dx // 2
    return f"c{half} 0 {half} {dy} {dx} {dy}"


def _stacked(order: Sequence[int], cells: dict[int, Cell], scale: float) -> dict[int, Extent]:
    """By band its extent, one under the other."""
    found = {}
    y = 0
    for place in order:
        height = max(round(cells[place].words * scale), THINNEST)
        found[place] = Extent(y, y + height)
        y += height + GAP
    return found


def _slice(extent: Extent, sizes: Sequence[int], nth: int) -> Extent:
    """The ``nth`` part of an extent that is divided by ``sizes``."""
    ends = [0, *accumulate(sizes)]
    height, whole = extent.bottom - extent.top, ends[-1] or 1
    return Extent(
        extent.top + height * ends[nth] // whole, extent.top + height * ends[nth + 1] // whole
    )
