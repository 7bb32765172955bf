"""Who wrote which words: the revision, and the suggestion behind it, that each token came in with.

A token that stays keeps its origin; one that is put in gets the credited suggestion it was taken
from, or the origin of the same words that stood here before, or the revision itself. So whoever
restores words never becomes their author.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.text import archive
from app.text.alignment import align, gaps
from app.text.clauses import body_of
from app.text.outline import Clause, Outline
from app.text.provenance import TELLING_RUN, Credit, Dead, Origin, Origins, Sources
from app.text.tokens import token_spans, tokens

# Stands for a suggestion where so much changed at once that nobody can say whose each word is.
BULK = -1


@dataclass(frozen=True, slots=True)
class Past:
    """What a policy said before: by clause the states it had (``digest`` → origins), and the
    runs that died, oldest first."""

    states: Mapping[str, Mapping[str, Origins]]
    dead: Sequence[Dead] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one revision did: the origins of clauses whose words changed, and the runs that died."""

    changed: Mapping[str, Origins]
    dead: tuple[Dead, ...]


def words_of(clause: Clause) -> list[str]:
    """The tokens that have an author: a clause's own number is nobody's."""
    return tokens(body_of(clause))


def digest(words: Sequence[str]) -> str:
    """The key of a state of a clause; equal for equal tokens."""
    return hashlib.blake2b("\n".join(words).encode(), digest_size=8).hexdigest()


def concerned(before: Outline, after: Outline) -> set[str]:
    """Ids of the clauses that ``attribute`` looks at: new, gone, or with other words."""
    old = {clause.id: clause.hash for clause in before}
    new = {clause.id: clause.hash for clause in after}
    return {ident for ident in old.keys() | new.keys() if old.get(ident) != new.get(ident)}


def attribute(
    before: Outline,
    after: Outline,
    number: int,
    *,
    origins: Mapping[str, Origins],
    past: Past,
    credits: Sequence[Credit] = (),
) -> Step:
    """Whose words revision ``number`` has in the clauses that it changed.

    ``origins`` are those of ``before``, for the clauses that are ``concerned`` at least. A clause
    whose words are those of an earlier state of its own gets that state's origins back.
    """
    ids = concerned(before, after)
    old = {clause.id: clause for clause in before if clause.id in ids}
    changes = [
        _Change(clause, old.get(clause.id), origins.get(clause.id, ()))
        for clause in after
        if clause.id in ids
    ]
    dead = [run for change in changes for run in change.died()]
    for ident in sorted(old.keys() - {change.clause.id for change in changes}):
        dead.append(Dead(ident, tuple(words_of(old[ident])), origins[ident]))
    graveyard = [*past.dead, *(run for run in dead if len(run.tokens) >= TELLING_RUN)]
    sources = Sources(graveyard, number, credits, [change.came for change in changes])
    found = {}
    for place, change in enumerate(changes):
        state = past.states.get(change.clause.id, {}).get(digest(change.words))
        found[change.clause.id] = state or change.origins(number, sources.of(place, change.clause))
    return Step(
        {ident: words for ident, words in found.items() if words != origins.get(ident)},
        tuple(graveyard[len(past.dead) :]),
    )


class _Change:
    """One clause in its wording before (none for a new one) and after.

    ``came`` are the runs of tokens that only the new wording has.
    """

    def __init__(self, clause: Clause, before: Clause | None, had: Origins) -> None:
        self.clause, self.had = clause, had
        self.was = words_of(before) if before else []
        self.words = words_of(clause)
        self.blocks = align(self.was, self.words)
        self.gaps = list(gaps(self.blocks or (), len(self.was), len(self.words)))
        self.came = [self.words[gap.new_start : gap.new_end] for gap in self.gaps]

    def died(self) -> Iterator[Dead]:
        """The runs that left the clause."""
        for gap in self.gaps:
            if gap.start < gap.end:
                run = slice(gap.start, gap.end)
                yield Dead(self.clause.id, tuple(self.was[run]), self.had[run])

    def origins(self, number: int, known: Iterable[Mapping[int, Origin]]) -> Origins:
        """Those of the words that stayed; of each run that came what is ``known``, by place in
        the run, and revision ``number`` for the rest."""
        if self.blocks is None:
            return (Origin(number, BULK),) * len(self.words)
        found = [Origin(number)] * len(self.words)
        for block in self.blocks:
            kept = self.had[block.old : block.old + block.length]
            found[block.new : block.new + block.length] = kept
        for gap, origins in zip(self.gaps, known, strict=True):
            for place, origin in origins.items():
                found[gap.new_start + place] = origin
        return tuple(found)


