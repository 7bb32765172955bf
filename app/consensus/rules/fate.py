"""What became of the words that each role put in: still here, or taken out by whom
(docs/measures.md §4, measure 10)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.consensus.rules.shares import EARLIER, PENDING, UNATTRIBUTED, Hand

OLD_ENOUGH = timedelta(days=14)
FEW_WORDS, FEW_PEOPLE = 30, 5
NOBODYS = frozenset({EARLIER, UNATTRIBUTED, PENDING})


@dataclass(frozen=True, slots=True)
class Fortune:
    """What happened to a token: whose it was when it first came, and the revisions in which it
    came and went, in, out, in …"""

    hand: Hand
    moments: tuple[int, ...]

    @property
    def is_alive(self) -> bool:
        return len(self.moments) % 2 == 1


@dataclass(slots=True)
class Fate:
    """Of the ``words`` of one role: how many are ``alive``, and ``gone`` by the role that took
    them out last; ``people`` put them in."""

    people: int = 0
    words: int = 0
    alive: int = 0
    gone: Counter[str] = field(default_factory=Counter)

    @property
    def is_told(self) -> bool:
        """Whether there are enough words and people to tell more than their number."""
        return self.words >= FEW_WORDS and self.people >= FEW_PEOPLE


def told_moments(
    moments: Iterable[int], first: int, left_out: Collection[int] = frozenset()
) -> tuple[int, ...]:
    """The moments as outsiders know them: what happened before revision ``first`` is only its
    outcome, and revisions ``left_out`` (vandalism and its reverts) did not happen."""
    found: list[int] = []
    for place, number in enumerate(moments):
        if number in left_out:
            continue
        is_coming = place % 2 == 0
        if is_coming == (len(found) % 2 == 0):
            found.append(max(number, first))
        if len(found) == 2 and found[1] <= first:
            found = []
    return tuple(found)


def fates(
    fortunes: Mapping[Fortune, int],
    saved_at: Mapping[int, datetime],
    roles: Mapping[int, str],
    now: datetime,
) -> dict[str, Fate]:
    """By role that put words in at least OLD_ENOUGH ago; ``saved_at`` and the ``roles`` of the
    savers are by revision number. Words that nobody's role is known of are left out."""
    found: dict[str, Fate] = defaultdict(Fate)
    people: dict[str, set[int]] = defaultdict(set)
    for fortune, words in fortunes.items():
        role = fortune.hand.role
        if role in NOBODYS or saved_at[fortune.moments[0]] > now - OLD_ENOUGH:
            continue
        fate = found[role]
        people[role].add(fortune.hand.person)
        fate.words += words
        if fortune.is_alive:
            fate.alive += words
        else:
            fate.gone[roles[fortune.moments[-1]]] += words
    for role, fate in found.items():
        fate.people = len(people[role])
    return dict(found)


@dataclass(slots=True)
class Gone:
    """Of the words ``put_in`` by one role: how many went with a reason, how many without."""

    put_in: int = 0
    with_reason: int = 0
    without: int = 0


def gone_by_role(
    fortunes: Mapping[Fortune, int], has_reason: Mapping[int, bool]
) -> dict[str, Gone]:
    """By role: its words, and whether the revision that took them out last said why."""
    found: dict[str, Gone] = defaultdict(Gone)
    for fortune, words in fortunes.items():
        gone = found[fortune.hand.role]
        gone.put_in += words
        if not fortune.is_alive:
            if has_reason[fortune.moments[-1]]:
                gone.with_reason += words
            else:
                gone.without += words
    return dict(found)
