"""What was done to the words of one clause, and how much of it lately (docs/measures.md §4, 2 to 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.consensus.rules.figures import WINDOW

EDITORIAL = "editorial"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Touch:
    """One revision changed the clause: tokens in and out, by whom, and whose actions it undid."""

    number: int
    at: datetime
    person: int
    role: str
    inserted: int
    deleted: int
    kind: str
    undone: frozenset[int]
    is_bulk: bool


@dataclass(frozen=True, slots=True)
class Course:
    """The touches of a clause that count, oldest first.

    ``changed`` is the last that was not editorial, None where none counts. ``lately`` are those of
    the last WINDOW days but for the one that brought the clause in: that is what its changes are
    counted from. ``proofread`` are editorial ones after ``changed``; ``vandalism`` counts the
    marked ones of the window, which are left out of all else.
    """

    changed: Touch | None
    lately: tuple[Touch, ...]
    proofread: tuple[Touch, ...]
    vandalism: int

    @property
    def base(self) -> int | None:
        """The number of the version before the first change of the window; None without one."""
        return self.lately[0].number - 1 if self.lately else None


def course_of(
    touches: Sequence[Touch],
    *,
    first: int,
    marked: Collection[int],
    left_out: Collection[int],
    now: datetime,
) -> Course:
    """``touches`` are all of the clause by number; readers begin with version ``first``.

    ``left_out`` are the revisions that are vandalism or only took it back, ``marked`` the former.
    """
    since = now - timedelta(days=WINDOW)
    # The step from a version that may not be read tells what stood there; the first is no step.
    shown = [touch for touch in touches if touch.number > first or first <= 1]
    counted = [touch for touch in shown if touch.number not in left_out]
    changed = next((touch for touch in reversed(counted) if touch.kind != EDITORIAL), None)
    brought = touches[0].number if touches else 0
    return Course(
        changed,
        tuple(touch for touch in counted if touch.at >= since and touch.number != brought),
        tuple(touch for touch in counted if changed and touch.number > changed.number),
        sum(touch.number in marked and touch.at >= since for touch in shown),
    )


def figures_of(course: Course, net: int, now: datetime) -> dict[str, Any]:
    """The fields of ``ClauseFigures`` that tell of changes; ``net`` against the wording of ``base``."""
    lately = course.lately
    week = [touch for touch in lately if touch.at >= now - WEEK]
    undoing = [touch for touch in lately if touch.undone]
    gross = sum(touch.inserted + touch.deleted for touch in lately)
    return {
        "revisions": len(lately),
        "people": len({touch.person for touch in lately}),
        "gross": gross,
        # What vandalism left behind is in the wording, but not in the changes that count.
        "net": min(net, gross),
        "undoing": len(undoing),
        "undo_people": len({touch.person for touch in undoing} | _undone(undoing)),
        "week_inserted": sum(touch.inserted for touch in week),
        "week_deleted": sum(touch.deleted for touch in week),
        "vandalism": course.vandalism,
        "is_bulk": any(touch.is_bulk for touch in lately),
    }


def _undone(touches: Iterable[Touch]) -> set[int]:
    return {person for touch in touches for person in touch.undone}
