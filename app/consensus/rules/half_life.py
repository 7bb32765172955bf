"""How long words last: after how many days half of them would be gone, at the rate of the last
half year (docs/measures.md §4, measure 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log
from random import Random

from app.consensus.rules.fate import Fortune

WINDOW = timedelta(days=180)
# One-sided 95 % upper limits of a Poisson mean when 0 … 4 were seen.
UPPER_LIMITS = (3.00, 4.74, 6.30, 7.75, 9.15)
ROUNDS = 1000
LOW, HIGH = 49, 950  # places of the 5th and 95th percentile among ROUNDS sorted results
DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Exposure:
    """``seconds`` that tokens stood in the text within the window, all together, and how many went
    with each revision of the window, by number (0 with those that took none)."""

    seconds: int
    deaths: Mapping[int, int]

    @property
    def days(self) -> float:
        return self.seconds / DAY

    @property
    def all_deaths(self) -> int:
        return sum(self.deaths.values())


@dataclass(frozen=True, slots=True)
class HalfLife:
    """In days. With too few deaths ``days`` is None and ``low`` the one-sided bound ("at least");
    else ``low`` and ``high`` are the 90 % interval, ``high`` None where it has no end."""

    days: float | None
    low: float
    high: float | None


def exposure_of(
    fortunes: Mapping[Fortune, int], saved_at: Mapping[int, datetime], now: datetime
) -> Exposure:
    """What the tokens lived through in the WINDOW before ``now``. ``saved_at`` by revision number,
    never falling; the first of them is when the text began and took nothing out."""
    since = now - WINDOW
    begun = min(saved_at, default=0)
    deaths = {number: 0 for number, at in saved_at.items() if number > begun and since <= at <= now}
    seconds = 0
    for fortune, words in fortunes.items():
        moments = [saved_at[number] for number in fortune.moments]
        for place, (comes, goes) in enumerate(pairwise([*moments, now])):
            if place % 2 == 0:
                alive = min(goes, now) - max(comes, since)
                seconds += max(int(alive.total_seconds()), 0) * words
        for number in fortune.moments[1::2]:
            if number in deaths:
                deaths[number] += words
    return Exposure(seconds, deaths)


def half_life(exposure: Exposure, seed: int) -> HalfLife | None:
    """The half-life with its interval; None without anything to count. The same for the same
    ``seed``, so that others can count it again."""
    if not exposure.seconds:
        return None
    deaths = exposure.all_deaths
    halved = log(2) * exposure.days
    if deaths < len(UPPER_LIMITS):
        return HalfLife(None, halved / UPPER_LIMITS[deaths], None)
    drawn = _redrawn([count for _, count in sorted(exposure.deaths.items())], seed)
    fewest, most = drawn[LOW], drawn[HIGH]
    return HalfLife(halved / deaths, halved / most, halved / fewest if fewest else None)


def _redrawn(deaths: Sequence[int], seed: int) -> list[int]:
    """ROUNDS times as many revisions, drawn with replacement: their deaths, sorted. ``random()``
    alone is used, which gives the same numbers in every version of Python."""
    chance = Random(seed)  # noqa: S311 - for others to repeat, not to keep from them
    n = len(deaths)
    return sorted(sum(deaths[int(chance.random() * n)] for _ in range(n)) for _ in range(ROUNDS))
