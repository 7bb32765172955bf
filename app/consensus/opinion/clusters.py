"""Points of the plane put together by nearness: k-means with weights, and its silhouette."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.consensus.opinion.positions import Floats, Ints

BASES = 100  # small clusters that the groups are found from
MOST_GROUPS = 5
STARTS = 8  # of which the tightest is taken
STEPS = 60
BASE_STEPS = 15  # a base need not be perfect, only small


@dataclass(frozen=True, slots=True)
class Clusters:
    """``centres`` (k, 2), ``member`` (points,) the number of each point's centre, ``spread`` the
    weighted sum of squared distances to them."""

    centres: Floats
    member: Ints
    spread: float


def find_groups(points: Floats, chance: np.random.Generator) -> Ints:
    """The number of each point's group, shape (points,); groups are numbered from the largest on.

    Two to MOST_GROUPS groups of the bases are tried, and the number with the best silhouette is
    taken, the smaller one of equals. All in one group where no two points differ.
    """
    bases = _find_bases(points, chance)
    weights = np.bincount(bases.member, minlength=len(bases.centres)).astype(float)
    best, best_silhouette = np.zeros(len(bases.centres), dtype=np.int64), -1.0
    for k in range(2, min(MOST_GROUPS, len(bases.centres)) + 1):
        found = _tightest(bases.centres, weights, k, chance)
        silhouette = silhouette_of(bases.centres, weights, found.member)
        if silhouette > best_silhouette + 1e-12:
            best, best_silhouette = found.member, silhouette
    return numbered_by_size(best[bases.member])


def _find_bases(points: Floats, chance: np.random.Generator) -> Clusters:
    """At most BASES clusters; few different points are bases by themselves."""
    different, member = np.unique(np.round(points, 9), axis=0, return_inverse=True)
    if len(different) <= BASES:
        return Clusters(different, member.reshape(-1), 0.0)
    ones = np.ones(len(points))
    start = _spread_out(points, ones, BASES, chance)
    return _settle(points, ones, start, BASE_STEPS)


def _tightest(points: Floats, weights: Floats, k: int, chance: np.random.Generator) -> Clusters:
    tries = [
        _settle(points, weights, _spread_out(points, weights, k, chance), STEPS)
        for _ in range(STARTS)
    ]
    return min(tries, key=lambda found: found.spread)


def _spread_out(points: Floats, weights: Floats, k: int, chance: np.random.Generator) -> Floats:
    """k of the points to start from, each likelier the farther it lies from those before it
    (Arthur and Vassilvitskii 2007)."""
    chosen = [int(chance.choice(len(points), p=weights / weights.sum()))]
    nearest = _squared(points, points[chosen])[:, 0]
    while len(chosen) < k:
        pull = weights * nearest
        total = pull.sum()
        if total <= 0:
            break
        chosen.append(int(chance.choice(len(points), p=pull / total)))
        nearest = np.minimum(nearest, _squared(points, points[chosen[-1:]])[:, 0])
    return points[chosen]


def _settle(points: Floats, weights: Floats, centres: Floats, steps: int) -> Clusters:
    """Lloyd's steps until nobody changes the centre, or ``steps`` of them; empty centres go."""
    member = np.full(len(points), -1)
    for _ in range(steps):
        before, member = member, _squared(points, centres).argmin(axis=1)
        if np.array_equal(before, member):
            break
        weight = np.bincount(member, weights=weights, minlength=len(centres))
        sums = [
            np.bincount(member, weights=weights * points[:, axis], minlength=len(centres))
            for axis in range(points.shape[1])
        ]
        centres = (np.stack(sums, axis=1) / np.maximum(weight, 1e-300)[:, None])[weight > 0]
    distances = _squared(points, centres)
    member = distances.argmin(axis=1)
    spread = float((weights * distances[np.arange(len(points)), member]).sum())
    return Clusters(centres, member, spread)


def _squared(points: Floats, centres: Floats) -> Floats:
    """Squared distances, shape (points, centres); coordinate by coordinate, which loses no digits."""
    found = np.subtract.outer(points[:, 0], centres[:, 0]) ** 2
    for axis in range(1, points.shape[1]):
        found += np.subtract.outer(points[:, axis], centres[:, axis]) ** 2
    return found


def silhouette_of(points: Floats, weights: Floats, member: Ints) -> float:
    """How much nearer people lie to their own group than to the next, in [-1, 1] (Rousseeuw 1987).

    ``points`` (bases, 2) stand for ``weights`` (bases,) people each, who all count; whoever is
    alone in a group counts 0, and so does everybody when there is one group only.
    """
    groups = int(member.max()) + 1
    if groups < 2:
        return 0.0
    distances = np.sqrt(_squared(points, points))
    belongs = np.eye(groups)[member] * weights[:, None]
    totals, sizes = distances @ belongs, belongs.sum(axis=0)
    own = np.arange(len(points)), member
    within = totals[own] / np.maximum(sizes[member] - 1, 1)
    others = totals / np.maximum(sizes, 1)
    others[own] = np.inf
    others[:, sizes == 0] = np.inf
    beside = others.min(axis=1)
    larger = np.maximum(within, beside)
    values = np.divide(beside - within, larger, out=np.zeros(len(points)), where=larger > 0)
    values[sizes[member] <= 1] = 0.0
    return float((values * weights).sum() / weights.sum())


def numbered_by_size(member: Ints) -> Ints:
    """The same groups numbered by size; of equals the one of the earlier person comes first."""
    _groups, first, again, sizes = np.unique(
        member, return_index=True, return_inverse=True, return_counts=True
    )
    place = np.empty(len(sizes), dtype=np.int64)
    place[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return place[again]
