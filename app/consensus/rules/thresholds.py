"""From how many on something counts: defaults that a policy may set otherwise, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from app.errors import RuleBroken
from app.messages import N_

# From and to which number each may be set. Five readers are the fewest that are told; with fewer
# words or versions than these, going back and forth is not spoken of at all.
RANGES: dict[str, tuple[int, int]] = {
    "undoing": (1, 50),
    "undo_people": (2, 50),
    "swing": (10, 90),
    "swing_words": (6, 1000),
    "swing_people": (1, 50),
    "swing_revisions": (3, 50),
    "objections": (1, 50),
    "rivals": (2, 100),
    "gap": (10, 90),
    "quiet_days": (1, 365),
    "readers": (5, 10_000),
    "service_days": (1, 90),
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Whole numbers. ``swing`` and ``gap`` are hundredths."""

    undoing: int = 3  # revisions that undo (U), and
    undo_people: int = 2  # people doing or suffering it
    swing: int = 50  # oscillation, of at least
    swing_words: int = 10  # words changed in all, by
    swing_people: int = 2  # people, in
    swing_revisions: int = 3  # revisions
    objections: int = 2
    rivals: int = 3
    gap: int = 20  # between officers and residents
    quiet_days: int = 14
    readers: int = 10
    service_days: int = 15  # in which a question is to be answered

    @classmethod
    def of(cls, chosen: Mapping[str, int]) -> Thresholds:
        """The defaults with what a policy chose; names that are none are left out."""
        names = {found.name for found in fields(cls)}
        return cls(**{name: value for name, value in chosen.items() if name in names})

    def to_dict(self) -> dict[str, int]:
        """The numbers by name, in the order of RANGES."""
        return asdict(self)


def ensure_in_range(name: str, value: int) -> None:
    """Refuse a number beside RANGES, and a name that is none."""
    if name not in RANGES:
        raise RuleBroken(N_("There is no such number."), field=name)
    least, most = RANGES[name]
    if not least <= value <= most:
        raise RuleBroken(
            N_("Please write a number from %(least)s to %(most)s."),
            field=name,
            least=least,
            most=most,
        )
