"""What a list of contributions is narrowed to, and what is about a clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, or_, true
from sqlalchemy.sql import ColumnElement

from app.suggestions.models import Contribution, SuggestedChange

SORTS = ("newest", "similar")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to and how it is ordered; empty fields narrow nothing.

    ``group`` is the number of one of those that are much the same: all of them, unfolded.
    """

    clause: str = ""
    kind: str = ""
    only_open: bool = False
    sort: str = "newest"
    group: int | None = None

    @property
    def has_sections(self) -> bool:
        """Whether suggestions come first and the rest behind them, as on a clause."""
        return bool(self.clause) and not self.kind and self.group is None


def is_counted(*, with_held: bool) -> ColumnElement[bool]:
    """SQL over Contribution: whether it is among the numbers given out; the public is told of those
    that wait when they no longer do."""
    return true() if with_held else Contribution.held_until.is_(None)


def parts_about(clause: str, one: Any) -> Sequence[ColumnElement[bool]]:
    """SQL over ``one``: sent about the clause; or about a place behind it, or a whole text that
    changes it. Apart, for each is read in order from an index, and both together are not."""
    changes = exists().where(
        SuggestedChange.contribution_id == one.id,
        or_(SuggestedChange.clause == clause, SuggestedChange.after == clause),
    )
    elsewhere = or_(one.after == clause, and_(one.after.is_(None), changes))
    return (one.clause == clause, and_(one.clause.is_(None), elsewhere))


def is_about(clause: str) -> ColumnElement[bool]:
    """SQL over Contribution: one of the ``parts_about`` the clause."""
    return or_(*parts_about(clause, Contribution))
