"""Write one revision as the file it could be imported from.

A revision that came from a file gets that file back, to the byte, as long as it still says what is
stored; otherwise its front matter is written anew. What a file does not say about itself may stand
in the manifest beside it, as it did when it came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.access.actor import Role
from app.database import db
from app.policies.models import ClauseNote, Policy, Revision
from app.policies.queries import list_notes
from app.policies.services.importing import UNNAMED
from app.policies.services.noting import wording_hash
from app.policies.services.reading_headers import (
    Header,
    header_of,
    notes_of,
    resolve_notes,
    words_of,
)
from app.policies.versions import Version
from app.text.outline import Outline
from app.text.policyfile import Note, PolicyFile, PolicyFileError, parse, serialise, with_defaults

_NO_ROW: Mapping[str, str] = {}


class Sheet:
    """One revision on its way into a file; ``summary`` is what may be shown of its reason."""

    def __init__(self, policy: Policy, revision: Revision, version: Version, summary: str) -> None:
        self._policy, self._revision, self._version = policy, revision, version
        self._summary = summary
        # The row remembers of the file it came from its date as written and its front matter.
        kept: dict[str, str] = json.loads(revision.front) if revision.front else {}
        self._front = kept.get("front", "")
        self._date = kept.get("date") or revision.saved_at.isoformat(timespec="seconds")
        self._is_head = revision.number == policy.head_number

    @property
    def day(self) -> str:
        """The date for the file's name, as 2026-01-31: that of the zone the author wrote in."""
        return datetime.fromisoformat(self._date).date().isoformat()

    def written(self) -> tuple[str, Mapping[str, str]]:
        """The content of the file, and what has to stand in the manifest for it to be true."""
        came_as = self._came_as()
        for row in (_NO_ROW, self.manifest_row()):
            if came_as and self._still_true(came_as, row):
                return self._front + self._version.text, row
        return serialise(self._written_anew(came_as or PolicyFile(self._version.text))), _NO_ROW

    def manifest_row(self) -> dict[str, str]:
        """What a manifest can say of the revision; its path is the caller's."""
        return {
            "lang": self._policy.language,
            "title": self._policy.title,
            "date": self._date,
            "author": self._author,
            "summary": self._summary,
        }

    def _came_as(self) -> PolicyFile | None:
        if self._revision.kind != "import":
            return None
        return _read(self._front + self._version.text)

    @property
    def _author(self) -> str:
        name = self._revision.byline.name
        return "" if name in UNNAMED.values() else name

    @property
    def _role(self) -> str:
        role = self._revision.author_role
        return "" if role == Role.UNKNOWN else role

    @property
    def _header(self) -> Header:
        policy = self._policy
        return Header(
            title=policy.title,
            slug=policy.slug,
            language=policy.language,
            kind=policy.kind,
            department=policy.department.name if policy.department else "",
            mode=policy.mode,
            phase=policy.phase,
            plain_summary=policy.plain_summary,
        )

    def _still_true(self, came_as: PolicyFile, row: Mapping[str, str]) -> bool:
        """Whether an import of the file, with that row, would store what is stored now."""
        file = with_defaults(
            came_as,
            author=row.get("author", ""),
            date=row.get("date", ""),
            summary=row.get("summary", ""),
        )
        header, _ = header_of(file, name=self._policy.slug, row=row)
        words = words_of(file)
        return (
            header == self._header
            and file.number in (None, self._revision.number)
            and file.date == self._date
            and (words.author, words.summary) == (self._author, self._summary)
            and words.role == self._revision.author_role
            and (not self._is_head or self._notes_still_true(file))
        )

    def _notes_still_true(self, came_as: PolicyFile) -> bool:
        clauses = {clause.id: clause for clause in self._version.outline}
        notes, _ = resolve_notes(self._version.outline, notes_of(came_as))
        told = {
            ident: (note.plain, note.basis, note.reason,
                    note.written_for or wording_hash(clauses[ident]))
            for ident, note in notes.items()
            if note.plain or note.basis or note.reason
        }  # fmt: skip
        stored = {
            ident: (note.plain, note.basis, note.reason, note.clause_hash)
            for ident, note in list_notes(self._policy.id).items()
            if ident in clauses
        }
        return told == stored

    def _written_anew(self, came_as: PolicyFile) -> PolicyFile:
        """The file with what is stored now; unknown keys stay as they came."""
        header = self._header
        latest = self._latest_front() if self._is_head else None
        notes: Mapping[str, Note] = came_as.notes
        if self._is_head:
            was = latest.notes if latest else {}
            notes = _notes(self._version.outline, list_notes(self._policy.id), was)
        return replace(
            came_as,
            text=self._version.text,
            title=header.title,
            slug=header.slug,
            language=header.language,
            kind=header.kind,
            department=header.department,
            phase=header.phase,
            mode=header.mode,
            plain_summary=header.plain_summary,
            number=self._revision.number,
            date=self._date,
            author=self._author,
            role=self._role,
            summary=self._summary,
            notes=notes,
            extra=latest.extra if latest else came_as.extra,
        )

    def _latest_front(self) -> PolicyFile | None:
        """The file that the newest imported revision came from, for what only files know."""
        front = db.session.scalar(
            select(Revision.front)
            .where(Revision.policy_id == self._policy.id, Revision.front != "")
            .order_by(Revision.number.desc())
            .limit(1)
        )
        kept = json.loads(front).get("front", "") if front else ""
        return _read(kept) if kept else None


def _read(content: str) -> PolicyFile | None:
    """A stored file parsed again; None when a later version of this site reads it otherwise."""
    try:
        return parse(content)
    except PolicyFileError:
        return None


def _notes(
    clauses: Outline, stored: Mapping[str, ClauseNote], was: Mapping[str, Note]
) -> dict[str, Note]:
    """The notes by label, or by clause id where no label leads to the clause alone."""
    earlier, unknown = resolve_notes(clauses, was)
    notes = {label: was[label] for label in unknown}
    named: dict[str, Note] = {}
    for clause in clauses:
        note = stored.get(clause.id)
        if note is None:
            continue
        kept = Note(
            note.plain, note.basis, note.reason, note.clause_hash,
            earlier[clause.id].extra if clause.id in earlier else {},
        )  # fmt: skip
        label = clause.label if clause.label and clause.label not in named else clause.id
        named[label] = kept
    return notes | named
