"""The life of a clause: every token it ever had, when each came and went, and whose it is.

Whose by the strict rule: words that are put back are the restorer's, unless the whole clause is
again what it was once. Nothing here depends on a clock: revisions are ordered by their number.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import NamedTuple

from app.consensus.rules.changes import Change, change_of
from app.text import archive
from app.text.alignment import align, gaps, sightings
from app.text.attribution import digest
from app.text.provenance import TELLING_RUN, Origin, Origins

GONE = ""  # the wording of a clause that the text does not have, or that has no words


class State(NamedTuple):
    """The clause after revision ``number``: its ``wording`` (``rules.wording``, or GONE), the ids
    of its tokens in order, and the strict origin of each."""

    number: int
    wording: str
    ids: tuple[int, ...]
    origins: Origins


class Gap(NamedTuple):
    """What a revision did at one place: ``ids`` stand where ``deleted`` tokens from ``start`` on
    stood in the state before."""

    start: int
    deleted: int
    ids: tuple[int, ...]
    origins: Origins


class Step(NamedTuple):
    """What a revision did to the clause; ``whole`` are the origins of all its tokens, where those
    that stayed changed hands too."""

    number: int
    wording: str
    gaps: tuple[Gap, ...]
    whole: Origins | None = None


@dataclass(slots=True)
class _Text:
    """The tokens of one state with their origins, changed in place."""

    ids: list[int]
    origins: list[Origin]

    def play(self, step: Step) -> None:
        for gap in reversed(step.gaps):  # from the end, so that places before stay as they are
            end = gap.start + gap.deleted
            self.ids[gap.start : end] = gap.ids
            self.origins[gap.start : end] = gap.origins
        if step.whole is not None:
            self.origins[:] = step.whole


class Life:
    """All of one clause, revision by revision.

    ``words`` holds the token of each id, ``moments`` when it came and went: the numbers of the
    revisions, in, out, in, out … Ids begin at 0, in the order in which tokens came.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.moments: list[list[int]] = []
        self.steps: list[Step] = []
        self._now = _Text([], [])
        self._dead: list[tuple[int, ...]] = []
        self._latest: dict[str, int] = {}

    @property
    def now(self) -> State:
        """The latest state."""
        number, wording = self.steps[-1][:2] if self.steps else (0, GONE)
        return State(number, wording, tuple(self._now.ids), tuple(self._now.origins))

    def states(self) -> Iterator[State]:
        """Every state that the clause had, oldest first; one for each revision that changed it."""
        text = _Text([], [])
        for step in self.steps:
            text.play(step)
            yield State(step.number, step.wording, tuple(text.ids), tuple(text.origins))

    def find(self, wording: str) -> State | None:
        """The latest state with this wording."""
        place = self._latest.get(wording)
        return None if place is None else next(islice(self.states(), place, None))

    def tokens(self, ids: Iterable[int]) -> list[str]:
        """The words that these ids stand for."""
        return [self.words[ident] for ident in ids]

    def follow(self, number: int, words: Sequence[str], origins: Origins) -> Change | None:
        """Revision ``number`` left the clause with these words; None when they are as before.

        A token that is kept keeps its id, and kept are those of a longest common subsequence. One
        that is put in gets back the id that it had, if it has been gone since before: where the
        whole clause is as it was once, or in a run of at least two that left together.
        """
        was = self.tokens(self._now.ids)
        if was == words:
            return None
        wording = digest(words) if words else GONE
        blocks = align(was, words)
        found = list(gaps(blocks or (), len(was), len(words)))
        runs = [range(gap.new_start, gap.new_end) for gap in found]
        known = self._known(wording, runs, words, is_bulk=blocks is None)
        ids = {place: known.get(place, -1) for run in runs for place in run}
        for place in (place for place, ident in ids.items() if ident < 0):
            ids[place] = self._new(words[place])
        changes = tuple(
            Gap(gap.start, gap.end - gap.start, tuple(ids[place] for place in run),
                origins[run.start : run.stop])
            for gap, run in zip(found, runs, strict=True)
        )  # fmt: skip
        self._play(self._step(Step(number, wording, changes), origins))
        return change_of(was, words, blocks)

    def _step(self, step: Step, origins: Origins) -> Step:
        """The step, with the origins of all tokens where it does not lead to them by itself."""
        there = _Text([*self._now.ids], [*self._now.origins])
        there.play(step)
        return step if tuple(there.origins) == origins else step._replace(whole=origins)

    def _new(self, word: str) -> int:
        self.words.append(word)
        self.moments.append([])
        return len(self.words) - 1

    def _play(self, step: Step) -> None:
        for gap in step.gaps:
            gone = tuple(self._now.ids[gap.start : gap.start + gap.deleted])
            if len(gone) >= TELLING_RUN:
                self._dead.append(gone)
            for ident in (*gone, *gap.ids):
                self.moments[ident].append(step.number)
        self._now.play(step)
        self._latest[step.wording] = len(self.steps)
        self.steps.append(step)

    def _known(
        self, wording: str, runs: Sequence[range], words: Sequence[str], *, is_bulk: bool
    ) -> Mapping[int, int]:
        """By place among ``words``: the ids of tokens that come back."""
        earlier = self.find(wording)
        if earlier is None:
            telling = [run for run in runs if len(run) >= TELLING_RUN and not is_bulk]
            return self._come_back(telling, words)
        alive = set(self._now.ids)
        return {
            place: earlier.ids[place]
            for run in runs
            for place in run
            if earlier.ids[place] not in alive
        }

    def _come_back(self, runs: Sequence[range], words: Sequence[str]) -> Mapping[int, int]:
        """The longest run first, of equally long ones that which left first; each token once."""
        dead = self._buried() if runs else []
        seen = sightings(
            [words[run.start : run.stop] for run in runs], [self.tokens(ids) for ids in dead],
            TELLING_RUN,
        )  # fmt: skip
        queue = [
            (-sighting.length, sighting.source, runs[nth].start + start, sighting.at)
            for nth, of_run in enumerate(seen)
            for start, sighting in of_run.items()
        ]
        heapq.heapify(queue)
        found: dict[int, int] = {}
        taken: set[int] = set()
        while queue:
            wanted, source, place, at = heapq.heappop(queue)
            ids = dead[source][at : at - wanted]
            free = next(
                (n for n, ident in enumerate(ids) if ident in taken or place + n in found),
                -wanted,
            )
            if free == -wanted:
                found |= enumerate(ids, place)
                taken.update(ids)
            elif free >= TELLING_RUN:
                heapq.heappush(queue, (-free, source, place, at))
        return found

    def _buried(self) -> list[tuple[int, ...]]:
        """Runs that left together and have not come back since, oldest first."""
        alive = set(self._now.ids)
        parts = (
            tuple(ids)
            for run in self._dead
            for is_back, ids in groupby(run, alive.__contains__)
            if not is_back
        )
        return [ids for ids in parts if len(ids) >= TELLING_RUN]

    def pack(self) -> bytes:
        """As it is stored: the words, and for each revision what it did (JSON, compressed)."""
        steps = [
            [
                step.number, step.wording,
                [[gap.start, gap.deleted, _ranges(gap.ids), _runs(gap.origins)] for gap in step.gaps],
                *([] if step.whole is None else [_runs(step.whole)]),
            ]
            for step in self.steps
        ]  # fmt: skip
        written = {"words": "\n".join(self.words), "steps": steps}
        plain = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
        return archive.pack(plain, None, strong_up_to=0)


