"""How far people agree with a wording, role by role, with intervals and without rounding up
(docs/measures.md §4, measures 12 to 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import prod, sqrt

Z = 1.959963984540054  # two-sided 95 %

# From how many people on the share of a role is told at all; other roles never speak alone.
LEAST = {"resident": 10, "volunteer": 5, "officer": 5}

Interval = tuple[float, float]


class Verdict(StrEnum):
    """Whether officers and residents agree about one wording."""

    AGREE = "converged_agree"
    DISAGREE = "converged_disagree"
    DIVERGED = "diverged"
    UNCLEAR = "unclear"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people of one kind chose what; ``unsure`` is the choice "pass"."""

    agree: int = 0
    disagree: int = 0
    unsure: int = 0

    @property
    def n(self) -> int:
        return self.agree + self.disagree + self.unsure

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.agree + other.agree, self.disagree + other.disagree, self.unsure + other.unsure
        )

    def __sub__(self, other: Tally) -> Tally:
        return Tally(
            self.agree - other.agree, self.disagree - other.disagree, self.unsure - other.unsure
        )


def is_defined(role: str, tally: Tally) -> bool:
    """Whether enough people of the role took part to speak of its share."""
    return role in LEAST and tally.n >= LEAST[role]


def wilson(tally: Tally) -> Interval:
    """The 95 % interval of the share that agrees (Wilson 1927), within [0, 1]; n > 0."""
    n, share = tally.n, tally.agree / tally.n
    square = Z * Z
    middle = share + square / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    scale = 1 + square / n
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def smoothed(tally: Tally) -> float:
    """(A+1)/(n+2): a share for products, where one camp of nobody must not give 0."""
    return (tally.agree + 1) / (tally.n + 2)


def gap_interval(officers: Tally, residents: Tally) -> Interval:
    """The 95 % interval of the officers' share less the residents' (Newcombe 1998, method 10)."""
    ours, theirs = officers.agree / officers.n, residents.agree / residents.n
    (low, high), (their_low, their_high) = wilson(officers), wilson(residents)
    gap = ours - theirs
    return (
        gap - sqrt((ours - low) ** 2 + (their_high - theirs) ** 2),
        gap + sqrt((high - ours) ** 2 + (theirs - their_low) ** 2),
    )


def role_informed(tallies: Mapping[str, Tally]) -> float | None:
    """The geometric mean of the roles' smoothed shares; None with fewer than two of them.

    What one camp likes and another does not ranks below what both can live with, whatever their
    sizes (after group-informed consensus, Small et al. 2021).
    """
    shares = [smoothed(tally) for role, tally in tallies.items() if is_defined(role, tally)]
    return prod(shares) ** (1 / len(shares)) if len(shares) > 1 else None


def verdict(tallies: Mapping[str, Tally], gap: int = 20) -> Verdict:
    """What can be said of officers and residents; ``gap`` is in hundredths."""
    officers, residents = tallies.get("officer", Tally()), tallies.get("resident", Tally())
    if not (is_defined("officer", officers) and is_defined("resident", residents)):
        return Verdict.INSUFFICIENT
    # In whole numbers: 0.7 less 0.5 is not quite 0.2 in floating point.
    apart = abs(officers.agree * residents.n - residents.agree * officers.n)
    low, high = gap_interval(officers, residents)
    if 100 * apart >= gap * officers.n * residents.n and not low <= 0 <= high:
        return Verdict.DIVERGED
    intervals = (wilson(officers), wilson(residents))
    if all(lower > 0.5 for lower, _ in intervals):
        return Verdict.AGREE
    if all(upper < 0.5 for _, upper in intervals):
        return Verdict.DISAGREE
    return Verdict.UNCLEAR
