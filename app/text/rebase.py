"""Bring the operations of a suggestion onto a later revision, clause by clause.

Untouched clauses take them as they are, a clause that changed meanwhile is merged like two edits,
and what no longer fits is said so and never put elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from app.text.clauses import body_of, cut
from app.text.operations import Operation, OperationKind, dressed, in_order
from app.text.outline import Clause, Outline
from app.text.sides import usual_tail
from app.text.structure import Fault, new_faults
from app.text.units import merge_slice, same_words, sentences

_BLANKS = " \t\n"
Fit = Literal["fits", "rework", "contained"]


class MisfitKind(StrEnum):
    """The clause is gone · its same words were changed · its place is unclear · moved by both."""

    GONE = "gone"
    CHANGED = "changed"
    PLACE = "place"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Applied:
    """The head with the operations done.

    ``keep`` are hints for ``identity.carry``: code-point offset of a slice to the id it has in
    the head, reworded ones included. ``changed`` are the ids reworded or removed, in order.
    ``is_contained``: the head had it all already, ``text`` is the head's.
    """

    text: str
    keep: Mapping[int, str]
    changed: tuple[str, ...]
    is_contained: bool = False


@dataclass(frozen=True, slots=True)
class Misfit:
    """What a person must look at: ids of the base's clauses, and for each the kind of trouble."""

    clauses: tuple[str, ...]
    kinds: tuple[MisfitKind, ...]


def apply(head: Outline, base: Outline, operations: Iterable[Operation]) -> Applied | Misfit:
    """Bring operations made on ``base`` onto ``head``, all of them or none."""
    return Rebase(base, head).apply(operations)


def fit(head: Outline, base: Outline, operations: Iterable[Operation]) -> Fit:
    """How operations made on ``base`` stand to ``head``; for many suggestions use one ``Rebase``."""
    return Rebase(base, head).fit(operations)


def warnings(head: Outline, after: Outline) -> tuple[Fault, ...]:
    """Faults of structure in the carried outline ``after`` that the head did not have."""
    had = [(clause.id, clause) for clause in head]
    return new_faults(had, had, [(clause.id, clause) for clause in after])


@dataclass(slots=True)
class _Plan:
    """What to do to the head: new slices by id ("" for none), and words by place in the head."""

    slices: dict[str, str] = field(default_factory=dict)
    added: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    misfits: list[tuple[str, MisfitKind]] = field(default_factory=list)


