"""Who shaped a text: the share of each role by two attributions, neither of them the only right one
(docs/measures.md §4, measure 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.text.attribution import BULK
from app.text.provenance import Origin

FEW_WORDS = 20  # of fewer tokens no shares are told: they would only say who wrote one word
STEP = 5  # points of a hundred

# In place of a role.
EARLIER = "earlier"  # from before the text was made public
UNATTRIBUTED = "bulk"  # a change too large to say whose each word is
PENDING = "pending"  # not attributed yet


@dataclass(frozen=True, slots=True)
class Hand:
    """Who put words in: a person in the role of that time; no person where nobody can say."""

    role: str
    person: int = 0


class Hands:
    """Whose hand each origin is: that of the suggestion it credits, else of the revision's saver.

    ``savers`` by revision number, ``credited`` by revision and suggestion. What came with the
    ``first`` revision that outsiders may read is from before it was made public, unless there was
    none before it.
    """

    def __init__(
        self,
        first: int,
        savers: Mapping[int, Hand],
        credited: Mapping[tuple[int, int], Hand],
    ) -> None:
        self._private = first if first > 1 else 0
        self._savers, self._credited = savers, credited

    def of(self, origin: Origin) -> Hand:
        if origin.revision == 0:
            return Hand(PENDING)
        if origin.revision <= self._private:
            return Hand(EARLIER)
        if origin.suggestion == BULK:
            return Hand(UNATTRIBUTED)
        saver = self._savers.get(origin.revision, Hand(PENDING))
        return self._credited.get((origin.revision, origin.suggestion), saver)

    def count(self, origins: Iterable[Origin]) -> Counter[Hand]:
        """How many tokens each hand put in."""
        found: Counter[Hand] = Counter()
        for origin, tokens in Counter(origins).items():
            found[self.of(origin)] += tokens
        return found


def by_role(hands: Mapping[Hand, int]) -> Counter[str]:
    """Tokens by role."""
    found: Counter[str] = Counter()
    for hand, tokens in hands.items():
        found[hand.role] += tokens
    return found


def outward(low: int, high: int, whole: int) -> tuple[int, int]:
    """The percentages of ``low`` and ``high`` in ``whole``, rounded outward to steps of five."""
    least, most = sorted((low, high))
    steps = 100 // STEP
    return least * steps // whole * STEP, -(-most * steps // whole) * STEP


def nearest(part: int, whole: int) -> int:
    """The percentage in steps of five; 0 for something is "under 5", and 100 only the whole."""
    steps = 100 // STEP
    rounded = (2 * part * steps + whole) // (2 * whole) * STEP
    return rounded if part == whole else min(rounded, 100 - STEP)


def ranges(strict: Mapping[str, int], lenient: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """By role the least and the most of its share in per cent, the largest first; both count the
    same tokens, at least FEW_WORDS of them."""
    whole = sum(strict.values())
    roles = sorted(
        strict.keys() | lenient.keys(),
        key=lambda role: (-strict.get(role, 0) - lenient.get(role, 0), role),
    )
    return {role: outward(strict.get(role, 0), lenient.get(role, 0), whole) for role in roles}


def in_order(origins: Iterable[Origin], hands: Hands) -> list[int]:
    """The people behind the words, in order of first contribution; each once."""
    people = [hands.of(origin).person for origin in sorted(set(origins))]
    return list(dict.fromkeys(person for person in people if person))


def fewest_for_half(tokens: Sequence[int]) -> int:
    """How many people, those with the most words first, wrote at least half of them; 0 of none."""
    left, people = sum(tokens), 0
    half = left / 2
    for count in sorted(tokens, reverse=True):
        if left <= half or not count:
            break
        left, people = left - count, people + 1
    return people


def gini(tokens: Sequence[int]) -> float | None:
    """Gini's coefficient of the words by person: 0 all the same, towards 1 all from one; None of
    fewer than two people."""
    n, total = len(tokens), sum(tokens)
    if n < 2 or not total:
        return None
    weighted = sum(rank * count for rank, count in enumerate(sorted(tokens), start=1))
    return 2 * weighted / (n * total) - (n + 1) / n
