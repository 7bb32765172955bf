"""What was compared, and the first wrong number of each kind."""

from __future__ import annotations

from collections import Counter
from typing import Any

CLOSE = 1e-9  # as far as two floats may be apart


class Report:
    """Collects comparisons. ``wrong`` holds the first wrong row of each kind, ``taken`` what is
    believed and not counted again, ``late`` the figures that are older than what they are made of.
    """

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.wrong: dict[str, str] = {}
        self.many: Counter[str] = Counter()
        self.late: Counter[str] = Counter()
        self.taken: list[str] = []

    def same(self, kind: str, row: str, published: Any, found: Any) -> bool:
        """Compare one published value with the one that was counted; ``row`` names its row."""
        if alike(published, found):
            self.right[kind] += 1
            return True
        self.fail(kind, f"{row}: published {_short(published)}, counted {_short(found)}")
        return False

    def fail(self, kind: str, words: str) -> None:
        """Something is wrong that is not a number."""
        self.wrong.setdefault(kind, words)
        self.many[kind] += 1

    def told(self) -> str:
        """The report for people, a line each."""
        lines = [f"{kind}: {count} right" for kind, count in sorted(self.right.items())]
        lines += [f"taken as it is: {words}" for words in self.taken]
        lines += [
            f"{kind}: {count} counted before the latest change, not compared"
            for kind, count in sorted(self.late.items())
        ]
        lines += [
            f"WRONG {kind}: {words}"
            + (f" (and {self.many[kind] - 1} more)" * (self.many[kind] > 1))
            for kind, words in sorted(self.wrong.items())
        ]
        end = "Some published numbers are wrong." if self.wrong else "Every number is right."
        return "\n".join([*lines, end, ""])


def alike(one: Any, other: Any) -> bool:
    """Equal, and floats within CLOSE; in lists and objects one by one."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        if isinstance(one, int) and isinstance(other, int):
            return one == other
        return abs(one - other) <= CLOSE
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


def _short(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= 200 else words[:200] + " …"
