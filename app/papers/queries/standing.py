"""With whose eyes a paper is made: everybody's, the drafting group's, the office's."""

from __future__ import annotations

from sqlalchemy import select

from app.access.actor import VISITOR, Actor, Role
from app.access.acts import Act
from app.access.grants import may
from app.database import db
from app.papers.rules import Standing
from app.policies.models import Policy
from app.policies.queries import is_insider, is_public_now
from app.policies.queries.course import office_facts


def standing_of(policy: Policy, actor: Actor) -> Standing:
    """Whose paper of ``policy`` this reader gets."""
    if may(actor, Act.SEE_OFFICE, office_facts(policy, actor)):
        return Standing.OFFICE
    if is_insider(policy, actor) or not is_public_now(policy):
        return Standing.GROUP
    return Standing.PUBLIC


def reader_for(slug: str, standing: Standing) -> Actor:
    """Somebody of that standing, for the queries that gather a paper.

    No person: of the owner's id and the department, so that the one filter of private drafts lets
    it in, and in no other draft than those of the department is it anybody.
    """
    if standing is Standing.PUBLIC:
        return VISITOR
    row = db.session.execute(
        select(Policy.owner_id, Policy.department_id).where(Policy.slug == slug)
    ).first()
    if row is None:
        return VISITOR
    role = Role.OFFICER if standing is Standing.OFFICE else Role.RESIDENT
    return Actor(id=row.owner_id or 0, role=role, department_id=row.department_id)


def stamp_of(policy: Policy) -> str:
    """What a paper of the policy, as it is now, is kept under."""
    return f"{policy.id}.{policy.page_version}.{policy.head_number}.{policy.phase_now}"
