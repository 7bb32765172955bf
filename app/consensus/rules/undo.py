"""Who took back whose words: measures 6, 6a and 7 of docs/measures.md, from the life of a clause.

``authors`` says by revision who saved it. A revision that is not in it does not count: marked as
vandalism, the one that mended it, or before what everybody may read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import NamedTuple

from app.consensus.rules.life import GONE, Life

_HOUR = 3600  # seconds; what is answered within the hour weighs more than 1


class Reversal(NamedTuple):
    """Revision ``number`` took a token out that had come back, or put one back that had gone; the
    action before on that token was that of revision ``before``."""

    number: int
    before: int


@dataclass(frozen=True, slots=True)
class MutualPair:
    """Two people who took back words of each other; ``weight`` is how many revisions of the clause
    the one has who has fewer."""

    people: tuple[int, int]
    weight: int


def undone(life: Life, authors: Mapping[int, int]) -> dict[int, set[int]]:
    """By revision: the people, other than who saved it, whose token actions it took back.

    These are measure 6: a token deleted that another person had put back in, or put back that
    another person had deleted.
    """
    found: dict[int, set[int]] = defaultdict(set)
    for moments in life.moments:
        if len(moments) <= 2:  # it came, and perhaps went: most tokens
            continue
        for number, before in reversals(moments, authors):
            if authors[number] != authors[before]:
                found[number].add(authors[before])
    return found


def acted_with(life: Life, since: int) -> set[int]:
    """The revisions whose authors say what the revisions after ``since`` undid; most undo nothing."""
    return {
        number for moments in life.moments if len(moments) > 2 and moments[-1] > since
        for number in moments
    }  # fmt: skip


def reversals(moments: Sequence[int], authors: Collection[int]) -> Iterator[Reversal]:
    """The actions on one token, in, out, in, out … at ``moments``, that took back the one before.

    The first time that a token goes takes nothing back: that is what editing is.
    """
    last, was_deleted = (0, False), False
    for place, number in enumerate(moments):
        if number in authors:
            is_insert = place % 2 == 0
            if was_deleted and is_insert != last[1]:
                yield Reversal(number, last[0])
            last, was_deleted = (number, is_insert), was_deleted or not is_insert


def conflict(life: Life, times: Mapping[int, datetime], authors: Mapping[int, int]) -> float | None:
    """Measure 6a, as WikiWho counts it: Σ ln 3600/ln(Δt+2) over the reversals of another person's
    action, divided by all reversals; Δt in seconds, 0 for a clock that went back. None: no reversal.
    """
    found = [pair for moments in life.moments for pair in reversals(moments, authors)]
    if not found:
        return None
    heat = 0.0
    for number, before in found:
        if authors[number] != authors[before]:
            seconds = max((times[number] - times[before]).total_seconds(), 0)
            heat += log(_HOUR) / log(seconds + 2)
    return heat / len(found)


def mutual_pairs(life: Life, authors: Mapping[int, int]) -> tuple[int, list[MutualPair]]:
    """Measure 7 (Sumi, Yasseri et al. 2011): how many people in such pairs times the sum of their
    weights, and the pairs, the heaviest first."""
    edits = Counter(authors[step.number] for step in life.steps if step.number in authors)
    directed = {
        (authors[number], victim)
        for number, victims in undone(life, authors).items()
        for victim in victims
    }
    pairs = [
        MutualPair((one, other), min(edits[one], edits[other]))
        for one, other in sorted(directed)
        if one < other and (other, one) in directed
    ]
    people = {person for pair in pairs for person in pair.people}
    pairs.sort(key=lambda pair: -pair.weight)
    return len(people) * sum(pair.weight for pair in pairs), pairs


def revert_of(wordings: Mapping[str, Sequence[tuple[int, str]]], marked: int) -> int | None:
    """The first revision after ``marked`` that brings back all words from before it.

    ``wordings`` says by clause id at which revisions it got which wording, in order; a clause that
    the text does not have has the wording ``life.GONE``.
    """
    before = {ident: _wording_at(course, marked - 1) for ident, course in wordings.items()}
    events = sorted(
        (number, ident, wording) for ident, course in wordings.items() for number, wording in course
        if number >= marked
    )  # fmt: skip
    if not events or events[0][0] != marked:
        return None  # it changed no words: there is nothing to bring back
    differing: set[str] = set()
    for place, (number, ident, wording) in enumerate(events):
        (differing.discard if wording == before[ident] else differing.add)(ident)
        is_last = place + 1 == len(events) or events[place + 1][0] != number
        if is_last and number > marked and not differing:
            return number
    return None


def _wording_at(course: Sequence[tuple[int, str]], number: int) -> str:
    return next((wording for at, wording in reversed(course) if at <= number), GONE)
