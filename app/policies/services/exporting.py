"""Take policies out as the files they could be imported from: texts byte for byte, with their ids.

A revision that came from a file gets its own front matter back, to the byte, as long as those
lines still say what is stored; otherwise the front matter is written anew.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from app import clock
from app.access.actor import Role
from app.accounts.models import Department
from app.database import db
from app.errors import NotFound
from app.policies.models import ClauseNote, Policy, Revision
from app.policies.queries import list_notes, outsiders_from
from app.policies.services.importing import UNNAMED
from app.policies.services.noting import wording_hash
from app.policies.services.reading_headers import (
    Header,
    header_of,
    notes_of,
    resolve_notes,
    words_of,
)
from app.policies.versions import Version, get_version
from app.text.clauses import outline
from app.text.history import outline_json
from app.text.outline import Outline
from app.text.policyfile import Note, PolicyFile, PolicyFileError, parse, serialise
from app.visibility import is_hidden, is_open_to_all

MANIFEST = ("path", "lang", "title", "kind", "date", "author", "summary")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of ``flask policies list``; ``sha256`` is of the latest text, in hex digits."""

    slug: str
    title: str
    language: str
    kind: str
    department: str
    phase: str
    mode: str
    revisions: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to be written: its path below the folder, its content, its line in the manifest."""

    path: str
    content: str
    row: Mapping[str, str]


def list_all() -> Iterator[Listed]:
    """Every policy by address, private ones included: for operators."""
    head = (Revision.policy_id == Policy.id) & (Revision.number == Policy.head_number)
    rows = db.session.execute(
        select(Policy, Department.name, Revision.sha256)
        .join(Revision, head)
        .outerjoin(Department, Department.id == Policy.department_id)
        .order_by(Policy.slug)
    )
    for policy, department, sha256 in rows:
        yield Listed(
            policy.slug, policy.title, policy.language, policy.kind, department or "",
            policy.phase, policy.mode, policy.head_number, sha256.hex(),
        )  # fmt: skip


def list_exported(slugs: tuple[str, ...], *, with_private: bool) -> list[int]:
    """Ids of the policies to export, all when no slug is given; NotFound names an unknown one."""
    query = select(Policy.id, Policy.slug).order_by(Policy.slug)
    if not with_private:
        query = query.where(is_open_to_all(Policy, clock.now()))
    found = {slug: policy_id for policy_id, slug in db.session.execute(query)}
    for slug in slugs:
        if slug not in found:
            raise NotFound("There is no policy at %(slug)s, or it is private.", slug=slug)
    return [found[slug] for slug in dict.fromkeys(slugs)] if slugs else list(found.values())


def export_policy(policy_id: int, *, with_private: bool, plain: bool) -> Iterator[Exported]:
    """The files of one policy: ``<slug>.md``, or a folder of revisions with their outlines.

    Versions from before it was public are left out unless ``with_private``. ``plain`` files are
    the texts and nothing else.
    """
    policy = db.session.get_one(Policy, policy_id, options=[joinedload(Policy.department)])
    rows = _revisions(policy, 1 if with_private else outsiders_from(policy))
    versions = (get_version(policy.id, revision.number) for revision, _ in rows)
    is_single = len(rows) == 1 and _has_first_ids(get_version(policy.id, rows[0][0].number))
    for (revision, summary_hidden), version in zip(rows, versions, strict=True):
        sheet = _Sheet(policy, revision, version, "" if summary_hidden else revision.summary)
        path = f"{policy.slug}.md" if is_single else _path_in_history(policy, revision)
        content = version.text if plain else sheet.content()
        yield Exported(path, content, sheet.manifest_row(path))
        if not is_single and not plain:
            beside = path.removesuffix(".md") + ".outline.json"
            yield Exported(beside, outline_json(version.outline), {})


def manifest(files: list[Mapping[str, str]]) -> str:
    """A ``manifest.csv`` that tells an import what plain texts do not say about themselves."""
    written = StringIO()
    table = csv.DictWriter(written, MANIFEST, lineterminator="\n")
    table.writeheader()
    table.writerows(files)
    return written.getvalue()


def _revisions(policy: Policy, first: int) -> Sequence[Row[Revision, bool]]:
    query = (
        select(Revision, is_hidden("summary", Revision.id))
        .where(Revision.policy_id == policy.id, Revision.number >= first)
        .options(joinedload(Revision.author))
        .order_by(Revision.number)
    )
    return db.session.execute(query).all()


def _has_first_ids(version: Version) -> bool:
    """Whether an import would give the same ids without an outline beside the file."""
    fresh = [clause.id for clause in outline(version.text)]
    return [clause.id for clause in version.outline] == fresh


def _path_in_history(policy: Policy, revision: Revision) -> str:
    day = (_kept(revision).get("date") or revision.saved_at.isoformat())[:10]
    return f"{policy.slug}/{revision.number:02d}_{day}.md"


def _kept(revision: Revision) -> dict[str, str]:
    """What the row remembers of the file it came from: its date as written, its front matter."""
    kept: dict[str, str] = json.loads(revision.front) if revision.front else {}
    return kept


class _Sheet:
    """One revision on its way into a file."""

    def __init__(self, policy: Policy, revision: Revision, version: Version, summary: str) -> None:
        self._policy, self._revision, self._version = policy, revision, version
        self._summary = summary
        self._date = _kept(revision).get("date") or revision.saved_at.isoformat(timespec="seconds")
        self._is_head = revision.number == policy.head_number

    def content(self) -> str:
        front = _kept(self._revision).get("front", "")
        came_as = _read(front + self._version.text) if front else None
        if came_as is not None and self._still_true(came_as):
            return front + self._version.text
        return serialise(self._written_anew(came_as or PolicyFile(self._version.text)))

    def manifest_row(self, path: str) -> dict[str, str]:
        return {
            "path": path,
            "lang": self._policy.language,
            "title": self._policy.title,
            "kind": self._policy.kind,
            "date": self._date,
            "author": self._author,
            "summary": self._summary,
        }

    @property
    def _author(self) -> str:
        name = self._revision.author.name
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

    def _still_true(self, came_as: PolicyFile) -> bool:
        """Whether an import of the file as it came would store what is stored now."""
        header, _ = header_of(came_as, name=self._policy.slug, row={})
        words = words_of(came_as)
        return (
            header == self._header
            and came_as.number in (None, self._revision.number)
            and came_as.date == _kept(self._revision).get("date", "")
            and (words.author, words.summary) == (self._author, self._summary)
            and words.role == self._revision.author_role
            and (not self._is_head or self._notes_still_true(came_as))
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
        fronts = db.session.scalars(
            select(Revision)
            .where(Revision.policy_id == self._policy.id, Revision.front != "")
            .order_by(Revision.number.desc())
            .limit(1)
        ).all()
        front = _kept(fronts[0]).get("front", "") if fronts else ""
        return _read(front) if front else None


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
    named: dict[str, Any] = {}
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
