"""Reads of policies and revisions; everything passes the one visibility filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, literal, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql import ColumnElement

from app import clock
from app.access.actor import Actor
from app.access.predicates import Subject
from app.accounts.models import Department
from app.database import Lookup, db
from app.errors import NotFound
from app.messages import N_
from app.policies.models import (
    ClauseNote,
    Draft,
    GoneClause,
    Policy,
    PolicyAddress,
    PolicyMember,
    Revision,
)
from app.visibility import Hidden, hides, is_inside, is_open_history, is_visible

PAGE_SIZE = 50
_OWN = aliased(Revision)  # made once; not the revision that the query around it is about


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of policies is narrowed to; empty fields narrow nothing."""

    phase: str = ""
    kind: str = ""
    language: str = ""
    department: str = ""


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """SQL: the policies that exist for ``actor``."""
    return is_visible(Policy, PolicyMember, actor, clock.now())


def get_policy(slug: str, actor: Actor) -> Policy:
    """The policy at ``slug``, its former addresses included; NotFound when absent or private."""
    query = select(Policy).where(seen_by(actor)).options(joinedload(Policy.department))
    policy = db.session.scalar(query.where(Policy.slug == slug))
    if policy is None:
        former = select(PolicyAddress.policy_id).where(PolicyAddress.slug == slug)
        policy = db.session.scalar(query.where(Policy.id.in_(former)))
    if policy is None:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return policy


def get_policy_by_id(policy_id: int, actor: Actor) -> Policy:
    """The policy with this id; NotFound when absent or private."""
    policy = db.session.scalar(select(Policy).where(Policy.id == policy_id, seen_by(actor)))
    if policy is None:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return policy


def find_policy_id(slug: str) -> int | None:
    """The id of the policy at ``slug``, private or not; for operators' commands."""
    return db.session.scalar(select(Policy.id).where(Policy.slug == slug))


def is_insider(policy: Policy, actor: Actor) -> bool:
    """Whether ``actor`` works on the policy and may read its history from the beginning."""
    if actor.is_anonymous or actor.is_suspended:
        return False
    query = select(exists().where(Policy.id == policy.id, is_inside(Policy, PolicyMember, actor)))
    return bool(db.session.scalar(query))


_MEMBER = Lookup(
    select(PolicyMember.person_id).where(
        PolicyMember.policy_id == bindparam("policy_id"),
        PolicyMember.person_id == bindparam("person_id"),
        PolicyMember.edits,
    )
)


def is_member(policy_id: int, person_id: int | None) -> bool:
    """Whether the owner named this person to write on the draft."""
    if person_id is None:
        return False
    return _MEMBER.first(policy_id=policy_id, person_id=person_id) is not None


def facts(policy: Policy, actor: Actor) -> Subject:
    """The facts about ``policy`` that permissions depend on; it was read through ``seen_by``."""
    return Subject(
        owner_id=policy.owner_id,
        is_member=is_member(policy.id, actor.id),
        mode=policy.mode,
        department_id=policy.department_id,
    )


def first_number(policy: Policy, actor: Actor) -> int:
    """The first revision number ``actor`` may read: outsiders begin where it was made public."""
    if policy.public_from <= 1 and policy.published_at is not None:
        return 1
    return 1 if is_insider(policy, actor) else outsiders_from(policy)


def outsiders_from(policy: Policy) -> int:
    """The first revision number that outsiders may read, also while a publication is only due."""
    if policy.published_at is not None:
        return policy.public_from
    return 1 if policy.publish_history else policy.head_number


def number_at(policy: Policy, moment: datetime) -> int:
    """The revision that was the head at ``moment``."""
    query = select(func.max(Revision.number)).where(
        Revision.policy_id == policy.id, Revision.saved_at <= moment
    )
    return db.session.scalar(query) or policy.head_number


def private_until(policy: Policy, actor: Actor) -> datetime | None:
    """Talk opened before this moment stays with the insiders; None: ``actor`` sees all of it."""
    if policy.publish_history or is_insider(policy, actor):
        return None
    return policy.published_at or policy.publish_at


def written_by(policy_id: Any, actor: Actor) -> ColumnElement[bool]:
    """SQL: whether ``actor`` put words of their own into the text of the policy; to bring an
    earlier version back does not."""
    return exists().where(
        _OWN.policy_id == policy_id, _OWN.author_id == actor.id, _OWN.restores.is_(None)
    )


def has_written(policy: Policy, actor: Actor) -> bool:
    """Whether ``actor`` put words of their own into the text."""
    return bool(db.session.scalar(select(written_by(literal(policy.id), actor))))