def unpack(packed: bytes) -> Life:
    """The life that ``Life.pack`` wrote."""
    written = json.loads(archive.unpack(packed, None))
    life = Life()
    life.words = written["words"].split("\n") if written["words"] else []
    life.moments = [[] for _ in life.words]
    for number, wording, places, *whole in written["steps"]:
        found = tuple(
            Gap(start, deleted, _ids(ranges), _origins(runs))
            for start, deleted, ranges, runs in places
        )
        life._play(Step(number, wording, found, _origins(whole[0]) if whole else None))
    return life


def _ranges(ids: Sequence[int]) -> list[int]:
    """First id and how many, for each run of ids that follow each other."""
    found: list[int] = []
    for ident in ids:
        if found and ident == found[-2] + found[-1]:
            found[-1] += 1
        else:
            found += [ident, 1]
    return found


def _ids(ranges: Sequence[int]) -> tuple[int, ...]:
    starts, sizes = ranges[::2], ranges[1::2]
    return tuple(start + n for start, size in zip(starts, sizes, strict=True) for n in range(size))


def _runs(origins: Origins) -> list[int]:
    """Revision, suggestion and how many, for each run of equal origins."""
    return [
        number
        for origin, run in groupby(origins)
        for number in (origin.revision, origin.suggestion, sum(1 for _ in run))
    ]


def _origins(runs: Sequence[int]) -> Origins:
    found: list[Origin] = []
    for place in range(0, len(runs), 3):
        revision, suggestion, length = runs[place : place + 3]
        found += [Origin(revision, suggestion)] * length
    return tuple(found)
