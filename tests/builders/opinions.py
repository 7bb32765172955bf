"""Made-up positions of made-up people, drawn by a fixed chance; for tests and the benchmark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.consensus.opinion.positions import Positions, arrange
from app.consensus.opinion.stability import LEAST_POSITIONS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def of_matrix(matrix: Sequence[Sequence[int | None]], least: int = 1) -> Positions:
    """People in rows, statements in columns; None: took no position."""
    found = [
        (row, column, choice)
        for row, line in enumerate(matrix)
        for column, choice in enumerate(line)
        if choice is not None
    ]
    person, statement, choice = zip(*found, strict=True) if found else ((), (), ())
    width = len(matrix[0]) if matrix else 0
    return arrange(person, statement, choice, [False] * len(found), statements=width, least=least)


def draw(
    camp: Ints, agreeing: Floats, *, taken: float, seed: int, passing: float = 0.1
) -> tuple[Ints, Ints, Ints]:
    """Person, statement and choice of each position, one entry each.

    ``camp`` (people,) says to which camp a person belongs, ``agreeing`` (camps, statements) how
    likely one of them agrees, ``taken`` on how many statements a person takes a position.
    """
    chance = np.random.default_rng(seed)
    people, statements = len(camp), agreeing.shape[1]
    person, statement = np.nonzero(chance.random((people, statements)) < taken / statements)
    agrees = chance.random(len(person)) < agreeing[camp[person], statement]
    passes = chance.random(len(person)) < passing
    return person, statement, np.where(passes, 0, np.where(agrees, 1, -1))


def camps(
    sizes: Sequence[int],
    *,
    statements: int = 30,
    taken: float = 20,
    seed: int = 1,
    apart: float = 0.9,
) -> tuple[Positions, Ints]:
    """Camps that think otherwise on every other statement, and the camp of each person.

    On those every second camp agrees with likelihood ``apart`` and the others with the rest; on the
    statements between them everybody is of two minds.
    """
    camp = np.repeat(np.arange(len(sizes)), sizes)
    agreeing = np.full((len(sizes), statements), 0.5)
    sides = np.random.default_rng(seed).permuted(
        np.tile(np.arange(len(sizes)) % 2, (statements, 1)), axis=1
    )
    agreeing[:, ::2] = np.where(sides[::2] == 0, apart, 1 - apart).T
    person, statement, choice = draw(camp, agreeing, taken=taken, seed=seed)
    found = arrange(
        person,
        statement,
        choice,
        np.zeros(len(person)),
        statements=statements,
        least=LEAST_POSITIONS,
    )
    kept = np.bincount(person, minlength=len(camp)) >= LEAST_POSITIONS
    return found, camp[kept]


def noise(people: int, *, statements: int = 30, taken: float = 20, seed: int = 1) -> Positions:
    """Everybody answers by tossing a coin."""
    positions, _camp = camps([people], statements=statements, taken=taken, seed=seed, apart=0.5)
    return positions
