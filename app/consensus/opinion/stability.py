"""Are there groups at all? Only those are told that are found again when some people are left out.

The conditions are those of docs/measures.md; "no stable groups" is a correct answer and the usual one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from app.consensus.opinion import clusters, plane
from app.consensus.opinion.likeness import adjusted_rand
from app.consensus.opinion.positions import Floats, Ints, Mask, Positions
from app.consensus.opinion.statements import count, informed_again

LEAST_POSITIONS = 7  # of a person who counts
LEAST_PEOPLE = 50
LEAST_IN_GROUP = 5  # people, and
LEAST_PART = 0.05  # of all
SAMPLES = 20
KEPT = 0.9  # of the people in a sample
LEAST_LIKENESS = 0.75  # adjusted Rand index, mean over the samples
LEAST_SAME = 0.8  # of the samples give as many groups
DRAWS = 10  # bootstrap samples of each sample
SEED = 2021


class Reason(StrEnum):
    """Why no groups are told; NONE: they are."""

    NONE = ""
    FEW_PEOPLE = "few_people"
    ALIKE = "alike"
    SMALL_GROUP = "small_group"
    UNSTABLE = "unstable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``member`` (people,) numbers each person's group from the largest on. ``likeness`` is the
    mean adjusted Rand index and ``same`` the share of samples with as many groups, both None where
    it did not come to samples. ``agreed`` and ``rejected`` (SAMPLES x DRAWS, statements) are what
    ``statements.informed_again`` gives for agreeing and disagreeing."""

    reason: Reason
    member: Ints
    likeness: float | None = None
    same: float | None = None
    agreed: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    rejected: Floats = field(default_factory=lambda: np.zeros((0, 0)))


def groups_of(positions: Positions, seed: int) -> Ints:
    """The number of each person's group, shape (people,): plane, bases, groups."""
    points = plane.place(positions, plane.find_plane(positions))
    return clusters.find_groups(points, np.random.default_rng(seed))


def find_stable_groups(
    positions: Positions, find: Callable[[Positions, int], Ints] = groups_of
) -> Outcome:
    """The groups of everybody who took LEAST_POSITIONS or more, and whether they may be told.

    ``positions`` are of these people only; ``find`` puts people into groups.
    """
    if positions.people < LEAST_PEOPLE:
        return Outcome(Reason.FEW_PEOPLE, np.zeros(positions.people, dtype=np.int64))
    member = find(positions, SEED)
    sizes = np.bincount(member)
    if len(sizes) < 2:
        return Outcome(Reason.ALIKE, member)
    if sizes.min() < max(LEAST_IN_GROUP, LEAST_PART * positions.people):
        return Outcome(Reason.SMALL_GROUP, member)
    return _without_some(positions, member, find)


def _without_some(
    positions: Positions, member: Ints, find: Callable[[Positions, int], Ints]
) -> Outcome:
    likenesses, numbers, agreed, rejected = [], [], [], []
    for sample in range(1, SAMPLES + 1):
        chance = np.random.default_rng(SEED + sample)
        kept = _some(positions.people, chance)
        part = positions.of_people(kept)
        again = find(part, SEED + sample)
        likenesses.append(adjusted_rand(member[kept], again))
        numbers.append(int(again.max()))
        counts = count(part, again)
        agreed.append(informed_again(counts, DRAWS, chance))
        rejected.append(informed_again(counts.turned(), DRAWS, chance))
    likeness = float(np.mean(likenesses))
    same = float(np.mean(np.array(numbers) == member.max()))
    is_stable = likeness >= LEAST_LIKENESS and same >= LEAST_SAME
    return Outcome(
        Reason.NONE if is_stable else Reason.UNSTABLE,
        member,
        likeness,
        same,
        np.concatenate(agreed),
        np.concatenate(rejected),
    )


def _some(people: int, chance: np.random.Generator) -> Mask:
    kept = np.zeros(people, dtype=np.bool_)
    kept[chance.permutation(people)[: round(KEPT * people)]] = True
    return kept
