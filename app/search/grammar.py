"""What a person may type: words, "phrases", -not. Everything else is read as plain words.

No wildcard, no operator and no field prefix exists, so there is nothing to flood: the length of
the question and the number of its needs are cut, and each need costs one look-up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.search.analyzer import Atom, atoms, cut, labels, pair, searched_words
from app.search.folding import fold
from app.search.stemmer import stem

MAX_CHARS = 200
MAX_CLAUSES = 24

_QUOTES = '"“”„‟«»「」『』'
_PIECE = re.compile(f"((?<!\\S)-)?[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]|([^\\s{_QUOTES}]+)")
_STOPWORDS = {
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on",
    "or", "that", "the", "this", "to", "was", "with",
}  # fmt: skip
# Particles that a question carries along: 哪里的停车场 should find 停车场.
_PARTICLES = frozenset("的了和与及或在是有等吗呢么吧就都也还被把")


@dataclass(frozen=True, slots=True)
class Need:
    """One term that must occur, in the field `words` or `grams` of the index."""

    field: Literal["words", "grams"]
    term: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What to mark in a text: a stem, an article label, or a run of Han characters.

    A run is marked whole where it stands whole; elsewhere its `parts` are marked.
    """

    kind: Literal["stem", "label", "run"]
    text: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One wanted or unwanted thing: all `needs` must hold; `scored` words say how well it fits."""

    needs: tuple[Need, ...]
    scored: tuple[str, ...]
    marks: tuple[Mark, ...]
    is_weak: bool = False  # a stop-word or particle, dropped when something else is asked


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed question; without any wanted clause it finds nothing.

    `near` are the grams that join neighbouring words: documents that have them all rank higher.
    `latin` are the plain English words as typed, for a correction.
    """

    wanted: tuple[Clause, ...]
    unwanted: tuple[Clause, ...]
    near: tuple[str, ...]
    latin: tuple[str, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(dict.fromkeys(mark for clause in self.wanted for mark in clause.marks))


def parse(question: str) -> Question:
    """Read a question; total: every string has an answer, in bounded time."""
    wanted: list[Clause] = []
    unwanted: list[Clause] = []
    near: list[str] = []
    latin: list[str] = []
    for minus, text, is_phrase in _pieces(fold(question[: 4 * MAX_CHARS]).text[:MAX_CHARS]):
        pieces = list(atoms(text))
        found = list(_phrase(text, pieces) if is_phrase else _words(text, pieces))
        (unwanted if minus else wanted).extend(found)
        if not minus:
            near.extend(_neighbours(text, pieces))
            if not is_phrase:
                latin.extend(atom.text for atom in pieces if atom.text.isascii())
    strong = [clause for clause in wanted if not clause.is_weak]
    return Question(
        tuple((strong or wanted)[:MAX_CLAUSES]),
        tuple(unwanted[:MAX_CLAUSES]),
        tuple(near),
        tuple(word for word in latin if word.isalpha()),
    )


def _pieces(folded: str) -> Iterator[tuple[bool, str, bool]]:
    """(is unwanted, text, is a phrase); neighbouring plain words stay one text, for `near`."""
    plain: list[str] = []
    for match in _PIECE.finditer(folded):
        minus, phrase, word = match.groups()
        if phrase is not None:
            yield minus is not None, phrase, True
        elif len(word) > 1 and word.startswith("-"):
            yield True, word, False
        else:
            plain.append(word)
    yield False, " ".join(plain), False


def _words(folded: str, pieces: list[Atom]) -> Iterator[Clause]:
    """One clause for every label, every word in other letters and every run of Han characters."""
    in_label: set[int] = set()
    for label, start, end in labels(folded):
        in_label.update(range(start, end))
        yield Clause((Need("words", label),), (label,), (Mark("label", label),))
    run: list[Atom] = []
    for atom in pieces:
        if run and not (atom.is_han and atom.start == run[-1].end and atom.start not in in_label):
            yield _han("".join(part.text for part in run))
            run = []
        if atom.start in in_label:
            continue
        if atom.is_han:
            run.append(atom)
        else:
            yield _latin(atom.text)
    if run:
        yield _han("".join(part.text for part in run))


def _latin(word: str) -> Clause:
    root = stem(word)
    needs = (Need("words", root),)
    return Clause(needs, (root,), (Mark("stem", root),), is_weak=word in _STOPWORDS)


def _han(run: str) -> Clause:
    """A run of Han characters: each of its words must occur as a substring, in any order."""
    parts = _parts(run)
    needs = tuple(dict.fromkeys(need for part in parts for need in _substring(part)))
    scored = tuple(dict.fromkeys(searched_words(run))) if len(run) > 1 else ()
    return Clause(needs, scored, (Mark("run", run, parts),), is_weak=run in _PARTICLES)


def _parts(run: str) -> tuple[str, ...]:
    """The words of a run; single characters side by side stay together, lone particles go."""
    if len(run) <= 2:
        return (run,)
    parts: list[str] = []
    is_open = False
    for word in cut(run):
        if len(word) == 1 and is_open:
            parts[-1] += word
        else:
            parts.append(word)
        is_open = len(word) == 1
    telling = [part for part in parts if not set(part) <= _PARTICLES]
    return tuple(dict.fromkeys(telling or parts))


def _substring(part: str) -> tuple[Need, ...]:
    if len(part) == 1:
        return (Need("grams", part),)
    return tuple(Need("grams", part[i : i + 2]) for i in range(len(part) - 1))


def _phrase(folded: str, pieces: list[Atom]) -> Iterator[Clause]:
    """Words that must stand side by side."""
    parts = list(_words(folded, pieces))
    needs = [Need("grams", gram) for gram in _neighbours(folded, pieces)]
    if not needs:
        yield from parts
        return
    needs.extend(need for part in parts for need in part.needs if need.field == "words")
    scored = dict.fromkeys(word for part in parts for word in part.scored)
    whole = (Mark(mark.kind, mark.text) for part in parts for mark in part.marks)
    yield Clause(tuple(dict.fromkeys(needs)), tuple(scored), tuple(whole))


def _neighbours(folded: str, pieces: list[Atom]) -> Iterator[str]:
    """Grams of neighbours, but for those inside a label: its numeral may be written otherwise."""
    spans = [(start, end) for _, start, end in labels(folded)]
    for before, atom in zip(pieces, pieces[1:], strict=False):
        in_label = any(start <= before.start and atom.end <= end for start, end in spans)
        if atom.follows and not in_label:
            yield pair(before, atom)
