"""Take policies out as the files they could be imported from: texts byte for byte, with their ids."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import Department
from app.database import db
from app.errors import NotFound
from app.policies.models import Policy, Revision
from app.policies.queries import outsiders_from
from app.policies.services.writing_sheets import Sheet
from app.policies.versions import Version, get_version
from app.text.clauses import outline
from app.text.history import outline_json
from app.visibility import is_hidden, is_open_to_all

MANIFEST = ("path", "lang", "title", "date", "author", "summary")


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
    is_single = len(rows) == 1 and _has_first_ids(get_version(policy.id, rows[0][0].number))
    for revision, summary_hidden in rows:
        version = get_version(policy.id, revision.number)
        sheet = Sheet(policy, revision, version, "" if summary_hidden else revision.summary)
        place = policy.slug if is_single else f"{policy.slug}/{revision.number:02d}_{sheet.day}"
        content, row = (version.text, sheet.manifest_row()) if plain else sheet.written()
        path = f"{place}.md"
        yield Exported(path, content, {"path": path, **row} if row else {})
        if not is_single and not plain:
            yield Exported(f"{place}.outline.json", outline_json(version.outline), {})


def manifest(lines: Sequence[Mapping[str, str]], present: str) -> str:
    """``manifest.csv`` with these lines; ``present`` is what stands in it, and others' lines stay."""
    table = csv.DictReader(StringIO(present))
    columns = list(dict.fromkeys([*MANIFEST, *(table.fieldnames or ())]))
    ours = {line["path"] for line in lines}
    written = StringIO()
    writer = csv.DictWriter(written, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in table if row.get("path") not in ours)
    writer.writerows(lines)
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
