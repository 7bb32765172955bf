"""Disputes: the wordings that one place of a clause was changed to and fro between.

A place is disputed where somebody took back what another person did to the same words (measure 6 of
docs/measures.md). Its readings are what stood there, from just before the first such change on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.consensus.rules.life import Life, State
from app.consensus.rules.undo import reversals
from app.text.as_read import as_read_pieces
from app.text.tokens import token_spans

MOST_READINGS = 3  # that have a line of their own; the rest is "other"
MOST_TURNS = 24  # the latest
OTHER = -1
AROUND = 8  # words of the text that a quote has on either side of a spot
LONGEST = 40  # words of a spot that are quoted
MOST_SPOTS = 4  # that are quoted

_BLANKS = re.compile(r"\s+")
Spot = tuple[int, int]  # from which to which word of a clause


@dataclass(frozen=True, slots=True)
class Reading:
    """One wording of what is disputed, as it stands at the ``spots`` of revision ``number`` (none:
    the text had no such clause). ``seconds`` is how long it stood in all, ``stands`` whether it
    stands now."""

    number: int
    spots: tuple[Spot, ...]
    seconds: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """From revision ``number`` on the place has ``reading`` (its index, or OTHER); ``back`` are the
    revisions by other people whose doings it took back."""

    number: int
    at: datetime
    reading: int
    back: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """``readings`` in the order in which they first came; ``others`` is how many more there were,
    ``earlier`` how many turns came before the first one here."""

    readings: tuple[Reading, ...]
    turns: tuple[Turn, ...]
    others: int
    earlier: int


class _Standing(NamedTuple):
    """What stood from revision ``number`` on: the words of each spot (None: the text had no such
    clause), and the spots."""

    number: int
    words: tuple[tuple[str, ...], ...] | None
    spots: tuple[Spot, ...]


def find_dispute(
    life: Life,
    times: Mapping[int, datetime],
    authors: Mapping[int, int],
    until: datetime,
    *,
    since: datetime | None = None,
    excluded: Collection[int] = (),
) -> Dispute | None:
    """The dispute of one clause from ``since`` (or ever) to ``until``; None when nobody took back
    another's words.

    ``times`` are of every revision that may be read, never falling; ``authors`` by revision who
    saved it, of those that count (``rules.undo``); ``excluded`` are vandalism and its mending,
    which are no turns.
    """
    back, disputed = _taken_back(life, times, authors, since)
    if not back:
        return None
    begin = min(number for numbers in back.values() for number in numbers)
    states = _readable(life, min(times), begin, excluded)
    return _drawn(_standings(life, states, disputed), back, times, until)


def _taken_back(
    life: Life,
    times: Mapping[int, datetime],
    authors: Mapping[int, int],
    since: datetime | None,
) -> tuple[dict[int, set[int]], set[int]]:
    """By revision those of other people that it took back, and the ids of the tokens."""
    back: dict[int, set[int]] = defaultdict(set)
    disputed: set[int] = set()
    for ident, moments in enumerate(life.moments):
        for number, before in reversals(moments, authors):
            is_recent = since is None or times[number] >= since
            if is_recent and authors[number] != authors[before]:
                back[number].add(before)
                disputed.add(ident)
    return back, disputed


def _readable(life: Life, first: int, begin: int, excluded: Collection[int]) -> list[State]:
    """The states from just before revision ``begin`` on; that of ``first`` is the earliest that may
    be read, whenever it came."""
    states = [state for state in life.states() if state.number not in excluded]
    skipped = max(
        sum(state.number < begin for state in states) - 1,
        sum(state.number <= first for state in states) - 1,
        0,
    )
    return [state._replace(number=max(state.number, first)) for state in states[skipped:]]


def _standings(life: Life, states: Sequence[State], disputed: Collection[int]) -> list[_Standing]:
    """What every state has where the disputed tokens stand or would stand: between two others that
    all states have, so that a change elsewhere in the clause makes no other reading."""
    present = [state.ids for state in states if state.ids]
    held = Counter(ident for ids in present for ident in ids)
    steady = {ident for ident, count in held.items() if count == len(present)} - set(disputed)
    behind: set[int] = set()  # how many steady tokens
    for ids in present:
        passed = 0
        for ident in ids:
            passed += ident in steady
            if ident in disputed:
                behind.add(passed)
    return [_standing(life, state, steady, sorted(behind)) for state in states]


def _standing(
    life: Life, state: State, steady: Collection[int], behind: Sequence[int]
) -> _Standing:
    if not state.ids:
        return _Standing(state.number, None, ())
    places = [-1, *(nth for nth, ident in enumerate(state.ids) if ident in steady), len(state.ids)]
    spots = tuple((places[passed] + 1, places[passed + 1]) for passed in behind)
    words = tuple(tuple(life.tokens(state.ids[start:end])) for start, end in spots)
    return _Standing(state.number, words, spots)


def _drawn(
    standings: Sequence[_Standing],
    back: Mapping[int, Collection[int]],
    times: Mapping[int, datetime],
    until: datetime,
) -> Dispute:
    turns = [
        standing
        for nth, standing in enumerate(standings)
        if not nth or standing.words != standings[nth - 1].words or standing.number in back
    ]
    ends = [*(times[turn.number] for turn in turns[1:]), until]
    seconds: Counter[tuple[tuple[str, ...], ...] | None] = Counter()
    for turn, end in zip(turns, ends, strict=True):
        seconds[turn.words] += max(int((end - times[turn.number]).total_seconds()), 0)
    now = turns[-1].words
    often = Counter(turn.words for turn in turns)
    ranked = sorted(often, key=lambda words: (words != now, -often[words]))[:MOST_READINGS]
    kept = [words for words in often if words in ranked]
    latest = {standing.words: standing for standing in standings}
    wordings = [words for words in kept if words is not None]
    differing = [nth for nth, at in enumerate(zip(*wordings, strict=True)) if len(set(at)) > 1]
    return Dispute(
        readings=tuple(
            Reading(
                number=latest[words].number,
                spots=_chosen(latest[words].spots, differing),
                seconds=seconds[words],
                stands=words == now,
            )
            for words in kept
        ),
        turns=tuple(
            Turn(
                turn.number,
                times[turn.number],
                kept.index(turn.words) if turn.words in kept else OTHER,
                tuple(sorted(back.get(turn.number, ()))),
            )
            for turn in turns[-MOST_TURNS:]
        ),
        others=len(often) - len(kept),
        earlier=max(len(turns) - MOST_TURNS, 0),
    )


def _chosen(spots: Sequence[Spot], differing: Sequence[int]) -> tuple[Spot, ...]:
    """The spots at which the readings differ; all where one reading is that there is no clause."""
    return tuple(spots[nth] for nth in differing if spots) or tuple(spots)


def quote(body: str, spots: Sequence[Spot]) -> list[tuple[str, str]]:
    """The ``spots`` of a clause's own text ``body`` with AROUND words on either side, as runs:
    "*" what stands at a spot (perhaps nothing), "=" words around it, "…" what is left out."""
    spans = token_spans(body)
    cuts: list[tuple[str, int]] = []  # each run and where it ends
    at = 0
    shown = spots[:MOST_SPOTS]
    nexts = [*(start for start, _ in shown[1:]), len(spans)]
    for (start, end), following in zip(shown, nexts, strict=True):
        before = max(start - AROUND, at)
        stop = min(end, start + LONGEST)
        cuts += [("…", _begin(spans, body, before)), ("=", _begin(spans, body, start))]
        cuts.append(("*", spans[stop - 1][2] if stop > start else _begin(spans, body, start)))
        cuts.append(("…", _begin(spans, body, end) if stop < end else cuts[-1][1]))
        at = min(end + AROUND, following)
        cuts.append(("=", _begin(spans, body, at)))
    cuts.append(("…", len(body)))
    ends = [0, *(end for _, end in cuts)]
    pieces = as_read_pieces([body[a:b] for a, b in zip(ends, ends[1:], strict=False)])
    runs = [(sign, _BLANKS.sub(" ", text)) for (sign, _), text in zip(cuts, pieces, strict=True)]
    return [
        ("…", "") if sign == "…" else (sign, text) for sign, text in runs if text or sign == "*"
    ]


def _begin(spans: Sequence[tuple[str, int, int]], body: str, place: int) -> int:
    """Where word ``place`` begins, or the text ends."""
    if not place:
        return 0
    return spans[place][1] if place < len(spans) else len(body)
