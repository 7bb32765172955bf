"""Give the clauses of a changed text their permanent ids: by hint, by equal words, by likeness.

A clause keeps its id through renumbering, moves and rewriting; what is new gets the next number
of the policy's counter; splits and joins are recorded. Nothing here is guessed from labels alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass

from app.text.clauses import body_of, cut
from app.text.labels import label_key
from app.text.matching import NOTHING, TELLING, Matcher, Side, bags, leftover_holds
from app.text.outline import Clause, ClauseKind, Outline
from app.text.tokens import tokens

_COUNTED = re.compile(r"c([1-9][0-9]{0,17})")
_WORD = re.compile(r"\S")
_NO_HINTS: Mapping[int, str] = {}
_NONE_GONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Carried:
    """The outline of the new text, and the policy's counter after it."""

    outline: Outline
    next_id: int


def carry(
    parent: Outline,
    text: str,
    *,
    next_id: int,
    keep: Mapping[int, str] = _NO_HINTS,
    gone: Mapping[str, str] = _NONE_GONE,
) -> Carried:
    """The clauses of ``text`` with the ids they have in ``parent``, and new ids for new ones.

    ``keep`` maps a code-point offset in ``text`` where a clause begins to the id it must have
    (see ``edited``, ``standing``, ``same_words``); an offset where none begins is ignored.
    ``gone`` maps ``Clause.hash`` to the id of a clause that the head no longer has.
    New ids are ``c<n>`` from ``next_id`` on, and never one that a hint has brought.
    """
    mapping = _Mapping(parent, cut(text))
    mapping.take_hints(text, keep)
    mapping.pair_equal_words()
    mapping.bring_back(gone)
    mapping.pair_alike()
    return mapping.number(next_id)


def edited(clause: Clause) -> dict[int, str]:
    """Hint: this one clause was edited in place, all before it is untouched."""
    return {clause.start: clause.id}


def standing(outline: Outline) -> dict[int, str]:
    """Hint: the text is exactly the one that this outline describes (restored or imported)."""
    return {clause.start: clause.id for clause in outline if clause.id}


def same_words(outline: Outline, text: str, ids: Collection[str]) -> dict[int, str]:
    """Hint: clauses of ``outline`` with these ids stand somewhere in ``text`` with equal words.

    For words that came through a merge, where offsets have moved: the outline is that of the
    side that brought them. Words that stand twice in either text give no hint.
    """
    wanted = _once((clause.kind, clause.hash, clause) for clause in outline)
    there = _once((clause.kind, clause.hash, clause) for clause in cut(text))
    return {
        there[key].start: clause.id
        for key, clause in wanted.items()
        if clause.id in ids and key in there
    }


def _once(entries: Iterable[tuple[ClauseKind, str, Clause]]) -> dict[Hashable, Clause]:
    found: dict[Hashable, list[Clause]] = defaultdict(list)
    for kind, words, clause in entries:
        found[kind, words].append(clause)
    return {key: clauses[0] for key, clauses in found.items() if len(clauses) == 1}


