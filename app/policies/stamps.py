"""What pages are kept under: the version of what a policy shows, and how its reader stands to it.

Asked before every kept page and every save, so each is one SELECT past the session (``database.Lookup``).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import Integer, and_, bindparam, case, exists, func, literal, or_, select

from app import clock
from app.access.actor import Actor
from app.database import Lookup, UTCDateTime
from app.policies.models import ClauseClosing, Draft, Policy, PolicyMember
from app.policies.phases import Mode, Phase
from app.visibility import is_inside, is_open_to_all

# At the second when comments open or close, or a decision is announced or binds, a kept page is
# out of date, though nothing was written: so many of these moments lie behind.
_NOW = bindparam("now", type_=UTCDateTime())
_MOMENTS = sum(
    (
        case((and_(or_(*(Policy.phase == phase for phase in phases)), moment <= _NOW), 1), else_=0)
        for phases, moment in (
            ((Phase.DRAFTING,), Policy.opens_at),
            ((Phase.DRAFTING, Phase.CONSULTATION), Policy.usual_closes_at),
            ((Phase.DRAFTING, Phase.CONSULTATION), Policy.closes_at),
            ((Phase.DECISION,), Policy.announced_at),
            ((Phase.DECISION, Phase.PUBLISHED), Policy.effective_at),
        )
    ),
    start=case(
        (
            Policy.usual_closes_at.is_not(None),
            select(func.count())
            .where(ClauseClosing.policy_id == Policy.id, ClauseClosing.closes_at <= _NOW)
            .scalar_subquery(),
        ),
        else_=literal(0),
    ),
)
_STAMP = Lookup(
    select(Policy.id, Policy.page_version, _MOMENTS).where(
        Policy.slug == bindparam("slug"),
        is_open_to_all(Policy, bindparam("now", type_=UTCDateTime())),
    )
)


def find_stamp(slug: str) -> str | None:
    """Id and page version of a policy that visitors may see."""
    row = _STAMP.first(slug=slug, now=clock.now())
    return _stamp(*row) if row else None


def _stamp(policy_id: int, version: int, moments: int) -> str:
    return f"{policy_id}.{version}.{moments}"


_READER: Any = SimpleNamespace(
    id=bindparam("person", type_=Integer), department_id=bindparam("department", type_=Integer)
)
_STANDING = Lookup(
    select(
        Policy.id,
        Policy.page_version,
        _MOMENTS,
        is_open_to_all(Policy, bindparam("now", type_=UTCDateTime())),
        is_inside(Policy, PolicyMember, _READER),
        Policy.owner_id == _READER.id,
        exists().where(
            PolicyMember.policy_id == Policy.id,
            PolicyMember.person_id == _READER.id,
            PolicyMember.edits,
        ),
        exists().where(
            Draft.policy_id == Policy.id, Draft.person_id == _READER.id, Draft.clause == ""
        ),
    ).where(Policy.slug == bindparam("slug"))
)


def find_standing(slug: str, actor: Actor) -> tuple[str, str] | None:
    """The stamp of a policy and what its pages show of ``actor``; None when they may not see it."""
    now = clock.now()
    row = _STANDING.first(slug=slug, now=now, person=actor.id, department=actor.department_id)
    if row is None or actor.is_suspended:
        return None
    policy_id, version, moments, *facts = row
    is_open, is_inside_, *_ = facts
    if not (is_open or is_inside_):
        return None
    bits = "".join(str(int(bool(fact))) for fact in facts)
    return _stamp(policy_id, version, moments), f"{actor.role} {actor.confirmation} {bits}"


_OUTSIDE = Lookup(
    select(
        Policy.mode == Mode.REVIEWED,
        Policy.owner_id.is_distinct_from(_READER.id),
        ~exists().where(
            PolicyMember.policy_id == Policy.id,
            PolicyMember.person_id == _READER.id,
            PolicyMember.edits,
        ),
    ).where(Policy.slug == bindparam("slug"))
)


def may_be_reviewed(slug: str, actor: Actor) -> bool:
    """Whether a save by ``actor`` may be one that becomes a suggestion: False for the drafting
    group and outside mode ``reviewed``. Asked of every save; True at a former address."""
    row = _OUTSIDE.first(slug=slug, person=actor.id)
    return row is None or all(row)
