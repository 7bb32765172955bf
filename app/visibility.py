"""What is private or hidden, and the one filter that every query of such things uses.

A private policy exists only for its department and the people its owner named; for everybody else
it is absent from every list, feed, search, export and count. Hidden texts lie in one table and
leave every path.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
    case,
    exists,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import ColumnElement

from app.access.actor import Actor
from app.database import Model, UTCDateTime


class Hidden(Model):
    """One hidden text: which, since when, and what the marker in its place says.

    Rule, reason and role are those of the action, repeated here because the domains that show the
    marker stand below moderation. ``ground`` (personal_data, court_order) and ``removed_at``: the
    words were removed for good, and nothing can bring them back.
    """

    __tablename__ = "hidden"
    __table_args__ = (UniqueConstraint("kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # comment, suggestion, summary, name
    object_id: Mapped[int]
    action_id: Mapped[int] = mapped_column(ForeignKey("moderation_action.id"))
    rule: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    by_role: Mapped[str] = mapped_column(String(20))
    hidden_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ground: Mapped[str] = mapped_column(String(20), default="")
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def hides(kind: str, object_id: Any) -> ColumnElement[bool]:
    """SQL, for a join: whether a row of Hidden is about the object of that kind."""
    return and_(Hidden.kind == kind, Hidden.object_id == object_id)


def is_hidden(kind: str, object_id: Any) -> ColumnElement[bool]:
    """SQL: whether the object of that kind is hidden."""
    return exists().where(hides(kind, object_id))


def is_open_to_all(policy: Any, now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """SQL: whether everybody may see the row of ``policy``.

    A publication that is due counts at its second, even while the worker that records it is away.
    """
    due = and_(policy.publish_at.is_not(None), policy.publish_at <= now)
    return or_(policy.is_public.is_(True), due)


def is_inside(policy: Any, member: Any, actor: Actor) -> ColumnElement[bool]:
    """SQL: whether ``actor`` works on the policy: owner, named by the owner, or of its department."""
    named = exists().where(member.policy_id == policy.id, member.person_id == actor.id)
    ways = [policy.owner_id == actor.id, named]
    if actor.department_id is not None:
        ways.append(policy.department_id == actor.department_id)
    return or_(*ways)


def is_visible(policy: Any, member: Any, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """SQL: the one filter for policies, by ``actor`` at ``now``."""
    if actor.is_anonymous or actor.is_suspended:
        return is_open_to_all(policy, now)
    return or_(is_open_to_all(policy, now), is_inside(policy, member, actor))


def is_open_history(policy: Any, member: Any, revision: Any, actor: Actor) -> ColumnElement[bool]:
    """SQL: whether ``actor``, who sees the policy, may read this revision of it.

    Says of rows what ``policies.queries.first_number`` says of one policy: outsiders begin where
    it was made public, also while a publication that is due waits for the worker.
    """
    since = case(
        (policy.published_at.is_not(None), policy.public_from),
        (policy.publish_history.is_(True), 1),
        else_=policy.head_number,
    )
    opened: ColumnElement[bool] = revision.number >= since
    if actor.is_anonymous or actor.is_suspended:
        return opened
    return or_(opened, is_inside(policy, member, actor))