class _Mapping:
    """The growing answer: for each new clause its id, and the old clause it comes from."""

    def __init__(self, old: Outline, new: Outline) -> None:
        self.old, self.new = old, new
        self.ids: list[str] = [""] * len(new)
        self.taken: set[str] = set()
        self.origin: dict[int, int] = {}
        self.split_from: dict[int, str] = {}
        self.merged_from: dict[int, list[str]] = defaultdict(list)
        self._by_id = {clause.id: i for i, clause in enumerate(old)}

    def take_hints(self, text: str, keep: Mapping[int, str]) -> None:
        """Step 0: hints win whatever the likeness."""
        if not keep:
            return
        begins = {_first_word(text, clause.start): j for j, clause in enumerate(self.new)}
        for offset, clause_id in keep.items():
            j = begins.get(_first_word(text, max(offset, 0)))
            if j is not None and not self.ids[j] and clause_id not in self.taken:
                self._give(j, clause_id)

    def pair_equal_words(self) -> None:
        """Step 1: equal words of one kind, the k-th with the k-th."""
        old, new = defaultdict(list), defaultdict(list)
        for i, clause in enumerate(self.old):
            if clause.id not in self.taken:
                old[clause.kind, clause.hash].append(i)
        for j, clause in enumerate(self.new):
            if not self.ids[j]:
                new[clause.kind, clause.hash].append(j)
        for words, there in new.items():
            for i, j in self._kth_with_kth(old.get(words, []), there):
                self.link(i, j)

    def _kth_with_kth(self, old: list[int], new: list[int]) -> list[tuple[int, int]]:
        """With a different number on both sides, those that kept their label go first."""
        pairs: list[tuple[int, int]] = []
        if len(old) != len(new):
            labels = {self.old[i].label: i for i in reversed(old)}
            for j in new:
                i = labels.pop(self.new[j].label, None)
                if i is not None:
                    pairs.append((i, j))
            done_old, done_new = {i for i, _ in pairs}, {j for _, j in pairs}
            old = [i for i in old if i not in done_old]
            new = [j for j in new if j not in done_new]
        return pairs + list(zip(old, new, strict=False))

    def bring_back(self, gone: Mapping[str, str]) -> None:
        """Step 1b: a clause that was gone returns with the same words."""
        for j, clause in enumerate(self.new if gone else ()):
            clause_id = gone.get(clause.hash)
            if self.ids[j] or clause_id is None or clause_id in self.taken:
                continue
            if clause_id not in self._by_id and len(tokens(body_of(clause))) >= TELLING:
                self._give(j, clause_id)

    def pair_alike(self) -> None:
        """Step 2: likeness, then splits and joins, one kind at a time."""
        matcher = Matcher()
        for kind in ClauseKind:
            changed = _Changed(self, kind)
            if changed.old and changed.new:
                changed.pair(matcher)
                changed.find_splits(matcher)
                changed.find_joins(matcher)

    def number(self, next_id: int) -> Carried:
        """Step 3: new ids for what is left, above every id in sight."""
        for clause_id in (*self.taken, *self._by_id):
            counted = _COUNTED.fullmatch(clause_id)
            next_id = max(next_id, int(counted[1]) + 1) if counted else next_id
        outline = []
        for j, clause in enumerate(self.new):
            clause_id = self.ids[j]
            if not clause_id:
                clause_id, next_id = f"c{next_id}", next_id + 1
            outline.append(self._finished(j, clause, clause_id))
        return Carried(tuple(outline), next_id)

    def _finished(self, j: int, clause: Clause, clause_id: str) -> Clause:
        return Clause(
            kind=clause.kind,
            label=clause.label,
            path=clause.path,
            start=clause.start,
            end=clause.end,
            text=clause.text,
            hash=clause.hash,
            id=clause_id,
            split_from=self.split_from.get(j),
            merged_from=tuple(self.merged_from.get(j, ())),
        )

    def origin_of(self, j: int) -> str:
        """The old id that a new clause goes back to, kept or split off; "" when none."""
        return self.ids[j] or self.split_from.get(j, "")

    def link(self, i: int, j: int) -> None:
        self._give(j, self.old[i].id)

    def _give(self, j: int, clause_id: str) -> None:
        self.ids[j] = clause_id
        self.taken.add(clause_id)
        if clause_id in self._by_id:
            self.origin[j] = self._by_id[clause_id]

    def expected(self) -> list[int]:
        """For each old clause where it stands in the new text, or would by its neighbours."""
        now: dict[int, int] = {i: j for j, i in self.origin.items()}
        first = next((now[i] - i for i in range(len(self.old)) if i in now), 0)
        places: list[int] = []
        for i in range(len(self.old)):
            places.append(now[i] if i in now else places[-1] + 1 if places else first)
        return places