class Rebase:
    """Two outlines of one policy, made ready once for all suggestions written on ``base``."""

    def __init__(self, base: Outline, head: Outline) -> None:
        self.head = head
        self._old = {clause.id: clause for clause in base}
        self._now = {clause.id: clause for clause in head}
        self._place = {clause.id: place for place, clause in enumerate(head)}
        self._text = "".join(clause.text for clause in head)
        self._tail = usual_tail(head)
        self._essences: dict[int, str] = {}
        self._stays = in_order(base, self._now)
        # For each clause of the base the nearest one, itself or above, that stands where it stood.
        self._footing: dict[str | None, str | None] = {None: None}
        footing: str | None = None
        for clause in base:
            footing = clause.id if clause.id in self._stays else footing
            self._footing[clause.id] = footing

    def fit(self, operations: Iterable[Operation]) -> Fit:
        """What ``apply`` comes to; under a millisecond unless many clauses must be merged."""
        found = self.apply(operations)
        if isinstance(found, Misfit):
            return "rework"
        return "contained" if found.is_contained else "fits"

    def apply(self, operations: Iterable[Operation]) -> Applied | Misfit:
        """The text with all operations done, or what keeps them from being done."""
        plan = self._plan(operations)
        if plan.misfits:
            clauses, kinds = zip(*plan.misfits, strict=True)
            return Misfit(clauses, kinds)
        pieces = self._spaced([*self._pieces(plan)])
        keep: dict[int, str] = {}
        start = 0
        for name, text in pieces:
            if name:
                keep[start] = name
            start += len(text)
        changed = tuple(clause.id for clause in self.head if clause.id in plan.slices)
        text = "".join(text for _, text in pieces)
        return Applied(text, keep, changed, is_contained=text == self._text)

    def _plan(self, operations: Iterable[Operation]) -> _Plan:
        operations = tuple(operations)
        plan, standing, elsewhere = _Plan(), set[str](), set[str]()
        for operation in operations:
            if operation.kind == OperationKind.INSERT:
                new = cut(operation.text)
                elsewhere.update(*map(_sentences, new))
                standing |= self._insert(operation, " ".join(map(_essence, new)), plan)
        for operation in operations:
            clause = operation.clause
            if clause is None or clause in standing:
                continue
            if operation.kind == OperationKind.REMOVE:
                trouble = self._remove(clause, operation, elsewhere, plan)
            else:
                trouble = self._reword(clause, operation, plan)
            if trouble is not None:
                plan.misfits.append((clause, trouble))
        return plan

    def _reword(self, clause: str, operation: Operation, plan: _Plan) -> MisfitKind | None:
        old, now = self._old.get(clause), self._now.get(clause)
        if old is None or now is None:
            return MisfitKind.GONE
        mine = replace(old, text=dressed(old.text, operation.text))
        merged = merge_slice(old, mine, now)
        if merged is None:
            return MisfitKind.CHANGED
        if not same_words(replace(now, text=merged), now):
            plan.slices[clause] = merged
        return None

    def _remove(
        self, clause: str, operation: Operation, elsewhere: set[str], plan: _Plan
    ) -> MisfitKind | None:
        """Take a clause out; one that is gone is done, unless some of its words were to move."""
        old, now = self._old.get(clause), self._now.get(clause)
        if old is None:
            return MisfitKind.GONE
        is_move = not elsewhere.isdisjoint(_sentences(old))
        if now is None:
            return MisfitKind.GONE if is_move else None
        if now.hash != operation.base_hash:
            return MisfitKind.CHANGED
        if is_move and clause not in self._stays:
            return MisfitKind.ORDER
        plan.slices[clause] = ""
        return None

    def _insert(self, operation: Operation, words: str, plan: _Plan) -> set[str]:
        """Plan new clauses; the ids of those that stand there already with the same words."""
        after = operation.after
        if after not in self._footing:
            plan.misfits.append((after or "", MisfitKind.PLACE))
            return set()
        footing = self._footing[after]
        start = 0 if footing is None else self._place[footing] + 1
        gap = self._gap(start)
        found = self._run(gap, words)
        if found:
            return found
        if footing != after and gap:
            # Its clause is gone or elsewhere and something new is there: before it or behind?
            plan.misfits.append((after or "", MisfitKind.PLACE))
        else:
            plan.added[start].append(operation.text)
        return set()

    def _gap(self, start: int) -> range:
        """Places in the head from ``start`` up to the next clause that stayed."""
        end = start
        while end < len(self.head) and self.head[end].id not in self._stays:
            end += 1
        return range(start, end)

    def _run(self, gap: range, words: str) -> set[str]:
        """Ids of neighbours in ``gap`` that together hold exactly these words."""
        for start in gap:
            text = self._said(start)
            for end in range(start + 1, gap.stop + 1):
                if text == words:
                    return {clause.id for clause in self.head[start:end]}
                if end == gap.stop or not words.startswith(text):
                    break
                text = f"{text} {self._said(end)}"
        return set()

    def _said(self, place: int) -> str:
        if place not in self._essences:
            self._essences[place] = _essence(self.head[place])
        return self._essences[place]

    def _pieces(self, plan: _Plan) -> Iterator[tuple[str, str]]:
        """(id or "" for what is new, text) of each slice to be."""
        for place, clause in enumerate(self.head):
            yield from (("", text) for text in plan.added.get(place, ()))
            text = plan.slices.get(clause.id, clause.text)
            if text:
                yield clause.id, text
        yield from (("", text) for text in plan.added.get(len(self.head), ()))

    def _spaced(self, pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Blank lines where new neighbours need them; everything else byte for byte."""
        last = self.head[-1].id if self.head else ""
        spaced = [
            (name, text.rstrip(_BLANKS) + self._tail if name in ("", last) else text)
            for name, text in pieces[:-1]
        ]
        for name, text in pieces[-1:]:
            ends = name == last and name != ""
            spaced.append((name, text if ends else text.rstrip(_BLANKS) + "\n"))
        return spaced


def _essence(clause: Clause) -> str:
    """The words of a clause without its own number, each run of blanks one blank."""
    return " ".join((body_of(clause) or clause.label).split())


def _sentences(clause: Clause) -> set[str]:
    return {unit.strip() for unit in sentences(body_of(clause))} - {""}
