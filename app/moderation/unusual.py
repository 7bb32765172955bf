"""What stands out in a stream of words, against what was usual there before; pure.

Only for people to look at: nothing follows from a figure by itself. A campaign of real people
looks the same from here as one of invented ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from app.text.shingles import MUCH_THE_SAME, bands, likeness

DAY = 24
HISTORY = 14 * DAY  # hours that are looked at, the window itself included
LEAST_SAME = 10  # people with much the same text that are worth a line
# On the first day nothing lies before. Then the other hours say what is usual, if there are enough
# of them; else only what would be much anywhere stands out.
OTHER_HOURS, MUCH_ANYWHERE = 6, 60
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
    """``count`` in the ``width`` hours from ``hour`` on, where ``usual`` would have been usual; None
    where nothing tells what is."""

    hour: int
    width: int
    count: int
    usual: float | None

    @property
    def begins(self) -> datetime:
        return datetime.fromtimestamp(self.hour * 3600, UTC)

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(hours=self.width)

    @property
    def times(self) -> float:
        """How many times the usual figure; figures below one count as one."""
        return self.count / max(self.usual or 0.0, 1.0)


def find_peak(series: Series, now: int, window: int, since: int) -> Peak | None:
    """What stands out most in the ``window`` hours up to and with ``now``; None when nothing does.

    What is usual is the average of the two weeks before the window, but not of hours before
    ``since``, when the place was opened. Where too little lies before, it is the median of the
    other hours in which there was anything.
    """
    begins = now - window + 1
    found = []
    for stretch in STRETCHES:
        for hour in range(now - stretch.width + 1, begins - 1, -stretch.width):
            count = _sum(series, hour, hour + stretch.width)
            if count >= stretch.least:
                usual = _usual(series, hour, stretch, now, begins, since)
                found.append(Peak(hour, stretch.width, count, usual))
    unusual = [peak for peak in found if _stands_out(peak)]
    return max(unusual, key=lambda peak: (peak.times, peak.count), default=None)


def _stands_out(peak: Peak) -> bool:
    if peak.usual is None:
        return peak.width == 1 and peak.count >= MUCH_ANYWHERE
    factor = next(stretch.factor for stretch in STRETCHES if stretch.width == peak.width)
    return peak.count >= factor * peak.usual


def _usual(
    series: Series, hour: int, stretch: Stretch, now: int, begins: int, since: int
) -> float | None:
    first = max(since, now - HISTORY + 1)
    before = begins - first
    if before >= stretch.history:
        return stretch.width * _sum(series, first, begins) / before
    others = [
        count for each, count in series.items() if begins <= each <= now and count and each != hour
    ]
    # Of days there are too few to call one of them usual.
    is_enough = stretch.width == 1 and len(others) >= OTHER_HOURS
    return float(median(others)) if is_enough else None


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
