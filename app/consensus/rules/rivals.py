"""Whose suggestions for one clause cannot both be taken: they change the same tokens differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.consensus.rules.open_matters import Sent
from app.text.alignment import align, common_start, gaps
from app.text.tokens import tokens

MOST = 300  # of the newest that are laid beside each other; a clause with more is full of them
Place = tuple[str, int]  # ("token", n), or ("spot", n) before token n of the old wording
Edit = tuple[int, int, tuple[str, ...]]  # tokens from, to, and what stands there instead


@dataclass(frozen=True, slots=True)
class Proposed:
    """The words ``after`` that some people want in place of ``before``."""

    people: frozenset[int]
    before: str
    after: str


def newest_of_groups(pending: Sequence[Sent]) -> list[tuple[Sent, frozenset[int]]]:
    """The newest suggestion of each near-identical group with the people of the group, newest
    first, at most MOST: letters that are much the same are no rivals, however they differ."""
    newest: dict[int, Sent] = {}
    people: dict[int, set[int]] = defaultdict(set)
    for one in sorted(pending, key=lambda one: one.id, reverse=True):
        newest.setdefault(one.group, one)
        people[one.group].add(one.person)
    return [(one, frozenset(people[group])) for group, one in list(newest.items())[:MOST]]


def find_rivals(proposed: Iterable[Proposed]) -> frozenset[int]:
    """The people whose words stand against another person's, of one and the same base."""
    edits: dict[tuple[str, Place], set[Edit]] = defaultdict(set)
    wanting: dict[tuple[str, Place], set[int]] = defaultdict(set)
    for one in proposed:
        for edit in edits_between(one.before, one.after):
            for place in _places(edit):
                edits[one.before, place].add(edit)
                wanting[one.before, place] |= one.people
    # Where two people want two things, each of them stands against another.
    disputed = [who for at, who in wanting.items() if len(edits[at]) > 1 and len(who) > 1]
    return frozenset(person for who in disputed for person in who)


def _places(edit: Edit) -> Iterator[Place]:
    """What an edit takes for itself: the tokens it replaces and the spots between them, or the
    one spot where it puts words in."""
    start, end, _ = edit
    if start == end:
        yield "spot", start
    for place in range(start, end):
        yield "token", place
        if place > start:
            yield "spot", place


@lru_cache(maxsize=2_000)
def edits_between(before: str, after: str) -> tuple[Edit, ...]:
    """The places in the tokens of ``before`` that ``after`` changes, and what it puts there."""
    old, new = tokens(before), tokens(after)
    # Most change a few words of a long article; equal ends belong to every longest match.
    head = common_start(old, new)
    tail = common_start(old[head:][::-1], new[head:][::-1])
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    blocks = align(old, new)
    if blocks is None:
        return ((head, head + len(old), tuple(new)),)
    return tuple(
        (head + gap.start, head + gap.end, tuple(new[gap.new_start : gap.new_end]))
        for gap in gaps(blocks, len(old), len(new))
    )
