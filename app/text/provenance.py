"""Where words that come into a clause are from: the clause's own past, another clause, a suggestion.

Without this whoever goes back to an older version, moves a sentence or adopts somebody's words
would become their author.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.text.alignment import Sighting, sightings
from app.text.matching import TELLING
from app.text.outline import Clause
from app.text.tokens import tokens

# The fewest tokens of a run that tell where it comes from (measures: the lenient attribution).
TELLING_RUN = 2


class Origin(NamedTuple):
    """The revision that put a token in, and the suggestion whose words it took; 0 is none."""

    revision: int
    suggestion: int = 0


Origins = tuple[Origin, ...]  # one for each token of a clause without its own number


@dataclass(frozen=True, slots=True)
class Credit:
    """A suggestion that a revision draws on, and the runs of words it put in (``inserted_runs``)."""

    suggestion: int
    inserted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dead:
    """A run of tokens that left a clause, with the origins it had."""

    clause: str
    tokens: tuple[str, ...]
    origins: Origins


class Sources:
    """Where runs that came may be from: what died here or anywhere, and credited suggestions."""

    def __init__(
        self,
        graveyard: Sequence[Dead],
        number: int,
        credits: Sequence[Credit],
        came: Sequence[Sequence[list[str]]],
    ) -> None:
        self._graveyard, self._came = graveyard, came
        self._of_clause: dict[str | None, list[Dead]] = defaultdict(list)
        for dead in graveyard:
            self._of_clause[dead.clause].append(dead)
        self._credited = [
            Dead("", words, (Origin(number, credit.suggestion),) * len(words))
            for credit in credits
            for words in (tuple(tokens(run)) for run in credit.inserted)
        ]
        # One look through the whole graveyard for all clauses: a law may change in every article.
        runs = [run for of_clause in came for run in of_clause]
        found = iter(sightings(runs, [dead.tokens for dead in graveyard], TELLING))
        self._moved = [[next(found) for _ in of_clause] for of_clause in came]

    def of(self, place: int, clause: Clause) -> Iterator[dict[int, Origin]]:
        """For each run that came into the clause: by place in it, the origins of words that are
        not the saver's.

        What the clause itself (or those it was split from or joined of) once had, what was moved
        here from elsewhere, what a credited suggestion put in: the longest first, of equally long
        ones the oldest, so that nobody becomes the author of words by suggesting them again.
        """
        family = (clause.id, clause.split_from, *clause.merged_from)
        own = [dead for ident in family for dead in self._of_clause.get(ident, ())]
        runs = self._came[place]
        offers = [
            _Offer(own, TELLING_RUN, sightings(runs, [d.tokens for d in own], TELLING_RUN)),
            _Offer(self._graveyard, TELLING, self._moved[place]),
            _Offer(
                self._credited,
                TELLING_RUN,
                sightings(runs, [d.tokens for d in self._credited], TELLING_RUN),
            ),
        ]
        for nth, run in enumerate(runs):
            if len(run) == 1:
                yield self._same(run)
            else:
                yield _longest_first(len(run), offers, nth)

    def _same(self, run: list[str]) -> dict[int, Origin]:
        """A single token tells nothing, save that a suggestion put in just that one."""
        return next(
            ({0: dead.origins[0]} for dead in self._credited if list(dead.tokens) == run), {}
        )


class _Offer(NamedTuple):
    """Runs with their origins, the fewest tokens that count, and where each run that came has
    tokens of them."""

    runs: Sequence[Dead]
    least: int
    seen: list[dict[int, Sighting]]


def _longest_first(size: int, offers: Sequence[_Offer], nth: int) -> dict[int, Origin]:
    """Take the longest run on offer, then the longest that fits into what is left, and so on."""
    queue = [
        (-sighting.length, rank, start)
        for rank, offer in enumerate(offers)
        for start, sighting in offer.seen[nth].items()
    ]
    heapq.heapify(queue)
    taken, found = bytearray(size), dict[int, Origin]()
    while queue:
        wanted, rank, start = heapq.heappop(queue)
        obstacle = taken.find(1, start, start - wanted)
        free = -wanted if obstacle < 0 else obstacle - start
        if free == -wanted:
            taken[start : start + free] = b"\x01" * free
            sighting = offers[rank].seen[nth][start]
            origins = offers[rank].runs[sighting.source].origins
            found |= enumerate(origins[sighting.at : sighting.at + free], start)
        elif free >= offers[rank].least:
            heapq.heappush(queue, (-free, rank, start))
    return found
