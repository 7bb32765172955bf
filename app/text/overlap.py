"""Whether two changes of one wording touch the same words, so that only one of them can be taken."""

from __future__ import annotations

from collections.abc import Iterable

from app.text.diff import Run

Place = tuple[int, int]  # code points of the old wording, from and to


def touched(runs: Iterable[Run]) -> tuple[Place, ...]:
    """Where a comparison changes its old wording; an insertion is a place of no length."""
    places: list[Place] = []
    at = 0
    for sign, words in runs:
        end = at if sign == "+" else at + len(words)
        if sign != "=":
            if places and places[-1][1] == at:
                places[-1] = (places[-1][0], end)
            else:
                places.append((at, end))
        at = end
    return tuple(places)


def overlaps(some: Iterable[Place], others: Iterable[Place]) -> bool:
    """Whether any two places share words, or words are put in at one spot by both."""
    known = tuple(others)
    return any(
        start < other_end and other_start < end or (start, end) == (other_start, other_end)
        for start, end in some
        for other_start, other_end in known
    )
