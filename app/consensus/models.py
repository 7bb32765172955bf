"""Tables of the dashboard, all derived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class RevisionChange(Model):
    """Words one revision put into and took out of one clause (tokens of ``text/tokens.py``)."""

    __tablename__ = "revision_change"
    __table_args__ = (Index("ix_revision_change_clause", "policy_id", "clause", "number"),)

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    inserted: Mapped[int]
    deleted: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
