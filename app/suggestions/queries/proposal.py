"""What a text would read like with the words of a suggestion; nothing is stored here.

The page that previews an adoption and the service that saves it ask the same function, so what is
saved is what was shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from app.database import db
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import list_gone
from app.policies.versions import Version, get_version
from app.suggestions.models import SuggestedChange
from app.suggestions.queries.views import ChangeView, ContributionView
from app.text.attribution import concerned
from app.text.canonical import canonical
from app.text.chosen_parts import Part, parts_of_change, with_parts
from app.text.identity import carry
from app.text.operations import (
    Operation,
    OperationKind,
    clause_operation,
    insertion,
    operations_of,
)
from app.text.outline import Outline
from app.text.rebase import Misfit, apply, warnings
from app.text.structure import Fault


class Way(StrEnum):
    """How an officer takes words in: as suggested, some of the changes, or in other words."""

    WHOLE = "whole"
    PARTS = "parts"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Adoption:
    """What the officer decided, looking at revision ``base``.

    ``parts`` are keys of ``list_parts``. Other words are the ``text`` of one ``clause``, of a new
    article ``after`` one, or (both "") of the whole. ``also`` are numbers of other suggestions
    that they draw from. ``has_looked``: the officer has read what may be wrong with the result.
    ``point`` is the one that is answered with it, where the suggestion was split.
    """

    base: int
    way: str
    reason: str
    outcome: str = ""
    parts: frozenset[str] = frozenset()
    clause: str = ""
    after: str = ""
    text: str = ""
    also: tuple[int, ...] = ()
    has_looked: bool = False
    point: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """Revision ``head`` with the words taken in, ready for ``policies.services.adopting``.

    ``clauses`` are the ids that read differently after it, gone and new ones included; ``faults``
    are what its structure would have that the head has not.
    """

    head: int
    text: str
    keep: Mapping[int, str]
    before: Outline
    after: Outline
    clauses: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def wordings(self) -> list[tuple[str, str]]:
        """(before, after) of each clause that reads differently: what a preview has shown."""
        old = {clause.id: clause.text.strip() for clause in self.before}
        new = {clause.id: clause.text.strip() for clause in self.after}
        return sorted((old.get(ident, ""), new.get(ident, "")) for ident in self.clauses)


@dataclass(frozen=True, slots=True)
class PartView:
    """One thing of a suggestion that can be taken alone; ``part`` None: the whole of ``change``."""

    key: str
    change: ChangeView
    part: Part | None


class TextMovedOn(RuleBroken):
    """The words were suggested for a text that reads differently by now; ``clauses`` are the ids
    of the places where they do not fit."""

    def __init__(self, clauses: Sequence[str]) -> None:
        super().__init__(
            N_("The text has changed since this was suggested. Please write the words."),
            field="way",
        )
        self.clauses = tuple(clauses)


def propose(policy: Policy, view: ContributionView, wanted: Adoption, head: int) -> Proposal:
    """Revision ``head`` with what is wanted of the suggestion; raises TextMovedOn or RuleBroken."""
    now = get_version(policy.id, head)
    ground, operations = _wanted(view, wanted)
    applied = apply(now.outline, ground.outline, operations)
    if isinstance(applied, Misfit):
        raise TextMovedOn(applied.clauses)
    if applied.is_contained:
        raise RuleBroken(N_("The text says this already, so there is nothing to adopt."))
    after = carry(
        now.outline,
        applied.text,
        next_id=policy.next_clause,
        keep=applied.keep,
        gone=list_gone(policy.id),
    ).outline
    return Proposal(
        head=head,
        text=applied.text,
        keep=applied.keep,
        before=now.outline,
        after=after,
        clauses=changed_clauses(now.outline, after),
        faults=warnings(now.outline, after),
    )


def changed_clauses(before: Outline, after: Outline) -> tuple[str, ...]:
    """Ids of the clauses whose words differ, came or went: those that went first."""
    changed = concerned(before, after)
    there = [clause.id for clause in after if clause.id in changed]
    return (*(clause.id for clause in before if clause.id in changed.difference(there)), *there)


def list_operations(contribution_id: int) -> tuple[Operation, ...]:
    """What a suggestion does, as it is stored; () for other kinds."""
    query = (
        select(SuggestedChange)
        .where(SuggestedChange.contribution_id == contribution_id)
        .order_by(SuggestedChange.position)
    )
    return tuple(
        Operation(row.kind, row.clause, row.after, row.base_hash, row.text)
        for row in db.session.scalars(query)
    )


def list_parts(view: ContributionView) -> list[PartView]:
    """What can be taken alone: each changed run of reworded articles, each article in or out."""
    return [part for place, change in enumerate(view.changes) for part in _parts(place, change)]


def _parts(place: int, change: ChangeView) -> Iterator[PartView]:
    if change.kind != OperationKind.REWORD:
        yield PartView(str(place), change, None)
        return
    for part in parts_of_change(change.before, change.after):
        yield PartView(f"{place}.{part.number}", change, part)


def _wanted(view: ContributionView, wanted: Adoption) -> tuple[Version, tuple[Operation, ...]]:
    """The revision on which the words were written, and what they do to it."""
    if wanted.way == Way.OTHER:
        seen = get_version(view.policy_id, wanted.base)
        return seen, _in_other_words(seen, wanted)
    base = get_version(view.policy_id, view.base)
    operations = list_operations(view.id)
    if wanted.way == Way.WHOLE:
        return base, operations
    return base, _chosen(base, view, operations, wanted.parts)


def _in_other_words(seen: Version, wanted: Adoption) -> tuple[Operation, ...]:
    words = canonical(wanted.text).text
    if not words.strip():
        raise RuleBroken(N_("Please write the words."), field="text")
    place = wanted.clause or wanted.after
    clause = seen.clause(place) if place else None
    if place and clause is None:
        raise RuleBroken(N_("This article is no longer in the text."), field="text")
    if clause is None:
        return operations_of(seen.outline, words)
    one = clause_operation(clause, words) if wanted.clause else insertion(clause.id, words)
    return (one,) if one else ()


def _chosen(
    base: Version,
    view: ContributionView,
    operations: tuple[Operation, ...],
    keys: frozenset[str],
) -> tuple[Operation, ...]:
    """The operations with only the chosen parts in them."""
    if not keys or not keys <= {part.key for part in list_parts(view)}:
        raise RuleBroken(N_("Please choose which of the changes you take."), field="parts")
    chosen = []
    for place, (operation, change) in enumerate(zip(operations, view.changes, strict=True)):
        clause = base.clause(operation.clause or "")
        numbers = [int(key.split(".")[1]) for key in keys if key.startswith(f"{place}.")]
        if numbers and clause is not None:
            words = with_parts(change.before, change.after, numbers)
            chosen.append(clause_operation(clause, words))
        elif str(place) in keys:
            chosen.append(operation)
    return tuple(operation for operation in chosen if operation is not None)
