"""What the people of each group think of each statement: counts, what sets groups apart, and what
they share (Small et al. 2021: representativeness, group-informed consensus)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.consensus.opinion.positions import AGREE, DISAGREE, Floats, Ints, Mask, Positions


@dataclass(frozen=True, slots=True)
class Counts:
    """People of each group on each statement, shape (groups, statements): all who took a position
    (``seen``, passes included), and those who ``agree`` and ``disagree``."""

    seen: Floats
    agree: Floats
    disagree: Floats

    def turned(self) -> Counts:
        """The same with agreeing and disagreeing exchanged."""
        return Counts(self.seen, self.disagree, self.agree)


def count(positions: Positions, member: Ints) -> Counts:
    """``member`` (people,) is the number of each person's group."""
    groups = int(member.max()) + 1 if len(member) else 0
    cell = member[positions.person] * positions.statements + positions.statement

    def people(chosen: Mask) -> Floats:
        counted = np.bincount(cell[chosen], minlength=groups * positions.statements)
        return counted.reshape(groups, positions.statements).astype(float)

    everybody = np.ones(len(positions), dtype=np.bool_)
    agree, disagree = positions.choice == AGREE, positions.choice == DISAGREE
    return Counts(people(everybody), people(agree), people(disagree))


def smoothed(agree: Floats, seen: Floats) -> Floats:
    """Share with one person more on either side: a half where nobody took a position."""
    return (agree + 1) / (seen + 2)


def informed(agree: Floats, seen: Floats) -> Floats:
    """Group-informed consensus by statement: the geometric mean of the groups' smoothed shares.

    Groups lie along the axis before the last. A group counts the same however many are in it, so a
    large one cannot outvote a small one.
    """
    means: Floats = np.exp(np.log(smoothed(agree, seen)).mean(axis=-2))
    return means


def informed_again(counts: Counts, draws: int, chance: np.random.Generator) -> Floats:
    """``informed`` of ``draws`` bootstrap samples, shape (draws, statements).

    Answers of a group are drawn anew from those that were given, as many as there were; how many
    of them agree is then binomial.
    """
    share = np.divide(counts.agree, counts.seen, out=np.zeros_like(counts.seen),
                      where=counts.seen > 0)  # fmt: skip
    seen = counts.seen.astype(np.int64)
    agree = chance.binomial(seen, share, size=(draws, *seen.shape)).astype(float)
    return informed(agree, counts.seen)


def against_the_others(counts: Counts) -> Floats:
    """How sure it is that a group agrees more than the others together, shape (groups, statements).

    The difference of two shares in standard errors, pooled, one person more on either side;
    positive where the group agrees more.
    """
    agree, seen = counts.agree + 1, counts.seen + 2
    others, seen_by_others = (
        counts.agree.sum(axis=0) - counts.agree + 1,
        counts.seen.sum(axis=0) - counts.seen + 2,
    )
    together = (agree + others) / (seen + seen_by_others)
    error = np.sqrt(together * (1 - together) * (1 / seen + 1 / seen_by_others))
    sure: Floats = (agree / seen - others / seen_by_others) / error
    return sure


def beyond_half(counts: Counts) -> Floats:
    """How sure it is that more than half of a group agree, in standard errors of a half."""
    agree, seen = counts.agree + 1, counts.seen + 2
    sure: Floats = (agree - seen / 2) / np.sqrt(seen / 4)
    return sure