def inserted_runs(base_words: str, new_words: str) -> list[str]:
    """The runs of words that ``new_words`` puts into ``base_words``, as they are written.

    What ``Credit.inserted`` takes; a suggestion that only removes words has none. Of two wordings
    too long to lay side by side the whole new one.
    """
    spans = token_spans(new_words)
    was, words = tokens(base_words), [token for token, _, _ in spans]
    blocks = align(was, words)
    return [
        new_words[spans[gap.new_start][1] : spans[gap.new_end - 1][2]]
        for gap in gaps(blocks or (), len(was), len(words))
        if gap.new_start < gap.new_end
    ]


def pieces(clause: Clause, origins: Origins) -> list[tuple[str, Origin | None]]:
    """The clause's text cut where the origin changes; blanks and marks belong to the words before.

    The pieces concatenate to the text. Before the first word (the clause's own number) the origin
    is None, and so is that of the whole when ``origins`` were counted of other words.
    """
    starts = _starts(clause.text, words_of(clause))
    if len(starts) != len(origins):
        return [(clause.text, None)]
    cuts: list[tuple[int, Origin | None]] = [(0, None)] if not starts or starts[0] else []
    for start, origin in zip(starts, origins, strict=True):
        if not cuts or cuts[-1][1] != origin:
            cuts.append((start, origin))
    ends = [*(start for start, _ in cuts[1:]), len(clause.text)]
    return [
        (clause.text[start:end], origin) for (start, origin), end in zip(cuts, ends, strict=True)
    ]


def _starts(text: str, words: Sequence[str]) -> list[int]:
    """Where each of ``words`` stands in ``text``, counted from the end: the number is in front."""
    starts: list[int] = []
    left = len(words)
    for token, start, _ in reversed(token_spans(text)):
        if left and token == words[left - 1]:
            starts.append(start)
            left -= 1
    return starts[::-1]


def pack_state(words_digest: str, origins: Origins) -> bytes:
    """One state of a clause as it is stored: its digest, then for each run of equal origins
    revision, suggestion and how many tokens (JSON)."""
    row: list[str | int] = [words_digest]
    for origin, run in groupby(origins):
        row += [origin.revision, origin.suggestion, sum(1 for _ in run)]
    return json.dumps(row, separators=(",", ":")).encode()


def unpack_state(packed: bytes) -> tuple[str, Origins]:
    """What ``pack_state`` was given."""
    words_digest, *numbers = json.loads(packed)
    return words_digest, _origins(numbers)


def pack_dead(dead: Sequence[Dead]) -> bytes:
    """The runs that died in one revision as they are stored; nothing when none did."""
    rows = [
        [run.clause, list(run.tokens), *json.loads(pack_state("", run.origins))[1:]] for run in dead
    ]
    return archive.pack(json.dumps(rows, ensure_ascii=False), None) if rows else b""


def unpack_dead(packed: bytes) -> list[Dead]:
    """What ``pack_dead`` was given."""
    rows = json.loads(archive.unpack(packed, None)) if packed else []
    return [Dead(clause, tuple(words), _origins(numbers)) for clause, words, *numbers in rows]


def _origins(numbers: Sequence[int]) -> Origins:
    found: list[Origin] = []
    for place in range(0, len(numbers), 3):
        revision, suggestion, length = numbers[place : place + 3]
        found += [Origin(revision, suggestion)] * length
    return tuple(found)
