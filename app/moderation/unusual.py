"""What stands out in a stream of words, against what was usual there before; pure.

Only for people to look at: nothing follows from a figure by itself. A campaign of real people
looks the same from here as one of invented ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from app.text.shingles import MUCH_THE_SAME, bands, likeness

DAY = 24
HISTORY = 14 * DAY  # hours that are looked at, the window itself included
LEAST_SAME = 10  # people with much the same text that are worth a line
Series = Mapping[int, int]  # how many by hour since 1970


@dataclass(frozen=True, slots=True)
class Stretch:
    """From how many on, and how many times what is usual, ``width`` hours stand out.

    ``history`` is how many hours must lie before to know what is usual.
    """

    width: int
    least: int
    factor: float
    history: int


# An hour at noon has three times the words of an average one, a good day twice those of a day.
STRETCHES = (
    Stretch(width=1, least=10, factor=5.0, history=DAY),
    Stretch(width=DAY, least=30, factor=3.0, history=3 * DAY),
)


@dataclass(frozen=True, slots=True)
class Peak:
    """``count`` in the ``width`` hours from ``hour`` on, where ``usual`` would have been usual."""

    hour: int
    width: int
    count: int
    usual: float

    @property
    def times(self) -> float:
        """How many times the usual figure; figures below one count as one."""
        return self.count / max(self.usual, 1.0)


def find_peak(series: Series, now: int, window: int) -> Peak | None:
    """What stands out most in the ``window`` hours up to and with ``now``; None when nothing does.

    What is usual is the average hour of the two weeks before the window, from the first word on.
    Where too little lies before, it is the median of the other hours in which there was anything.
    """
    begins = now - window + 1
    found = [
        Peak(hour, stretch.width, count, usual)
        for stretch in STRETCHES
        for hour in range(now - stretch.width + 1, begins - 1, -stretch.width)
        if (count := _sum(series, hour, hour + stretch.width)) >= stretch.least
        and (usual := _usual(series, hour, stretch, now, begins)) is not None
        and count >= stretch.factor * usual
    ]
    return max(found, key=lambda peak: (peak.times, peak.count), default=None)


def _usual(series: Series, hour: int, stretch: Stretch, now: int, begins: int) -> float | None:
    first = max(min(series), now - HISTORY + 1)
    before = begins - first
    if before >= stretch.history:
        return stretch.width * _sum(series, first, begins) / before
    if stretch.width > 1:
        return None  # of days there are too few to call one of them usual
    others = [
        count for each, count in series.items() if begins <= each <= now and count and each != hour
    ]
    return float(median(others)) if others else 0.0


def _sum(series: Series, begins: int, ends: int) -> int:
    return sum(series.get(hour, 0) for hour in range(begins, ends))


def alike(sketches: Mapping[int, bytes]) -> list[list[int]]:
    """The keys of texts that are much the same, in groups of two and more, the largest first."""
    firsts: dict[int, int] = {}
    groups: dict[int, list[int]] = defaultdict(list)
    for key, own in sketches.items():
        keys = bands(own)
        near = {firsts[band] for band in keys if band in firsts}
        leader = next(
            (one for one in sorted(near) if likeness(own, sketches[one]) >= MUCH_THE_SAME), key
        )
        groups[leader].append(key)
        for band in keys:
            firsts.setdefault(band, leader)
    return sorted((group for group in groups.values() if len(group) > 1), key=_size, reverse=True)


def _size(group: Sequence[int]) -> int:
    return len(group)
