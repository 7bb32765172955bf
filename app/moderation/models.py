"""Tables of what moderators did; reason and rule are required by the database, not the form."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class ModerationAction(Model):
    """One act: what was done to which object, under which rule, why, in which role, when."""

    __tablename__ = "moderation_action"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("length(rule) > 0", name="rule_given"),
        Index("ix_moderation_action_object", "kind", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(12))  # hide, show
    kind: Mapped[str] = mapped_column(String(20))  # comment, suggestion, summary
    object_id: Mapped[int]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    rule: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))  # of the reason's hash in the ledger
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
