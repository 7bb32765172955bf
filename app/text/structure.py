"""Is a merged text still a sound law? Faults of its structure that neither side had.

A merge can be clean and wrong: two people each add a 第六条 in different chapters, or one cites
an article that the other takes out or renumbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.text.blocks import shielded, shields
from app.text.labels import label_key, own_number_end
from app.text.outline import Clause, ClauseKind

Keyed = Sequence[tuple[str, Clause]]  # clauses in order, each under a key that merged texts share

_FIGURE = "[0-9０-９〇零一二三四五六七八九十百千两兩]"
_BLANK = r"[ \t\u3000]{0,3}"
_NUMBER = r"[0-9]{1,9}[A-Za-z]{0,2}(?:[-–.:][0-9]{1,9}[A-Za-z]{0,2}){0,6}\b"
# 《…法》第五条 cites another law.
_REFERENCE = re.compile(
    rf"(?<!》)第{_BLANK}{_FIGURE}{{1,12}}{_BLANK}[条條](?:{_BLANK}之{_BLANK}{_FIGURE}{{1,6}})?"
    rf"|(?:§§?{_BLANK}|\b(?i:section|article)[ \t]{{1,3}}|\b(?i:sec|art)\.{_BLANK}){_NUMBER}"
)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)


class FaultCode(StrEnum):
    """What can be wrong with the structure of a text."""

    DUPLICATE_LABEL = "duplicate_label"
    DUPLICATE_HEADING = "duplicate_heading"
    LOST_REFERENCE = "lost_reference"
    SHIFTED_REFERENCE = "shifted_reference"
    OPEN_FENCE = "open_fence"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its code, the label, heading, reference or fence it is about, and where.

    ``where`` is the label of the clause that cites, "" for faults of the whole text.
    """

    code: FaultCode
    label: str
    where: str = ""

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the message that tells a person."""
        return {"label": self.label, "where": self.where}


def new_faults(mine: Keyed, theirs: Keyed, merged: Keyed) -> tuple[Fault, ...]:
    """The faults of the merged text that stand in neither side, each once."""
    had = [_faults(side) for side in (mine, theirs)]
    found = [
        fault for fault, count in _faults(merged).items() if count > max(h[fault] for h in had)
    ]
    known = {reference for side in (mine, theirs) for reference in _references(side)}
    labels = {key: clause.label for key, clause in merged}
    for citing, label, target in _references(merged):
        if (citing, label, target) not in known:
            code = FaultCode.SHIFTED_REFERENCE if target else FaultCode.LOST_REFERENCE
            found.append(Fault(code, label, labels[citing]))
    return tuple(dict.fromkeys(found))


def _faults(keyed: Keyed) -> Counter[Fault]:
    """Everything that stands more than once, or open, with the number of surplus places."""
    places: Counter[Fault] = Counter()
    for _, clause in keyed:
        if clause.kind is ClauseKind.ARTICLE:
            places[Fault(FaultCode.DUPLICATE_LABEL, label_key(clause.label))] += 1
        elif clause.kind is ClauseKind.HEADING:
            heading = "\n".join((*clause.path, clause.label))
            places[Fault(FaultCode.DUPLICATE_HEADING, heading)] += 1
    surplus = Counter({fault: count - 1 for fault, count in places.items() if count > 1})
    surplus.update(_open_fences("".join(clause.text for _, clause in keyed)))
    return surplus


def _open_fences(text: str) -> Iterator[Fault]:
    hidden = shields(text)
    for fence in _FENCE.finditer(text):
        if not shielded(fence.start(), hidden):
            yield Fault(FaultCode.OPEN_FENCE, fence[1])


def _references(keyed: Keyed) -> Iterator[tuple[str, str, str]]:
    """(key of the citing clause, cited label, key of the clause so labelled or "")."""
    target: dict[str, str] = {}
    for key, clause in keyed:
        if clause.kind is ClauseKind.ARTICLE:
            target.setdefault(label_key(clause.label), key)
    for key, clause in keyed:
        own = own_number_end(clause.text) if clause.kind is ClauseKind.ARTICLE else 0
        for reference in _REFERENCE.finditer(clause.text, own):
            yield key, reference[0], target.get(label_key(reference[0]), "")
