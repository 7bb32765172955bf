"""When opinion groups are looked for again: not at every position, and never for one person's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

MOST_OFTEN = timedelta(seconds=60)
LEAST_IN_ALL = 50 * 7  # positions; with fewer there cannot be enough people
PART = 100  # one in so many positions came or went
PEOPLE = 5  # so that nobody reads from two figures what one person did between them


def is_due(
    positions: int,
    counted: int,
    *,
    has_moved: bool,
    is_new_day: bool,
    people: Callable[[], int],
) -> bool:
    """Whether a figure made of ``counted`` positions is to be made anew now that there are
    ``positions``.

    At once where the words have moved, for it would speak of words that are gone. Else when one
    in PART came or went, or on a new day, and at least PEOPLE took part in that; ``people`` counts
    those who took or changed a position since, and each position that is missing may be one more.
    """
    if has_moved:
        return True
    is_enough = abs(positions - counted) * PART >= max(counted, 1)
    if not (is_enough or is_new_day):
        return False
    return people() + max(0, counted - positions) >= PEOPLE
