"""Bring policy files in: a file becomes a policy, a folder a policy with its history.

Importing the same files again adds nothing, and going on after an interruption adds only what is
missing: what is stored must be the beginning of what the files hold, or the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from app import clock
from app.access.actor import VISITOR
from app.access.acts import Act
from app.accounts.models import Person
from app.accounts.services.imported_names import add_imported_name
from app.database import db, writing
from app.errors import Conflict, RuleBroken
from app.policies.models import Policy, PolicyAddress, Revision
from app.policies.phases import Phase, ensure_open
from app.policies.queries import list_gone, list_notes
from app.policies.services.creating import NewPolicy, add_policy
from app.policies.services.moving import enter
from app.policies.services.noting import put_note
from app.policies.services.reading_headers import RevisionWords, resolve_notes
from app.policies.services.reading_sources import Entry, Source, find_sources, read_source
from app.policies.services.writing_revisions import Author, Origin, append, lock_head
from app.policies.versions import get_version
from app.text.identity import carry
from app.text.outline import Outline

# Stands where a file names no author; the way out leaves it away again.
UNNAMED = {"zh-Hans": "作者不详", "zh-Hant": "作者不詳", "en": "Author not named"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the operator decides about an import. ``credit``: whom all words are credited to, who
    then owns the draft unless ``owner_id`` does; ``phase`` "" leaves it in drafting."""

    credit: Author | None = None
    owner_id: int | None = None
    is_public: bool = True
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step of an import did; ``is_complete`` False asks for another step."""

    slug: str
    added: int
    is_new: bool
    is_complete: bool
    remarks: tuple[str, ...] = ()


def load_starters(folder: Path, owner_id: int | None = None) -> int:
    """Import all of ``folder`` inside one transaction, all or nothing; answers how many policies.

    For the first start on an empty database. Raises for the first file that cannot be read.
    """
    sources = [read_source(path) for path in find_sources(folder)]
    for source in sources:
        for problem in source.problems:
            raise RuleBroken(f"{problem.path.name}: {problem.message}")
        import_source(source, Choices(owner_id=owner_id))
    return len(sources)


def find_credit(email: str) -> Author | None:
    """The account with this address, as the author of what will be imported."""
    person = db.session.scalar(select(Person).where(Person.email == email.strip().lower()))
    return Author(person.id, person.public_id, person.role) if person else None


def import_source(source: Source, choices: Choices, *, at_most: int | None = None) -> Outcome:
    """Add what is stored of ``source`` not yet, at most ``at_most`` revisions in this step.

    Raises Conflict, and changes nothing, when its address has another history already.
    """
    writing()
    policy = _find(source)
    is_new = policy is None
    stored: Sequence[bytes] = []
    if policy is not None:
        policy = lock_head(policy.id)
        stored = _hashes(policy.id)
        _ensure_same_beginning(policy, stored, source)
    missing = source.entries[len(stored) :]
    if policy is not None and not missing:
        return Outcome(policy.slug, 0, is_new=False, is_complete=True)
    if policy is None:
        policy = _begin(source, choices)
    else:
        _ensure_may_go_on(policy)
    step = missing[:at_most]
    outline = _append(policy, step, choices)
    is_complete = len(step) == len(missing)
    remarks = _finish(policy, outline, source, choices) if is_complete else ()
    db.session.flush()
    return Outcome(policy.slug, len(step), is_new, is_complete, remarks)


def _find(source: Source) -> Policy | None:
    """The policy at the source's address, former ones included.

    Without an address the title and the first text decide, else every run would add another.
    """
    query = select(Policy)
    if source.header.slug:
        former = select(PolicyAddress.policy_id).where(PolicyAddress.slug == source.header.slug)
        return db.session.scalar(
            query.where((Policy.slug == source.header.slug) | Policy.id.in_(former))
        )
    return db.session.scalar(
        query.join(Revision, (Revision.policy_id == Policy.id) & (Revision.number == 1))
        .where(Policy.is_imported, Policy.title == source.header.title)
        .where(Revision.sha256 == source.entries[0].sha256)
        .order_by(Policy.id)
        .limit(1)
    )


def _hashes(policy_id: int) -> Sequence[bytes]:
    query = select(Revision.sha256).where(Revision.policy_id == policy_id)
    return db.session.scalars(query.order_by(Revision.number)).all()


def _ensure_same_beginning(policy: Policy, stored: Sequence[bytes], source: Source) -> None:
    for number, (kept, entry) in enumerate(zip(stored, source.entries, strict=False), start=1):
        if kept != entry.sha256:
            raise Conflict(
                "The address %(slug)s has another text already, from version %(number)s on;"
                " nothing was changed.",
                slug=policy.slug,
                number=number,
            )


def _ensure_may_go_on(policy: Policy) -> None:
    if not policy.is_imported:
        raise Conflict(
            "%(slug)s was begun on this site; nothing was added to it.", slug=policy.slug
        )
    ensure_open(policy.phase, Act.EDIT_POLICY)


def _begin(source: Source, choices: Choices) -> Policy:
    header = source.header
    policy = add_policy(
        NewPolicy(
            title=header.title,
            language=header.language,
            kind=header.kind,
            text="",
            summary="",
            department=header.department,
            is_public=choices.is_public,
            mode=header.mode,
            slug=header.slug,
            plain_summary=header.plain_summary,
        ),
        title=header.title,
        owner_id=choices.owner_id or (choices.credit.id if choices.credit else None),
        actor=VISITOR,
    )
    policy.is_imported = True
    return policy


def _append(policy: Policy, entries: Sequence[Entry], choices: Choices) -> Outline:
    """Write the revisions; answers the outline of the last one."""
    head = policy.head_number
    outline = get_version(policy.id, head).outline if head else ()
    authors: dict[str, Person] = {}
    for entry in entries:
        carried = carry(
            outline,
            entry.text,
            next_id=policy.next_clause,
            keep=entry.ids,
            gone=list_gone(policy.id),
        )
        policy.next_clause = max(policy.next_clause, carried.next_id)
        before, outline = outline, _with_origins(carried.outline, entry)
        append(
            policy,
            entry.text,
            outline,
            before=before,
            author=choices.credit or _author(policy, entry.words, authors),
            actor=VISITOR,
            summary=entry.words.summary,
            origin=Origin(kind="import", saved_at=entry.saved_at, front=entry.front),
        )
    return outline


def _with_origins(outline: Outline, entry: Entry) -> Outline:
    """Splits and joins as the outline beside the file tells them; found anew without one."""
    return tuple(
        replace(clause, split_from=entry.origins[clause.id][0],
                merged_from=entry.origins[clause.id][1])
        if clause.id in entry.origins else clause
        for clause in outline
    )  # fmt: skip


def _author(policy: Policy, words: RevisionWords, known: dict[str, Person]) -> Author:
    """The imported name; within one policy the same name is the same person."""
    name = words.author or UNNAMED[policy.language]
    if name not in known:
        known[name] = _find_author(policy.id, name) or add_imported_name(name)
    person = known[name]
    return Author(person.id, person.public_id, words.role)


def _find_author(policy_id: int, name: str) -> Person | None:
    return db.session.scalar(
        select(Person)
        .join(Revision, Revision.author_id == Person.id)
        .where(Revision.policy_id == policy_id, Person.name == name)
        .where(Person.name_skeleton.is_(None))
        .limit(1)
    )


def _finish(policy: Policy, outline: Outline, source: Source, choices: Choices) -> tuple[str, ...]:
    """Notes and phase, once the last revision is in; notes written on the site meanwhile stay."""
    clauses = {clause.id: clause for clause in outline}
    notes, unknown = resolve_notes(outline, source.notes)
    kept = list_notes(policy.id)
    for ident, note in notes.items():
        if ident not in kept:
            put_note(policy, clauses[ident], note)
    remarks = [f"the note on “{label}” has no clause to stand at" for label in unknown]
    if choices.phase and choices.phase != policy.phase:
        enter(policy, Phase(choices.phase), clock.now(), VISITOR, "")
    elif source.header.phase != Phase.DRAFTING and not choices.phase:
        remarks.append(f"phase “{source.header.phase}” was left out; --phase sets one")
    return tuple(remarks)
