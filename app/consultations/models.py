"""Tables of calls for comment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, UTCDateTime


class ConsultationCall(Model):
    """How a policy asks for comments; when they close is ``Policy.closes_at``.

    ``question`` is the heading, in the policy's language as all its texts. ``answer_days`` are
    counted from closing. ``short_reason`` says in public why the time is shorter than usual.
    ``address`` takes letters, ``how_else`` names other ways besides them.
    """

    __tablename__ = "consultation_call"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer_days: Mapped[int] = mapped_column(default=60)
    short_reason: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")
    meetings: Mapped[str] = mapped_column(Text, default="")
    how_else: Mapped[str] = mapped_column(Text, default="")


class CallClause(Model):
    """One of the clauses that a call asks about, and the question."""

    __tablename__ = "call_clause"

    policy_id: Mapped[int] = mapped_column(
        ForeignKey("consultation_call.policy_id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(String(12))
    question: Mapped[str] = mapped_column(String(200))
