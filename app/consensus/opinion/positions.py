"""Who took which position on which statement, as three arrays in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

AGREE, PASS, DISAGREE = 1, 0, -1
BLOCK = 2048  # people made dense at a time: 8 MB at 500 statements

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Positions:
    """One entry a position, ordered by person, then by statement; each pair stands there once.

    ``person`` (int32, 0 … people - 1), ``statement`` (int32, 0 … statements - 1) and ``choice``
    (int8: 1 agree, 0 pass, -1 disagree) have the length of all positions. ``is_confirmed``
    (people,) says of whom it is known that they are one person.
    """

    person: NDArray[np.int32]
    statement: NDArray[np.int32]
    choice: NDArray[np.int8]
    is_confirmed: Mask
    statements: int

    @property
    def people(self) -> int:
        return len(self.is_confirmed)

    def __len__(self) -> int:
        return len(self.choice)

    def counts_by_person(self) -> Ints:
        """How many positions each person took, shape (people,)."""
        return np.bincount(self.person, minlength=self.people)

    def of_people(self, kept: Mask) -> Positions:
        """Only the people of ``kept``, shape (people,), numbered anew in their order."""
        new = np.cumsum(kept, dtype=np.int32) - 1
        mine = kept[self.person]
        return Positions(
            new[self.person[mine]],
            self.statement[mine],
            self.choice[mine],
            self.is_confirmed[kept],
            self.statements,
        )

    def means(self) -> Floats:
        """The mean position of those who took one, by statement; 0 where nobody did."""
        count = np.bincount(self.statement, minlength=self.statements)
        total = np.bincount(self.statement, weights=self.choice, minlength=self.statements)
        return np.divide(total, count, out=np.zeros(self.statements), where=count > 0)

    def blocks(self) -> Iterator[Floats]:
        """The people in rows, BLOCK at a time: position less the statement's mean.

        A position that was not taken counts as that mean, so it is 0 here: whoever has not seen a
        statement says nothing by that.
        """
        means = self.means()
        for first in range(0, self.people, BLOCK):
            last = min(first + BLOCK, self.people)
            here = slice(*np.searchsorted(self.person, [first, last]))
            block = np.zeros((last - first, self.statements))
            columns = self.statement[here]
            block[self.person[here] - first, columns] = self.choice[here] - means[columns]
            yield block


def arrange(
    person: ArrayLike,
    statement: ArrayLike,
    choice: ArrayLike,
    is_confirmed: ArrayLike,
    *,
    statements: int,
    least: int,
) -> Positions:
    """The positions of everybody who took at least ``least``, whatever order they come in.

    One entry a position in each of the four: ``person`` any whole number, ``statement`` below
    ``statements``, ``choice`` as in ``Positions``, ``is_confirmed`` of the person when taking it;
    once is enough. People are numbered anew by the size of their numbers.
    """
    people, rows = np.unique(np.asarray(person, dtype=np.int64), return_inverse=True)
    columns = np.asarray(statement, dtype=np.int32)
    known = np.bincount(rows, weights=np.asarray(is_confirmed), minlength=len(people)) > 0
    order = np.lexsort((columns, rows))
    found = Positions(
        rows[order].astype(np.int32),
        columns[order],
        np.asarray(choice, dtype=np.int8)[order],
        known,
        statements,
    )
    return found.of_people(found.counts_by_person() >= least)
