"""What is told of the groups: sizes, what all of them share, what sets them apart. Never a person.

Plain numbers only, ready for JSON; shares in steps of five points, every share with its people.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from app.consensus.opinion.positions import Floats, Mask, Positions
from app.consensus.opinion.stability import LEAST_POSITIONS, Outcome, Reason, find_stable_groups
from app.consensus.opinion.statements import (
    Counts,
    against_the_others,
    beyond_half,
    count,
    informed,
    smoothed,
)

SMALL = 5  # fewer people than this are not told apart, and speak for no group
SURE = 2.326  # standard errors: 99 % on one side
MORE_THAN_HALF = 0.525  # what is shown as 55 % at least
FAR_APART = 0.2  # between the shares of two groups
MOST_SHARED = 5  # statements in a list
MOST_TYPICAL = 3
STEP = 5


def summarise(positions: Positions) -> dict[str, Any]:
    """Everything that may be published of these positions (of people with LEAST_POSITIONS or more).

    ``reason`` is empty when there are groups, else why there are none, and then nothing else is
    said of them. Statements are named by their number in ``positions``.
    """
    outcome = find_stable_groups(positions)
    told: dict[str, Any] = {
        "reason": str(outcome.reason),
        "people": positions.people,
        "positions": len(positions),
        "least": LEAST_POSITIONS,
        "likeness": _two_digits(outcome.likeness),
        "same": _two_digits(outcome.same),
    }
    if outcome.reason is Reason.NONE:
        told |= _told_of_groups(positions, outcome)
    return told


def _told_of_groups(positions: Positions, outcome: Outcome) -> dict[str, Any]:
    counts = count(positions, outcome.member)
    sizes = np.bincount(outcome.member)
    confirmed = np.bincount(outcome.member[positions.is_confirmed], minlength=len(sizes))
    return {
        "groups": [
            {
                "people": int(people),
                "confirmed": _blurred(int(confirmed[group]), int(people)),
                "typical": _typical(counts, group),
            }
            for group, people in enumerate(sizes)
        ],
        "agreed": _shared(counts, outcome.agreed),
        "rejected": _shared(counts.turned(), outcome.rejected),
        "apart": _apart(counts),
    }


def _shared(counts: Counts, drawn: Floats) -> list[dict[str, Any]]:
    """The statements that more than half of every group agree with, the most agreed first.

    ``across`` is the range that nine of ten draws of the group-informed consensus lie in; where it
    reaches down to a half, nothing is claimed.
    """
    low, high = np.percentile(drawn, [5, 95], axis=0)
    shares = smoothed(counts.agree, counts.seen)
    is_shared = _is_answered(counts) & (shares.min(axis=0) > MORE_THAN_HALF) & (low > 0.5)
    values = informed(counts.agree, counts.seen)
    return [
        {**_row(counts, int(one)), "across": _outward(float(low[one]), float(high[one]))}
        for one in _best(values, is_shared, MOST_SHARED)
    ]


def _apart(counts: Counts) -> list[dict[str, Any]]:
    """The statements on which two groups lie farthest apart, surely more than by chance."""
    shares = smoothed(counts.agree, counts.seen)
    distance = shares.max(axis=0) - shares.min(axis=0)
    is_sure = (np.abs(against_the_others(counts)) >= SURE).any(axis=0)
    found = _is_answered(counts) & is_sure & (distance >= FAR_APART)
    return [_row(counts, int(one)) for one in _best(distance, found, MOST_SHARED)]


def _typical(counts: Counts, group: int) -> list[dict[str, Any]]:
    """What most of a group say and the others say less: the surest difference first."""
    found = []
    for choice, turned in (("agree", counts), ("disagree", counts.turned())):
        sure = against_the_others(turned)[group]
        is_typical = (sure >= SURE) & (beyond_half(turned)[group] >= SURE) & _is_answered(counts)
        found += [
            (-float(sure[one]), int(one), choice) for one in _best(sure, is_typical, MOST_TYPICAL)
        ]
    return [
        {"statement": statement, "choice": choice}
        for _sure, statement, choice in sorted(found)[:MOST_TYPICAL]
    ]


def _is_answered(counts: Counts) -> Mask:
    """Statements that enough people of every group took a position on."""
    answered: Mask = counts.seen.min(axis=0) >= SMALL
    return answered


def _best(values: Floats, kept: Mask, most: int) -> list[int]:
    """The statements of ``kept`` by falling value, the earlier one of equals first."""
    order = np.argsort(-values, kind="stable")
    return [int(one) for one in order[kept[order]][:most]]


def _row(counts: Counts, statement: int) -> dict[str, Any]:
    seen, agree = counts.seen[:, statement], counts.agree[:, statement]
    return {
        "statement": statement,
        "shares": [_nearest(float(a / n)) for a, n in zip(agree, seen, strict=True)],
        "seen": [int(n) for n in seen],
    }


def _blurred(part: int, whole: int) -> list[int]:
    """From and to: one to four people, on either side, are not told apart."""
    few = SMALL - 1
    if 0 < part < SMALL:
        return [1, few]
    return [whole - few, whole - 1] if 0 < whole - part < SMALL else [part, part]


def _nearest(share: float) -> int:
    return STEP * math.floor(share * 100 / STEP + 0.5)


def _outward(low: float, high: float) -> list[int]:
    return [STEP * math.floor(low * 100 / STEP), STEP * math.ceil(high * 100 / STEP)]


def _two_digits(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
