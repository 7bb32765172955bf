"""What the files say of one policy, put in order: its wordings, who saved them, what does not count."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from .files import Policy, Row, time
from .words import tokens

Course = list[tuple[int, list[str]]]  # of one clause: revision and words, oldest first


@dataclass(frozen=True)
class Mark:
    """A revision was called vandalism, from then until then."""

    number: int
    at: datetime
    ended_at: datetime | None


@dataclass
class History:
    """``revisions`` by number; ``courses`` by clause, its words whenever they became others."""

    policy: Policy
    variants: Mapping[str, str]
    zone: str = "UTC"
    revisions: dict[int, Row] = field(init=False)
    courses: dict[str, Course] = field(init=False)

    def __post_init__(self) -> None:
        self.revisions = {row["rev"]: row for row in self.policy.rows("revisions.jsonl")}
        self.courses = {}
        for row in self.policy.rows("clause_versions.jsonl"):
            words = tokens(row["body"]) if row["text"] is not None else []
            course = self.courses.setdefault(row["clause"], [])
            if words != (course[-1][1] if course else []):
                course.append((row["rev"], words))

    @property
    def first(self) -> int:
        return int(self.policy.about["first"])

    @property
    def head(self) -> int:
        return int(self.policy.about["head"])

    def words_at(self, clause: str, number: int) -> list[str]:
        """The tokens of a clause in that revision; none where it is not there."""
        course = self.courses.get(clause, [])
        place = bisect_right(course, number, key=lambda step: step[0])
        return course[place - 1][1] if place else []

    def saved_at(self, number: int) -> datetime:
        return time(self.revisions[number]["ts"])

    def figure(self, name: str) -> Row:
        """What is published of the whole policy under this name."""
        rows = self.policy.rows("figures.jsonl")
        return next((row["data"] for row in rows if row["name"] == name), {})

    def times(self) -> dict[int, datetime]:
        """When each revision was saved; a clock that was put back makes no earlier time."""
        found: dict[int, datetime] = {}
        latest: datetime | None = None
        for number in self.revisions:
            at = self.saved_at(number)
            latest = at if latest is None else max(at, latest)
            found[number] = latest
        return found

    @cached_property
    def marks(self) -> list[Mark]:
        return [
            Mark(number, time(mark["ts"]), time(mark["ended_ts"]) if mark["ended_ts"] else None)
            for number, row in self.revisions.items()
            for mark in row.get("marks", ())
        ]

    def marked(self) -> set[int]:
        """The revisions that are called vandalism."""
        return {mark.number for mark in self.marks if mark.ended_at is None}

    def left_out(self) -> frozenset[int]:
        """The marked ones and the ones that only took them back, as far as the files can tell."""
        found = set(self.marked())
        for number in self.marked():
            mended = self.mended_by(number)
            if mended is not None:
                found.add(mended)
        # What happened before the text was public stands in the files, not in the wordings.
        for number, row in self.revisions.items():
            if any(of == 0 or of == self.first for of in row.get("mends", ())):
                found.add(number)
        return frozenset(found)

    def mended_by(self, number: int) -> int | None:
        """The first revision after ``number`` that brings back all words from before it."""
        if number <= self.first:
            return None
        differing = {
            clause
            for clause in self.courses
            if self.words_at(clause, number) != self.words_at(clause, number - 1)
        }
        if not differing:
            return None
        for later in range(number + 1, self.head + 1):
            for clause in self.changed_in(later):
                is_back = self.words_at(clause, later) == self.words_at(clause, number - 1)
                (differing.discard if is_back else differing.add)(clause)
            if not differing:
                return later
        return None

    def changed_in(self, number: int) -> list[str]:
        """The clauses that got other words in that revision."""
        return self._changed.get(number, [])

    @cached_property
    def _changed(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for clause, course in self.courses.items():
            for number, _ in course:
                found.setdefault(number, []).append(clause)
        return found