def get_revision(policy: Policy, number: int, actor: Actor) -> Revision:
    """One revision's row (without its texts); NotFound outside what ``actor`` may read."""
    revision = db.session.scalar(
        select(Revision)
        .where(Revision.policy_id == policy.id, Revision.number == number)
        .options(joinedload(Revision.author))
    )
    if revision is None or number < first_number(policy, actor):
        raise NotFound(N_("There is no such version."))
    return revision


def list_revisions(
    policy: Policy, actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[Row[Revision, Hidden | None]], int | None]:
    """Revisions newest first below ``before``, each with the marker of a hidden summary, and
    the key of the next page. Texts are not loaded."""
    query = (
        select(Revision, Hidden)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(Revision.policy_id == policy.id, Revision.number >= first_number(policy, actor))
        .options(joinedload(Revision.author))
        .order_by(Revision.number.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Revision.number < before)
    rows = db.session.execute(query).all()
    return rows[:size], rows[size - 1][0].number if len(rows) > size else None


def list_policies(
    actor: Actor, filters: Filters, *, after: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[Policy], int | None]:
    """Policies by id, newest first, and the key of the next page."""
    query = _filtered(select(Policy), filters).where(seen_by(actor)).order_by(Policy.id.desc())
    if after is not None:
        query = query.where(Policy.id < after)
    rows = db.session.scalars(query.options(joinedload(Policy.department)).limit(size + 1)).all()
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def count_policies(actor: Actor, filters: Filters) -> int:
    """How many policies the filters leave."""
    query = _filtered(select(func.count(Policy.id)), filters).where(seen_by(actor))
    return db.session.scalar(query) or 0


def _filtered(query: Select[Any], filters: Filters) -> Select[Any]:
    for column, wanted in (
        (Policy.phase, filters.phase),
        (Policy.kind, filters.kind),
        (Policy.language, filters.language),
    ):
        if wanted:
            query = query.where(column == wanted)
    if filters.department:
        named = select(Department.id).where(Department.name == filters.department)
        query = query.where(Policy.department_id.in_(named))
    return query


def list_recent(
    actor: Actor, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[Sequence[Row[Revision, Policy, Hidden | None]], int | None]:
    """Revisions of all policies, newest first, for the page of recent changes."""
    query = (
        select(Revision, Policy, Hidden)
        .join(Policy, Policy.id == Revision.policy_id)
        .outerjoin(Hidden, hides("summary", Revision.id))
        .where(seen_by(actor), is_open_history(Policy, PolicyMember, Revision, actor))
        .options(joinedload(Revision.author))
        .order_by(Revision.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Revision.id < before)
    rows = db.session.execute(query).all()
    return rows[:size], rows[size - 1][0].id if len(rows) > size else None


def list_notes(policy_id: int) -> dict[str, ClauseNote]:
    """Plain words, basis and reason by clause id."""
    rows = db.session.scalars(select(ClauseNote).where(ClauseNote.policy_id == policy_id))
    return {note.clause: note for note in rows}


def find_note(policy_id: int, clause: str) -> ClauseNote | None:
    """The note of one clause."""
    return db.session.get(ClauseNote, (policy_id, clause))


def find_gone(policy_id: int, clause: str) -> GoneClause | None:
    """The trace of a clause that left the head."""
    return db.session.get(GoneClause, (policy_id, clause))


def list_gone(policy_id: int) -> dict[str, str]:
    """Hash → clause id of what left the head and may return."""
    rows = db.session.execute(
        select(GoneClause.hash, GoneClause.clause).where(GoneClause.policy_id == policy_id)
    )
    return {row.hash: row.clause for row in rows}


def find_draft(policy_id: int, actor: Actor, clause: str = "") -> Draft | None:
    """The person's unsaved work on the policy or on one clause."""
    if actor.is_anonymous:
        return None
    return db.session.get(Draft, (policy_id, actor.id, clause))


def find_latest_draft(policy_id: int, actor: Actor) -> Draft | None:
    """What the person wrote last and has not saved, on the whole policy or on one clause."""
    if actor.is_anonymous:
        return None
    kept = select(Draft).where(Draft.policy_id == policy_id, Draft.person_id == actor.id)
    return db.session.scalars(kept.order_by(Draft.kept_at.desc()).limit(1)).first()


def list_departments_with_policies(actor: Actor) -> Sequence[str]:
    """Names for the filter; departments that only have private drafts do not show."""
    return db.session.scalars(
        select(Department.name)
        .where(exists().where(Policy.department_id == Department.id, seen_by(actor)))
        .order_by(Department.name)
    ).all()


def is_public_now(policy: Policy) -> bool:
    """Whether visitors see the policy at this moment."""
    due = policy.publish_at is not None and policy.publish_at <= clock.now()
    return policy.is_public or due


def find_hidden_summary(revision_id: int) -> Hidden | None:
    """The marker of a revision whose reason line a moderator hid."""
    return db.session.scalar(select(Hidden).where(hides("summary", revision_id)))
