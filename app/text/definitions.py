"""The definitions of a text that every clause may need: link targets, footnotes, abbreviations.

A clause is rendered alone, so what it refers to elsewhere in the text must be handed to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from app.text.blocks import shielded, shields

# Looking for abbreviations costs one search each per clause; no real text defines this many.
MAX_ABBREVIATIONS = 200
# Per clause: a long note named in a thousand clauses would otherwise be rendered a thousand times.
MAX_CHARACTERS = 20_000

_BEGIN = re.compile(
    r" {0,3}(?:\[(?P<note>\^[^\]\s]{1,100})\]:|\*\[(?P<abbreviation>[^\]]{1,100})\]:"
    r"|\[(?P<link>[^\]^][^\]]{0,300})\]:\s*\S)"
)
_REFERENCE = re.compile(r"\[([^\[\]]{1,300})\]")


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition: its kind (``note``, ``abbreviation``, ``link``), its key, its Markdown."""

    kind: str
    key: str
    source: str


@dataclass(frozen=True)
class Definitions:
    """All definitions of one text, in their order.

    Of two with one key the clause's own counts, else the last, as in Python-Markdown.
    """

    entries: tuple[Definition, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Collect the definitions of ``text``; linear in its length."""
        found: list[Definition] = []
        if "]:" not in text:
            return cls(())
        fences = [shield for shield in shields(text) if shield.kind == "fence"]
        lines = text.split("\n")
        at = offset = 0
        while at < len(lines):
            begin = None if shielded(offset, fences) else _BEGIN.match(lines[at])
            end = at + 1
            if begin and begin.lastgroup:
                end = _end_of(begin.lastgroup, lines, end)
                source = "\n".join(lines[at:end])
                found.append(Definition(begin.lastgroup, begin[begin.lastgroup], source))
            offset += sum(len(line) + 1 for line in lines[at:end])
            at = end
        return cls(tuple(found))

    def used_by(self, text: str) -> str:
        """Return the Markdown of the definitions that ``text`` needs and does not hold itself.

        Notes may name further definitions. At most ``MAX_CHARACTERS``; what exceeds is left out
        and its references stay visible as written.
        """
        if not self.entries:
            return ""
        own = {(one.kind, one.key) for one in Definitions.of(text).entries}
        used: dict[Definition, None] = {}
        waiting, room = [text], MAX_CHARACTERS
        while waiting:
            for definition in self._named_in(waiting.pop()):
                known = definition in used or (definition.kind, definition.key) in own
                if known or len(definition.source) > room:
                    continue
                used[definition] = None
                room -= len(definition.source)
                waiting.append(definition.source)
        return "\n\n".join(definition.source for definition in used)

    @cached_property
    def _by_key(self) -> dict[str, Definition]:
        return {_folded(one.key): one for one in self.entries if one.kind != "abbreviation"}

    @cached_property
    def _abbreviations(self) -> tuple[Definition, ...]:
        found = [one for one in self.entries if one.kind == "abbreviation"]
        return tuple(found[:MAX_ABBREVIATIONS])

    def _named_in(self, text: str) -> list[Definition]:
        keys = dict.fromkeys(_folded(match[1]) for match in _REFERENCE.finditer(text))
        named = [self._by_key[key] for key in keys if key in self._by_key]
        return named + [one for one in self._abbreviations if one.key in text]


def _folded(key: str) -> str:
    return " ".join(key.split()).casefold()


def _end_of(kind: str, lines: list[str], at: int) -> int:
    """Return the line after a definition; a footnote goes on over indented paragraphs."""
    if kind != "note":
        return at
    end = at
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        goes_on = line.startswith("    ") or (end == at and not _BEGIN.match(line))
        if not goes_on:
            break
        at += 1
        end = at
    return end
