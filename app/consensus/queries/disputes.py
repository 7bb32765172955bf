"""The disputes of a policy as a page shows them: counted beforehand, with names and reasons read now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.access.actor import VISITOR, Actor
from app.consensus.queries.figures import find_figure
from app.database import db
from app.discussions.models import Thread
from app.discussions.queries.shown import select_threads
from app.policies.models import Policy, Revision
from app.policies.queries import is_insider, outsiders_from
from app.policies.versions import get_version
from app.visibility import Hidden, hides


@dataclass(frozen=True, slots=True)
class Reading:
    """``words`` are runs as ``rules.disputes.quote`` gives them; None: there was no such clause.
    ``days`` is how long it stood in all, ``stands`` whether it stands now."""

    words: Sequence[tuple[str, str]] | None
    days: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A revision that changed the place to ``reading`` (an index, or -1 for another one); ``back``
    are the revisions whose doings it took back."""

    revision: Revision
    hidden: Hidden | None
    reading: int
    back: Sequence[int]

    @property
    def has_reason(self) -> bool:
        return bool(self.revision.summary) and self.hidden is None


@dataclass(frozen=True, slots=True)
class DisputeView:
    """``stands``: the text has the clause. ``threads`` are those on it that the reader may see."""

    clause: str
    label: str
    stands: bool
    readings: Sequence[Reading]
    turns: Sequence[Turn]
    others: int
    earlier: int
    threads: int

    @property
    def backs(self) -> Sequence[Turn]:
        """The turns that took back what another person did."""
        return [turn for turn in self.turns if turn.back]

    @property
    def people(self) -> int:
        """How many took words back."""
        return len({turn.revision.author_id for turn in self.backs})

    @property
    def reasons(self) -> int:
        """How many of them said why, in words that can be read."""
        return sum(turn.has_reason for turn in self.backs)


@dataclass(frozen=True, slots=True)
class Disputes:
    """``rows`` as of revision ``number`` (0: not counted yet); ``marked`` is how many revisions were
    left out as vandalism. ``is_whole``: of the whole history, not the last WINDOW days."""

    rows: Sequence[DisputeView]
    number: int
    marked: int
    is_whole: bool


def list_disputes(
    policy: Policy, actor: Actor, *, is_whole: bool = False, clause: str | None = None
) -> Disputes:
    """The disputes of the last WINDOW days or of the ``is_whole`` history, of one ``clause`` or all."""
    figure = find_figure(policy.id, "disputes")
    if figure is None or figure.data["first"] < outsiders_from(policy):
        # Not counted yet, or when more was to be made public than now is.
        return Disputes([], 0, 0, is_whole)
    rows = [
        row
        for row in figure.data["whole" if is_whole else "recent"]
        if clause is None or row["clause"] == clause
    ]
    numbers = {turn[0] for row in rows for turn in row["turns"]}
    revisions = _revisions(policy.id, numbers) if rows else {}
    threads = _threads(policy, {row["clause"] for row in rows}, actor) if rows else {}
    head = get_version(policy.id, policy.head_number) if rows else None
    views = [
        _view(row, revisions, threads, stands=bool(head and head.clause(row["clause"])))
        for row in rows
    ]
    return Disputes(views, figure.number, figure.data["marked"], is_whole)


def _view(
    row: Mapping[str, Any],
    revisions: Mapping[int, tuple[Revision, Hidden | None]],
    threads: Mapping[str, int],
    *,
    stands: bool,
) -> DisputeView:
    return DisputeView(
        clause=row["clause"],
        label=row["label"],
        stands=stands,
        readings=[
            Reading(reading["words"], reading["seconds"] // 86_400, reading["stands"])
            for reading in row["readings"]
        ],
        turns=[
            Turn(*revisions[number], reading, back)
            for number, reading, back in row["turns"]
            if number in revisions
        ],
        others=row["others"],
        earlier=row["earlier"],
        threads=threads.get(row["clause"], 0),
    )


def _revisions(
    policy_id: int, numbers: Collection[int]
) -> dict[int, tuple[Revision, Hidden | None]]:
    query = (
        select(Revision, Hidden)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(Revision.policy_id == policy_id, Revision.number.in_(numbers))
        .options(joinedload(Revision.author))
    )
    return {revision.number: (revision, hidden) for revision, hidden in db.session.execute(query)}


def _threads(policy: Policy, clauses: Collection[str], actor: Actor) -> dict[str, int]:
    """By clause: how many threads on it everybody of the standing of ``actor`` may see."""
    reader = actor if is_insider(policy, actor) else VISITOR
    seen = (
        select_threads(reader)
        .where(
            Thread.policy_id == policy.id,
            Thread.clause.in_(clauses),
            Thread.subject_kind.is_(None),
            Thread.joined_into_id.is_(None),
        )
        .subquery()
    )
    query = select(seen.c.clause, func.count()).group_by(seen.c.clause)
    return {row[0]: row[1] for row in db.session.execute(query)}