class _Changed:
    """The clauses of one kind whose words are not the same in both texts."""

    def __init__(self, mapping: _Mapping, kind: ClauseKind) -> None:
        self.mapping = mapping
        same = {
            j: i for j, i in mapping.origin.items() if mapping.old[i].hash == mapping.new[j].hash
        }
        kept = set(same.values())
        self.old = [i for i, c in enumerate(mapping.old) if c.kind is kind and i not in kept]
        self.new = [j for j, c in enumerate(mapping.new) if c.kind is kind and j not in same]
        if not self.old or not self.new:
            return
        places = mapping.expected()
        clauses = [mapping.old[i] for i in self.old] + [mapping.new[j] for j in self.new]
        words = [tokens(body_of(clause)) for clause in clauses]
        sides = [
            Side(place, label_key(clause.label), listed, bag)
            for place, clause, listed, bag in zip(
                [*(places[i] for i in self.old), *self.new],
                clauses,
                words,
                bags(words),
                strict=True,
            )
        ]
        self.was = dict(zip(self.old, sides, strict=False))
        self.now = dict(zip(self.new, sides[len(self.old) :], strict=True))

    def pair(self, matcher: Matcher) -> None:
        """Clauses that are alike keep their id."""
        old, new = self._free_old(), self._free_new()
        pairs = matcher.best_pairs([self.was[i] for i in old], [self.now[j] for j in new])
        for o, n in pairs:
            self.mapping.link(old[o], new[n])

    def find_splits(self, matcher: Matcher) -> None:
        """A new clause whose words stood in an old one that has lost them came from there."""
        parts = self._free_new()
        pairs = matcher.containing([self.now[j] for j in parts], [self.was[i] for i in self.old])
        became = {i: j for j, i in self.mapping.origin.items()}
        torn: dict[int, list[int]] = defaultdict(list)
        for p, w in pairs:
            i, j = self.old[w], parts[p]
            kept = self.now.get(became.get(i, -1), NOTHING).tokens
            if leftover_holds(self.was[i].tokens, kept, self.now[j].tokens):
                torn[i].append(j)
        for i, found in torn.items():
            pieces = [j for j in found if not self.mapping.origin_of(j)]
            if i not in became and len(pieces) > 1:
                largest = max(pieces, key=lambda j: len(self.now[j].tokens))
                self.mapping.link(i, largest)
                pieces.remove(largest)
            if i in self.mapping.origin.values():
                self.mapping.split_from |= dict.fromkeys(pieces, self.mapping.old[i].id)

    def find_joins(self, matcher: Matcher) -> None:
        """An old clause whose words now stand in another clause that has grown went there."""
        parts = self._free_old()
        pairs = matcher.containing([self.was[i] for i in parts], [self.now[j] for j in self.new])
        joined: dict[int, list[int]] = defaultdict(list)
        placed = set[int]()
        for p, w in pairs:
            i, j = parts[p], self.new[w]
            kept = self.was.get(self.mapping.origin.get(j, -1), NOTHING).tokens
            if i not in placed and leftover_holds(self.now[j].tokens, kept, self.was[i].tokens):
                joined[j].append(i)
                placed.add(i)
        for j, pieces in joined.items():
            if not self.mapping.ids[j] and len(pieces) > 1:
                largest = max(pieces, key=lambda i: len(self.was[i].tokens))
                self.mapping.link(largest, j)
                pieces.remove(largest)
            if self.mapping.ids[j]:
                self.mapping.merged_from[j] = [self.mapping.old[i].id for i in sorted(pieces)]

    def _free_old(self) -> list[int]:
        return [i for i in self.old if self.mapping.old[i].id not in self.mapping.taken]

    def _free_new(self) -> list[int]:
        return [j for j in self.new if not self.mapping.ids[j]]


def _first_word(text: str, offset: int) -> int:
    """Offset of the first character at or after ``offset`` that is no blank; -1 when none."""
    word = _WORD.search(text, offset)
    return word.start() if word else -1
