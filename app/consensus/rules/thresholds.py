"""From how many on something counts: defaults that a policy may set otherwise, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields


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
