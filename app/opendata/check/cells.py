"""What is told of few people (principle 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

GROUPS = ("resident", "volunteer", "officer", "other")


def told(people: int) -> str:
    """ "0", "1-4" or the number."""
    return str(people) if people == 0 or people >= 5 else "1-4"


def by_role(roles: Iterable[str]) -> tuple[dict[str, str], str]:
    """People by role as published, and in all.

    Fewer than five in all are not split. Else a role of one to four is "1-4"; if it is the only
    such role, or the total would tell how many there are, the next smallest is left out too (all
    of the equally small), and each of them is "1+".
    """
    people = Counter(role if role in GROUPS else "other" for role in roles)
    total = people.total()
    if total < 5:
        return {}, told(total)
    few = {role for role in people if people[role] < 5}
    said = {role: told(count) for role, count in people.items()}
    known = sum(people[role] for role in few)
    is_open = len(few) > 1 and len(few) < known < 4 * len(few)
    if few and not is_open:
        others = {role: count for role, count in people.items() if role not in few}
        least = min(others.values(), default=0)
        few |= {role for role, count in others.items() if count == least}
        said |= dict.fromkeys(few, "1+")
    return said, str(total)
