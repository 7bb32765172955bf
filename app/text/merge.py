"""Three-way merge of a text, clause by clause, then sentence by sentence.

Slices are compared raw; ids only say which slices belong together. What two people changed
differently is never decided here: it comes back as conflicts, which are data and never marks in
the text, because a text may itself contain ``<<<<<<<``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from app.text.clauses import cut, outline
from app.text.diff3 import Change, Region, regions
from app.text.front_matter import split_front_matter
from app.text.identity import carry
from app.text.outline import Outline
from app.text.sides import Sides, Slices, keyed_clauses, sides_of, spaced
from app.text.structure import Fault, new_faults
from app.text.units import longer, merge_slice, same_words

_LINE = re.compile(r"[^\n]*\n")


class ConflictKind(StrEnum):
    """Both changed the words · one deleted what the other changed · both added · both moved."""

    TEXT = "text"
    DELETE = "delete"
    INSERT = "insert"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a person must decide; ``base``, ``mine``, ``theirs`` are whole slices, "" for none.

    ``clause`` is an id of the base; for additions the one they follow, "" at the very start.
    """

    clause: str
    label: str
    kind: ConflictKind
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Conflicts:
    """No merge without a person; conflicts in the order of the base text.

    ``draft`` is the text to start from: all that could be joined, mine where it could not. What
    theirs has in a clash stands in the conflicts only, so ``draft`` is never saved unseen.
    """

    conflicts: tuple[Conflict, ...]
    draft: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged text; ``warnings`` are faults of its structure that neither side had.

    ``ids`` holds one id per slice of the text, in order: of the base or of theirs (the stored
    head), "" for what mine added, whose ids the policy has not given yet. ``keep`` says the same
    as hints for ``carry``: code-point offset of a slice in the text to its id.
    """

    text: str
    warnings: tuple[Fault, ...]
    ids: tuple[str, ...]
    keep: Mapping[int, str]


def three_way(base: Outline, mine: Outline, theirs: Outline) -> Merged | Conflicts:
    """Join two edits of ``base``; a slice that a side kept has the base's id there.

    Ids that the base does not know are each side's own and may collide. A base or a side
    without ids gets them by likeness. Swapping the sides gives the same clean text.
    """
    if not all(clause.id for clause in base):
        base = outline(_text(base))
    sides = sides_of(base, _identified(base, mine), _identified(base, theirs))
    whole = [_text(clauses) for clauses in (base, mine, theirs)]
    if whole[1] in (whole[0], whole[2]):
        return _merged(sides, [(key, clause.text) for key, clause in sides.theirs.items()])
    if whole[2] == whole[0]:
        return _merged(sides, [(key, clause.text) for key, clause in sides.mine.items()])
    words, conflicts = _words(sides)
    order, misplaced = _order(sides, words)
    slices = spaced(sides, [(key, words[key]) for key in order])
    if conflicts or misplaced:
        place = {key: index for index, key in enumerate(sides.base)}
        found = sorted(conflicts + misplaced, key=lambda one: place.get(one.clause, -1))
        return Conflicts(tuple(found), "".join(text for _, text in slices))
    return _merged(sides, slices)


def _merged(sides: Sides, slices: Slices) -> Merged:
    text = "".join(words for _, words in slices)
    ids = tuple(sides.id_of(key) for key, _ in slices)
    starts = accumulate((len(words) for _, words in slices), initial=0)
    keep = {start: name for start, name in zip(starts, ids, strict=False) if name}
    faults = new_faults(
        [*sides.mine.items()], [*sides.theirs.items()], keyed_clauses(cut(text), slices)
    )
    return Merged(text, faults, ids, keep)


def merge_texts(base: str, mine: str, theirs: str) -> Merged | Conflicts:
    """Join two edits of a text that no policy has taken in; front matter is merged by lines."""
    fronts, bodies = zip(*(split_front_matter(text) for text in (base, mine, theirs)), strict=True)
    old, here, there = (_LINE.findall(front) for front in fronts)
    lines = regions(old, here, there)
    merged = three_way(*(cut(body) for body in bodies))
    if any(region.change is Change.CLASH for region in lines):
        clash = Conflict("", "", ConflictKind.TEXT, *fronts)
        if isinstance(merged, Conflicts):
            return Conflicts((clash, *merged.conflicts), fronts[1] + merged.draft)
        return Conflicts((clash,), fronts[1] + merged.text)
    front = "".join(line for region in lines for line in region.merged)
    if isinstance(merged, Conflicts):
        return replace(merged, draft=front + merged.draft)
    keep = {len(front) + start: name for start, name in merged.keep.items()}
    return replace(merged, text=front + merged.text, keep=keep)


def _identified(base: Outline, side: Outline) -> Outline:
    if any(clause.id for clause in side):
        return side
    return carry(base, _text(side), next_id=len(base) + 1).outline


def _text(clauses: Outline) -> str:
    return "".join(clause.text for clause in clauses)


def _words(sides: Sides) -> tuple[dict[str, str], list[Conflict]]:
    """The text of every slice that stays, mine where it clashes, and the clashes."""
    words: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for key, clause in sides.base.items():
        mine, theirs = sides.mine.get(key), sides.theirs.get(key)
        if mine and theirs:
            merged = merge_slice(clause, mine, theirs)
            if merged is None:
                conflicts.append(_conflict(sides, key, ConflictKind.TEXT))
            words[key] = mine.text if merged is None else merged
        elif (kept := mine or theirs) and not same_words(clause, kept):
            conflicts.append(_conflict(sides, key, ConflictKind.DELETE))
            if mine:
                words[key] = mine.text
    for key in [*sides.mine, *sides.theirs]:
        if key not in sides.base:
            added = [side[key].text for side in (sides.mine, sides.theirs) if key in side]
            words[key] = longer(added[0], added[-1])
    return words, conflicts


def _order(sides: Sides, words: dict[str, str]) -> tuple[list[str], list[Conflict]]:
    """The keys in merged order: diff3 over the three sequences of what both kept or added.

    What one side deleted is taken out first, so adding beside a deleted clause is no conflict.
    """
    gone = sides.base.keys() - (sides.mine.keys() & sides.theirs.keys())
    base, mine, theirs = ([key for key in side if key not in gone] for side in sides)
    order: list[str] = []
    conflicts: list[Conflict] = []
    for region in regions(base, mine, theirs):
        if region.change is Change.CLASH:
            conflicts.append(_place_conflict(sides, region, order))
        else:
            order.extend(region.merged)
    if not conflicts:
        # A clause that both moved differently would stand twice, or nowhere, in a clean diff3.
        times = Counter(order)
        moved = [key for key in base if times[key] != 1]
        conflicts = [_conflict(sides, key, ConflictKind.ORDER) for key in moved]
    if conflicts:
        order = _woven(mine, theirs)
    return _woven(order, [key for key in sides.mine if key in words]), conflicts


def _woven(keys: Sequence[str], others: Sequence[str]) -> list[str]:
    """``keys`` in their order, each followed by what only ``others`` have behind it."""
    places = set(keys)
    following: dict[str, list[str]] = defaultdict(list)
    above = ""
    for key in others:
        if key in places:
            above = key
        else:
            following[above].append(key)
    return following[""] + [each for key in keys for each in (key, *following.get(key, ()))]


def _conflict(sides: Sides, key: str, kind: ConflictKind) -> Conflict:
    texts = (side[key].text if key in side else "" for side in sides)
    shown = sides.mine.get(key) or sides.base[key]
    return Conflict(key, shown.label, kind, *texts)


def _place_conflict(sides: Sides, region: Region[str], before: Sequence[str]) -> Conflict:
    """Both added or moved something at one place; ``before`` are the keys above it."""
    texts = (
        "".join(side[key].text for key in keys)
        for side, keys in zip(sides, (region.base, region.mine, region.theirs), strict=True)
    )
    come = [key for key in region.mine + region.theirs if key not in region.base]
    moved = [key for key in come if key in sides.base]
    if moved or not come:
        clause = (moved or region.base)[0]
        return Conflict(clause, sides.base[clause].label, ConflictKind.ORDER, *texts)
    above = next((key for key in reversed(before) if key in sides.base), "")
    label = (sides.mine.get(come[0]) or sides.theirs[come[0]]).label
    return Conflict(above, label, ConflictKind.INSERT, *texts)
