"""The picture of a history flow: its shapes, its columns' ticks and where names have room."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.consensus.rules.flow import Band, Cell, Flow
from app.consensus.rules.flow_ribbons import TAIL, UNITS, Extent, Ribbons, whole_pixels

PITCH = 22 * UNITS  # the least width of a column
NARROWEST, WIDEST = 600 * UNITS, 880 * UNITS  # of a picture with few columns
ROOMY = 110 * UNITS  # a column of such a picture
NAME = 13 * UNITS  # the room of a name; a band of less than NAMED in height has none
NAMED = 9 * UNITS
FEWEST, LETTERS = 6, 20  # of a name,
LETTER, BESIDE = 6, 20  # pixels of each, and between the names and what is beside them
DIGIT, DATE = 7 * UNITS, 92 * UNITS  # the room of a digit of a version's number, and of its date


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a band: numbers of its first and last revision in the picture, its words, and by
    colour (index of the role or age) an SVG path."""

    first: int
    last: int
    cell: Cell
    shapes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class DrawnBand:
    """``name`` is short enough to stand beside the picture. ``left`` and ``right``: at which height
    the band stands in the first and in the last column, if it does, and whether its name has room
    there."""

    band: Band
    name: str
    pieces: tuple[Piece, ...]
    left: int | None
    right: int | None
    has_left: bool
    has_right: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A column: where and with how much room, which revision, saved when, its words, and whether
    its number and its date are written."""

    x: int
    room: int
    number: int
    time: datetime
    words: int
    has_number: bool
    has_date: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Sizes and places in pixels; only the paths count UNITS. ``side`` is the room that the names
    have on either side of ``width``."""

    width: int
    height: int
    side: int
    bands: tuple[DrawnBand, ...]
    ticks: tuple[Tick, ...]


def lay_out(flow: Flow, *, by_age: bool, by_time: bool) -> Picture:
    """The picture of ``flow``; its columns evenly, or at the time they were saved."""
    times = [datetime.fromisoformat(time) for time in flow.times]
    xs = _columns(times, by_time=by_time)
    ribbons = Ribbons(flow, xs, by_age=by_age)
    left, right = ribbons.extents[0], ribbons.extents[-1]
    named_left, named_right = _named(left), _named(right)
    bottoms = [extent.bottom for column in ribbons.extents for extent in column.values()]
    words = [sum(cell.words for cell in cells.values()) for cells in ribbons.cells]
    # A phone has little room: the names take no more of it than the widest that is written.
    written = (short(flow.bands[place].label) for place in named_left | named_right)
    letters = max([FEWEST, *map(_letters, written)])
    return Picture(
        width=(xs[-1] + TAIL) // UNITS,
        height=max(bottoms, default=0) // UNITS,
        side=letters * LETTER + BESIDE,
        bands=tuple(
            DrawnBand(
                band,
                short(band.label, letters),
                tuple(
                    Piece(
                        flow.numbers[run.first],
                        flow.numbers[run.last],
                        run.cell,
                        tuple(ribbons.shapes(place, run)),
                    )
                    for run in band.runs
                ),
                _middle(left.get(place)),
                _middle(right.get(place)),
                place in named_left,
                place in named_right,
            )
            for place, band in enumerate(flow.bands)
        ),
        ticks=tuple(_ticks(flow, times, xs, words)),
    )


def _columns(times: Sequence[datetime], *, by_time: bool) -> list[int]:
    """Where the columns begin."""
    steps = len(times) - 1
    if steps < 1:
        return [0]
    width = max(steps * PITCH, min(WIDEST, max(NARROWEST, steps * ROOMY)))
    # A clock may have gone back; no column stands before the one that it follows.
    gaps = [max((b - a).total_seconds(), 0) for a, b in zip(times, times[1:], strict=False)]
    if not by_time or not any(gaps):
        return [whole_pixels(width * step / steps) for step in range(steps + 1)]
    least = PITCH // 4
    free = (width - least * steps) / sum(gaps)
    xs = [0.0]
    for gap in gaps:
        xs.append(xs[-1] + least + free * gap)
    return [whole_pixels(x) for x in xs]


def _letters(name: str) -> int:
    """How wide a name is: a Han character is as wide as two Latin letters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in name)


def short(label: str, letters: int = LETTERS) -> str:
    """As much of a label as has room."""
    width = 0
    for place, sign in enumerate(label):
        width += _letters(sign)
        if width > letters:
            return f"{label[: place - 1].rstrip()}…"
    return label


def _middle(extent: Extent | None) -> int | None:
    return extent and (extent.top + extent.bottom) // (2 * UNITS)


def _named(column: Mapping[int, Extent]) -> set[int]:
    """The bands whose names are written: the highest first, none over another."""
    found: dict[int, int] = {}
    by_size = sorted(column, key=lambda place: column[place].top - column[place].bottom)
    for place in by_size:
        top, bottom = column[place]
        middle = (top + bottom) // 2
        if bottom - top >= NAMED and all(abs(middle - other) >= NAME for other in found.values()):
            found[place] = middle
    return set(found)


def _ticks(
    flow: Flow, times: Sequence[datetime], xs: Sequence[int], words: Sequence[int]
) -> Iterator[Tick]:
    numbered = dated = -DATE  # where the last one was written
    ends = [*xs[1:], xs[-1] + TAIL]
    for nth, (x, end) in enumerate(zip(xs, ends, strict=True)):
        has_date = x - dated >= DATE
        has_number = x - numbered >= (len(str(flow.numbers[nth])) + 1) * DIGIT
        numbered = x if has_number else numbered
        dated = x if has_date else dated
        room = (end - x) // UNITS
        yield Tick(
            x // UNITS, room, flow.numbers[nth], times[nth], words[nth], has_number, has_date
        )
