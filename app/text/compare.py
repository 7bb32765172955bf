"""Two texts compared clause by clause, then word by word: what a page and a comparison table show.

Ids make a moved clause visible as moved; within a clause the words are compared. Offsets are code
points here and UTF-16 units in a browser: never exchange them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from time import monotonic

from app.text.clauses import outline
from app.text.diff import CLAUSE_SECONDS, MAX_CHARACTERS, Run, middle_of, word_diff
from app.text.diff3 import longest_rising
from app.text.identity import carry
from app.text.labels import label_key
from app.text.outline import Clause, ClauseKind, Outline
from app.text.signals import changed_modals, changed_numbers
from app.text.units import parts, same_words

COMPARISON_SECONDS = 0.5
Runs = tuple[Run, ...]

_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    "|\u200d(?![\u2600-\U0001ffff])"  # joins the parts of an emoji
)
_BLANKS = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u205f]+")
_BLANK_LINES = re.compile(r" ?\n(?: ?\n)+")


class ClauseChange(StrEnum):
    """What became of a clause; a row has one or more."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NEW = "new"
    DELETED = "deleted"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    SPLIT = "split"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Row:
    """One clause at one place.

    ``runs`` are ("=" | "-" | "+", text). A moved clause has two rows: where it stood, all "-",
    and where it stands, all "+", with the words that changed on the way in ``within``.
    ``invisible`` says that the texts differ and look the same.
    """

    id: str
    label_before: str
    label_after: str
    change: frozenset[ClauseChange]
    runs: Runs
    split_from: str | None = None
    merged_from: tuple[str, ...] = ()
    within: Runs = ()
    invisible: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """A number or modal word that differs in a clause; "" where it came or went."""

    clause: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows in reading order: their "=" and "-" runs give the old text, "=" and "+" the new.

    ``truncated``: a limit was hit and some clauses are shown replaced whole; such a comparison
    depends on load and is not cached. ``invisible_only``: there are changes, none can be seen.
    """

    rows: tuple[Row, ...]
    numbers: tuple[Signal, ...]
    modals: tuple[Signal, ...]
    truncated: bool

    @property
    def invisible_only(self) -> bool:
        """Whether the texts differ and every difference is invisible."""
        altered = [row for row in self.rows if any(sign != "=" for sign, _ in row.runs)]
        return bool(altered) and all(row.invisible for row in altered)


def compare_texts(before: str, after: str) -> Comparison:
    """Compare two texts without history; their clauses are paired by likeness."""
    old = outline(before)
    return compare(old, carry(old, after, next_id=len(old) + 1).outline)


def compare(before: Outline, after: Outline, seconds: float = COMPARISON_SECONDS) -> Comparison:
    """Compare two outlines of one policy; equal ids are one clause.

    ``seconds`` bound the word diffs (0.2 a clause at most); clauses beyond are replaced whole.
    """
    return _Comparing(before, after, monotonic() + seconds).comparison()


class _Comparing:
    """One comparison at work: where each id stood and stands, and the time that is left."""

    def __init__(self, before: Outline, after: Outline, deadline: float) -> None:
        self.before, self.after, self.deadline = before, after, deadline
        self.old = {clause.id: place for place, clause in enumerate(before)}
        self.new = {clause.id: place for place, clause in enumerate(after)}
        both = [clause.id for clause in after if clause.id in self.old]
        self.spine = [both[k] for k in longest_rising([self.old[name] for name in both])]
        self.moved = set(both) - set(self.spine)
        merged = {name for clause in after for name in clause.merged_from}
        self.joined = merged & (self.old.keys() - self.new.keys())
        self.truncated = False

    def comparison(self) -> Comparison:
        rows = tuple(self._rows())
        numbers: list[Signal] = []
        modals: list[Signal] = []
        for clause, old, new in self._reworded():
            numbers += [Signal(clause, *altered) for altered in changed_numbers(old, new)]
            modals += [Signal(clause, *altered) for altered in changed_modals(old, new)]
        return Comparison(rows, tuple(numbers), tuple(modals), self.truncated)

    def _rows(self) -> Iterator[Row]:
        """Between two clauses that stayed in order: first what went, then what came."""
        i = j = 0
        for name in self.spine:
            yield from self._between(i, self.old[name], j, self.new[name])
            i, j = self.old[name] + 1, self.new[name] + 1
            yield self._stayed(self.before[i - 1], self.after[j - 1])
        yield from self._between(i, len(self.before), j, len(self.after))

    def _between(self, i: int, i_end: int, j: int, j_end: int) -> Iterator[Row]:
        yield from map(self._went, self.before[i:i_end])
        yield from map(self._came, self.after[j:j_end])

    def _stayed(self, old: Clause, new: Clause) -> Row:
        return self._kept(old, new, self._words(old, new), frozenset())

    def _went(self, clause: Clause) -> Row:
        runs = (("-", clause.text),)
        if clause.id in self.moved:
            label = self.after[self.new[clause.id]].label
            return Row(clause.id, clause.label, label, frozenset({ClauseChange.MOVED}), runs)
        joined = {ClauseChange.JOINED} if clause.id in self.joined else set()
        return Row(clause.id, clause.label, "", frozenset({ClauseChange.DELETED, *joined}), runs)

    def _came(self, clause: Clause) -> Row:
        runs = (("+", clause.text),)
        if clause.id in self.moved:
            old = self.before[self.old[clause.id]]
            row = self._kept(old, clause, self._words(old, clause), frozenset({ClauseChange.MOVED}))
            return replace(row, runs=runs, within=row.runs)
        split = {ClauseChange.SPLIT} if clause.split_from in self.old else set()
        change = frozenset({ClauseChange.NEW, *split})
        return Row(clause.id, "", clause.label, change, runs, *self._origin(clause))

    def _kept(self, old: Clause, new: Clause, runs: Runs, change: frozenset[ClauseChange]) -> Row:
        split_from, merged_from = self._origin(new)
        change |= _changes(old, new) | ({ClauseChange.JOINED} if merged_from else set())
        return Row(
            new.id,
            old.label,
            new.label,
            change or frozenset({ClauseChange.UNCHANGED}),
            runs,
            split_from,
            merged_from,
            invisible=old.text != new.text and seen(old.text) == seen(new.text),
        )

    def _origin(self, clause: Clause) -> tuple[str | None, tuple[str, ...]]:
        split_from = clause.split_from if clause.split_from in self.old else None
        return split_from, tuple(name for name in clause.merged_from if name in self.joined)

    def _words(self, old: Clause, new: Clause) -> Runs:
        found = word_diff(
            old.text, new.text, min(CLAUSE_SECONDS, max(0.0, self.deadline - monotonic()))
        )
        self.truncated |= found.limited
        return found.runs

    def _reworded(self) -> Iterator[tuple[str, str, str]]:
        """(id, old words, new words) of clauses that kept their id or, rewritten, their label."""
        free = {
            label_key(clause.label): clause
            for clause in self.before
            if clause.kind is ClauseKind.ARTICLE and clause.id not in self.new
        }
        for clause in self.after:
            place = self.old.get(clause.id)
            old = free.get(label_key(clause.label)) if place is None else self.before[place]
            if old is not None and old.text != clause.text:
                words = middle_of(parts(old).body, parts(clause).body)
                if len(words.before) + len(words.after) <= MAX_CHARACTERS:
                    yield clause.id, words.before, words.after
                else:
                    self.truncated = True


def _changes(old: Clause, new: Clause) -> set[ClauseChange]:
    """What differs in a clause that kept its id, blank lines below it apart."""
    changes: set[ClauseChange] = set()
    if old.text == new.text:
        return changes
    renumbered = old.label != new.label and (new.kind is ClauseKind.ARTICLE or old.hash == new.hash)
    if renumbered:
        changes.add(ClauseChange.RENUMBERED)
    if old.hash != new.hash or not (renumbered or same_words(old, new)):
        changes.add(ClauseChange.CHANGED)
    return changes


def seen(text: str) -> str:
    """What a reader can see of a text: no hidden characters, blanks and blank lines as one."""
    return _BLANK_LINES.sub("\n\n", _BLANKS.sub(" ", _HIDDEN.sub("", text))).strip()
