"""How alike two ways are of putting the same people into groups."""

from __future__ import annotations

import numpy as np

from app.consensus.opinion.positions import Floats, Ints


def adjusted_rand(one: Ints, other: Ints) -> float:
    """The Rand index adjusted for chance (Hubert and Arabie 1985), at most 1, about 0 by chance.

    ``one`` and ``other`` (people,) number each person's group from 0 on. 1 where both leave
    everybody together or everybody alone.
    """
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one, other), 1)
    together = _pairs(table).sum()
    by_one, by_other = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    everybody = _pairs(np.array([float(len(one))]))[0]
    if everybody == 0:
        return 1.0
    expected, most = by_one * by_other / everybody, (by_one + by_other) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs(counts: Floats) -> Floats:
    return counts * (counts - 1) / 2
