"""The two directions in which people differ most, and where each person lies along them.

Principal components of the centred positions, scaled for how many each person took, as Small et al.
(2021) do it for Polis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.consensus.opinion.positions import Floats, Positions

DIRECTIONS = 2


@dataclass(frozen=True, slots=True)
class Plane:
    """``axes`` (2, statements) of length one; ``variances`` (2,) along them, of ``variance`` in all."""

    axes: Floats
    variances: Floats
    variance: float


def find_plane(positions: Positions) -> Plane:
    """The plane of greatest variance; needs at least one person.

    By the covariance of the statements, which is exact and takes memory by statements only.
    """
    covariance = np.zeros((positions.statements, positions.statements))
    for block in positions.blocks():
        covariance += block.T @ block
    covariance /= positions.people
    variances, axes = np.linalg.eigh(covariance)
    found = axes[:, ::-1][:, :DIRECTIONS].T
    # Either way along an axis is as good; the largest part is made positive, so that equal input
    # gives equal output.
    largest = np.abs(found).argmax(axis=1)
    found = found * np.sign(found[np.arange(len(found)), largest])[:, None]
    along = np.maximum(variances[::-1][:DIRECTIONS], 0.0)
    return Plane(found, along, float(np.trace(covariance)))


def place(positions: Positions, plane: Plane) -> Floats:
    """Where each person lies, shape (people, 2).

    Whoever took few positions would lie near the middle only for that, so each is moved out by
    the root of statements by positions taken.
    """
    rows = [block @ plane.axes.T for block in positions.blocks()]
    points = np.concatenate(rows) if rows else np.zeros((0, DIRECTIONS))
    taken = np.maximum(positions.counts_by_person(), 1)
    return points * np.sqrt(positions.statements / taken)[:, None]
