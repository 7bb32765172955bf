"""What is published of small numbers: nobody is to find out what one of a few people did.

A reader knows these rules too, so what is left out has to stay open even to somebody who tries
every count that could lead to what is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from app.consensus.rules.agreement import Tally

SMALL = 5  # fewer people than this are not told apart
FEW = "1-4"
SOME = "1+"
OTHER = "other"
GROUPS = ("resident", "volunteer", "officer", OTHER)


def blurred(counts: Mapping[str, int]) -> tuple[dict[str, str], str]:
    """People by role as published, and in all: "0", "1-4", "1+" (at least one) or the number.

    Fewer than five in all are not split. Else a role of fewer than five is "1-4"; where the rest
    would give it away (it is the only one, or all of them are ones or fours) the next smallest
    role is left out with it, and each of them is "1+". Roles beside GROUPS count as "other".
    """
    people: Counter[str] = Counter()
    for role, count in counts.items():
        people[_group(role)] += count
    total = sum(people.values())
    if total < SMALL:
        return {}, FEW if total else "0"
    told = {group: str(people[group]) for group in GROUPS if group in people}
    few = [group for group in told if 0 < people[group] < SMALL]
    known = sum(people[group] for group in few)
    if not few or (len(few) > 1 and len(few) < known < (SMALL - 1) * len(few)):
        return told | dict.fromkeys(few, FEW), str(total)
    return told | dict.fromkeys(few + _next_smallest(people, few), SOME), str(total)


def told_apart(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """Positions by role as published: roles of fewer than five people are "other" together.

    Where "other" would be fewer than five itself these few are left out altogether, and out of
    every sum. Folding a further role in with them would hide them, too, but would let a single
    volunteer take the officers out of the comparison.
    """
    people: dict[str, Tally] = {}
    for role, tally in tallies.items():
        group = _group(role) if tally.n >= SMALL else OTHER
        people[group] = people.get(group, Tally()) + tally
    return {
        group: people[group] for group in GROUPS if group in people and people[group].n >= SMALL
    }


def published_role(role: str, told: Collection[str]) -> str | None:
    """As which role somebody stands among those ``told`` apart; None: left out of all that is told."""
    group = role if role in told else OTHER
    return group if group in told else None


def part_of(whole: Tally, part: Tally) -> Tally | None:
    """``part`` where it can be published beside ``whole``: neither it nor the rest is a few."""
    rest = whole.n - part.n
    return part if part.n >= SMALL and (rest == 0 or rest >= SMALL) else None


def _group(role: str) -> str:
    return role if role in GROUPS else OTHER


def _next_smallest(people: Mapping[str, int], but: list[str]) -> list[str]:
    """The role with the fewest people beside ``but``, if anybody is left; of equal ones all, or
    their order would tell the rest."""
    others = [group for group in GROUPS if people.get(group) and group not in but]
    least = min((people[group] for group in others), default=0)
    return [group for group in others if people[group] == least]
