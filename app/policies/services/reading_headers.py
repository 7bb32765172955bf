"""What the front matter of a policy file means here: checked words, known codes, and defaults.

Import and export read a file's front matter through the same functions, so that export can tell
whether the lines a file came with still say what is true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.access.actor import Role
from app.policies.phases import Mode, Phase
from app.policies.rules import KINDS, LANGUAGES, RESERVED_SLUGS, ensure_slug
from app.text.canonical import (
    MAX_SUMMARY_CHARACTERS,
    MAX_TITLE_BYTES,
    MAX_TITLE_CHARACTERS,
    canonical,
    check_line,
)
from app.text.clauses import cut
from app.text.labels import label_key
from app.text.outline import ClauseKind, Outline
from app.text.policyfile import Note, PolicyFile, slug_from

AUTHOR_CHARACTERS = 60
DEPARTMENT_CHARACTERS = 120
ROLES = frozenset({Role.RESIDENT, Role.VOLUNTEER, Role.OFFICER})
_HEADING_CHARACTERS = 80
_LANGUAGE_CODES = {
    "zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "en-us": "en", "en-gb": "en",
} | {code.lower(): code for code in LANGUAGES}  # fmt: skip
_HASH = re.compile("[0-9a-f]{64}")
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Header:
    """A policy apart from its texts. ``slug`` "" when neither key nor name gives one."""

    title: str
    slug: str
    language: str
    kind: str
    department: str
    mode: str
    phase: str
    plain_summary: str


@dataclass(frozen=True, slots=True)
class RevisionWords:
    """Who made a revision, in which role, and why; "" when the file does not say."""

    author: str
    role: str
    summary: str


def header_of(
    file: PolicyFile, *, name: str, row: Mapping[str, str]
) -> tuple[Header, tuple[str, ...]]:
    """The header of a file called ``name`` with what a manifest's ``row`` adds, and remarks.

    Raises TextRefused or RuleBroken for words that cannot stand on a page.
    """
    remarks: list[str] = []
    header = Header(
        title=_title(file, name, row),
        slug=_slug(file, name),
        language=_language(file, row, remarks),
        kind=_code("kind", file.kind, KINDS, "policy", remarks),
        department=_line(file.department, DEPARTMENT_CHARACTERS),
        mode=_code("mode", file.mode, tuple(Mode), Mode.REVIEWED, remarks),
        phase=_code("phase", file.phase, tuple(Phase), Phase.DRAFTING, remarks),
        plain_summary=canonical(file.plain_summary).text.strip(),
    )
    return header, tuple(remarks)


def words_of(file: PolicyFile) -> RevisionWords:
    """Author, role and summary as they are stored; raises TextRefused."""
    return RevisionWords(
        author=_line(file.author, AUTHOR_CHARACTERS),
        role=file.role if file.role in ROLES else Role.UNKNOWN,
        summary=_line(file.summary, MAX_SUMMARY_CHARACTERS),
    )


def notes_of(file: PolicyFile) -> dict[str, Note]:
    """The notes by label as written, each checked; raises TextRefused.

    A hash that is none is dropped, so the note counts for the wording it is imported with.
    """
    return {
        label: replace(
            note,
            plain=canonical(note.plain).text.strip(),
            basis=canonical(note.basis).text.strip(),
            reason=canonical(note.reason).text.strip(),
            written_for=note.written_for if _HASH.fullmatch(note.written_for) else "",
        )
        for label, note in file.notes.items()
    }


def resolve_notes(outline: Outline, notes: Mapping[str, Note]) -> tuple[dict[str, Note], list[str]]:
    """Notes by clause id, and the labels that no clause has.

    A label means the first clause that shows it; clauses without a label go by their id.
    """
    ids = {clause.id: clause.id for clause in outline}
    ids |= {label_key(clause.label): clause.id for clause in reversed(outline) if clause.label}
    found, unknown = {}, []
    for label, note in notes.items():
        ident = ids.get(label_key(label)) or ids.get(label)
        if ident is None or ident in found:
            unknown.append(label)
        else:
            found[ident] = note
    return found, unknown


def guess_language(text: str) -> str:
    """``zh-Hans`` for a text of which a fifth of the letters are Han characters, else ``en``."""
    sample = text[:_SAMPLE]
    han, latin = len(_HAN.findall(sample)), len(_LATIN.findall(sample))
    return "zh-Hans" if han and han * 4 >= latin else "en"


def _line(value: str, characters: int) -> str:
    return check_line(" ".join(value.split()), characters=characters)


def _title(file: PolicyFile, name: str, row: Mapping[str, str]) -> str:
    given = file.title or row.get("title", "")
    title = " ".join((given or _first_heading(file.text) or name).split())
    return check_line(title, characters=MAX_TITLE_CHARACTERS, octets=MAX_TITLE_BYTES)


def _first_heading(text: str) -> str:
    headings = (clause.label for clause in cut(text) if clause.kind is ClauseKind.HEADING)
    return next(headings, "")[:_HEADING_CHARACTERS]


def _slug(file: PolicyFile, name: str) -> str:
    if file.slug:
        return ensure_slug(file.slug)
    slug = slug_from(name)
    return "" if slug in RESERVED_SLUGS else slug


def _language(file: PolicyFile, row: Mapping[str, str], remarks: list[str]) -> str:
    given = file.language or row.get("lang", "")
    known = _LANGUAGE_CODES.get(given.replace("_", "-").lower())
    if known:
        return known
    guessed = guess_language(file.text)
    if given:
        remarks.append(f"language “{given}” is not known here, taken as {guessed}")
    return guessed


def _code(key: str, value: str, known: tuple[str, ...], default: str, remarks: list[str]) -> str:
    if not value or value in known:
        return str(value or default)
    remarks.append(f"{key} “{value}” is not known here, taken as {default}")
    return str(default)
