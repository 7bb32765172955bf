"""The one writer of revisions: whatever makes a new version of a text ends in ``append``."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, select, update

from app import clock
from app.access.actor import Actor
from app.database import db, must_be_writing
from app.ledger.services import record, salted_hash
from app.policies.events import RevisionSaved
from app.policies.models import GoneClause, Policy, Revision
from app.policies.queries.course import ensure_not_frozen
from app.policies.versions import Packed, packed
from app.text import archive
from app.text.outline import Outline


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a revision comes from: its kind and the numbers it stands in relation to; ``is_minor``
    when it changes only spelling or punctuation."""

    kind: str = "edit"
    merged_from: int | None = None
    restores: int | None = None
    saved_at: datetime | None = None
    front: str = ""
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Whose words they are and in which role; imported authors never signed in."""

    id: int
    public_id: str
    role: str


def lock_head(policy_id: int) -> Policy:
    """The policy's row, read anew inside the write gate and locked where rows can be locked."""
    return db.session.scalars(_HEAD, {"policy_id": policy_id}).one()


_HEAD = (
    select(Policy)
    .where(Policy.id == bindparam("policy_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def touch(policy: Policy) -> None:
    """Say that a page of this policy shows something new; caches ask for this number."""
    policy.page_version += 1
    policy.updated_at = clock.now()


def renew_pages(policy_id: int) -> None:
    """Lock the policy's row and have its pages made anew, though nobody changed the policy."""
    must_be_writing()
    db.session.connection().execute(_RENEW_PAGES, {"of_policy": policy_id})


_POLICY = Table(Policy.__tablename__, Policy.metadata)
_RENEW_PAGES = (
    update(_POLICY)
    .where(_POLICY.c.id == bindparam("of_policy"))
    .values(page_version=_POLICY.c.page_version + 1)
)


def append(
    policy: Policy,
    text: str,
    outline: Outline,
    *,
    before: Outline,
    author: Author,
    actor: Actor,
    summary: str,
    origin: Origin,
    ready: Packed | None = None,
) -> int:
    """Write ``text`` as the next revision of the locked ``policy``; answers its number.

    ``before`` is the head's outline, ``outline`` the new one with its carried ids. ``ready`` is
    the text packed as that very revision, where it was done before the write gate. Raises
    RuleBroken while the text waits, as it was checked, for its opening.
    """
    ensure_not_frozen(policy)
    number = policy.head_number + 1
    stored = ready or packed(policy.id, number, text, outline)
    salt = secrets.token_bytes(16)
    sha256 = archive.text_hash(text)
    saved_at = origin.saved_at or clock.now()
    db.session.add(
        Revision(
            policy_id=policy.id,
            number=number,
            parent=policy.head_number or None,
            kind=origin.kind,
            merged_from=origin.merged_from,
            restores=origin.restores,
            author_id=author.id,
            author_role=author.role,
            saved_at=saved_at,
            summary=summary,
            summary_salt=salt,
            front=origin.front,
            keyframe=stored.keyframe,
            sha256=sha256,
            text_zstd=stored.text_zstd,
            outline_zstd=stored.outline_zstd,
        )
    )
    _remember_gone(policy, before, outline)
    policy.head_number = number
    touch(policy)
    record(
        RevisionSaved(
            policy=policy.id,
            number=number,
            kind=origin.kind,
            parent=number - 1 or None,
            merged_from=origin.merged_from,
            restores=origin.restores,
            author=author.public_id,
            role=author.role,
            saved_at=saved_at.isoformat(),
            sha256=sha256.hex(),
            summary=salted_hash(salt, summary),
            is_minor=origin.is_minor,
        ),
        actor=actor,
        is_public=policy.is_public,
    )
    return number


def _remember_gone(policy: Policy, before: Outline, after: Outline) -> None:
    """Keep the trace of clauses that left the head, so that they can return as themselves."""
    old, new = {clause.id: clause for clause in before}, {clause.id for clause in after}
    for ident in old.keys() - new:
        clause = old[ident]
        db.session.merge(
            GoneClause(
                policy_id=policy.id, clause=ident, hash=clause.hash, last_number=policy.head_number
            )
        )
    for ident in new - old.keys():
        returned = db.session.get(GoneClause, (policy.id, ident)) if old else None
        if returned is not None:
            db.session.delete(returned)
