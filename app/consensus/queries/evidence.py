"""What lies behind the status of one clause: who changed it back, in which words, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app import clock
from app.consensus.models import RevisionChange
from app.consensus.queries.lives import find_excluded, find_life, list_authors, list_marked
from app.consensus.queries.weeks import list_clause_changes
from app.consensus.rules.figures import WINDOW
from app.consensus.rules.life import Life
from app.consensus.rules.undo import conflict, mutual_pairs, reversals
from app.database import db
from app.policies.models import Policy, Revision
from app.policies.versions import get_version
from app.text.as_read import as_read
from app.text.diff import Run, word_diff
from app.text.outline import Clause
from app.visibility import Hidden

RUNGS = 40  # of the ladder; the history of the clause has all
_SECONDS = 0.2  # of comparing two wordings


@dataclass(frozen=True, slots=True)
class Rung:
    """One revision that changed the clause. ``back`` are the numbers of the revisions by others
    whose words it took back; ``is_marked``: called vandalism, so it counts for nothing."""

    change: RevisionChange
    revision: Revision
    hidden: Hidden | None
    back: tuple[int, ...]
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of the last WINDOW days, the latest first. ``conflict`` (measure 6a) and ``pairs``
    (people who took back words of each other, measure 7) are of the clause's whole life."""

    rungs: Sequence[Rung]
    conflict: float | None
    pairs: int

    @property
    def latest_back(self) -> Rung | None:
        """The latest revision that took words back."""
        return next((rung for rung in self.rungs if rung.back), None)


@dataclass(frozen=True, slots=True)
class Readings:
    """Two wordings of one clause, each as runs with what the other lacks; by revision number."""

    number_before: int
    number_after: int
    before: Sequence[Run]
    after: Sequence[Run]


def find_ladder(policy: Policy, clause: str, first_number: int) -> Ladder:
    """Who changed the clause lately and whose words each took back; a reader of revisions from
    ``first_number`` on learns of no step before it."""
    since = clock.now() - timedelta(days=WINDOW)
    rows, _more = list_clause_changes(policy, clause, first_number, size=RUNGS)
    life = find_life(policy.id, clause)
    authors = list_authors(policy, find_excluded(policy.id)) if life else {}
    back = _taken_back(life, authors) if life else {}
    marked = set(list_marked(policy.id))
    rungs = [
        Rung(
            change,
            revision,
            hidden,
            tuple(number for number in back.get(revision.number, ()) if number >= first_number),
            revision.number in marked,
        )
        for change, revision, hidden in rows
        if revision.saved_at >= since
    ]
    if life is None:
        return Ladder(rungs, None, 0)
    times = _times(policy.id)
    _score, pairs = mutual_pairs(life, authors)
    return Ladder(rungs, conflict(life, times, authors), len(pairs))


def _taken_back(life: Life, authors: Mapping[int, int]) -> dict[int, list[int]]:
    """By revision: the revisions by other people whose token actions it took back, in order."""
    found: dict[int, set[int]] = defaultdict(set)
    for moments in life.moments:
        for number, before in reversals(moments, authors):
            if authors[number] != authors[before]:
                found[number].add(before)
    return {number: sorted(before) for number, before in found.items()}


def _times(policy_id: int) -> dict[int, datetime]:
    query = select(Revision.number, Revision.saved_at).where(Revision.policy_id == policy_id)
    return {row.number: row.saved_at for row in db.session.execute(query)}


def find_readings(policy: Policy, clause: str, ladder: Ladder, first: int) -> Readings | None:
    """The two wordings on both sides of the latest taking back, else of the latest change; None
    where one of them may not be read or there was no clause."""
    rung = ladder.latest_back or (ladder.rungs[0] if ladder.rungs else None)
    if rung is None or rung.revision.number <= max(first, 1):
        return None
    after = rung.revision.number
    old = get_version(policy.id, after - 1).clause(clause)
    new = get_version(policy.id, after).clause(clause)
    if old is None or new is None:
        return None
    before_runs, after_runs = _sides(old, new)
    return Readings(after - 1, after, before_runs, after_runs)


def _sides(old: Clause, new: Clause) -> tuple[list[Run], list[Run]]:
    runs = word_diff(as_read(old.text), as_read(new.text), _SECONDS).runs
    return [run for run in runs if run[0] != "+"], [run for run in runs if run[0] != "-"]
