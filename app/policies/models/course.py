"""Tables of the course of a policy: who works on it, what it was let off, how it moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, ScalarSelect, String, Text, func, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from app.accounts.models import Person
from app.database import Model, UTCDateTime
from app.policies.seats import SeatKind


class Seat(Model):
    """A place in a policy's work, shown in public: of a person, or of a body without an account.

    ``kind`` is one of ``policies.seats.SeatKind``. ``body`` is the office, firm or community;
    ``shows_name`` False: a front-line officer appears as that, with the district in ``body``.
    """

    __tablename__ = "seat"
    __table_args__ = (
        Index("ix_seat_policy", "policy_id", "kind"),
        Index("ix_seat_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    kind: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str] = mapped_column(String(120), default="")
    shows_name: Mapped[bool] = mapped_column(default=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)


# Made once: a new alias copies every column of its table, which costs more than the SELECT.
_front_line = aliased(Seat, name="front_line")


def district_of(policy_id: Any, person_id: Any) -> ScalarSelect[str | None]:
    """SQL: the district under which a front-line officer appears on a policy in place of the name;
    NULL for everybody else.

    The one place that decides it. A seat that has ended goes on hiding the name: the words were
    written under it.
    """
    hides = select(func.max(_front_line.body)).where(
        _front_line.policy_id == policy_id,
        _front_line.person_id == person_id,
        _front_line.kind == SeatKind.FRONT_LINE,
        _front_line.shows_name.is_(False),
    )
    return hides.correlate_except(_front_line).scalar_subquery()


class Waiver(Model):
    """A duty that a policy is let off, with the public reason: ``what`` is ``phase:trial``,
    ``seat:legal_reviewer``, ``second_officer`` and the like; one per policy and duty."""

    __tablename__ = "waiver"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class PhaseStep(Model):
    """One move of a policy, as its page lists them; ``by_id`` None: the clock did it."""

    __tablename__ = "phase_step"
    __table_args__ = (Index("ix_phase_step_policy", "policy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    came_from: Mapped[str] = mapped_column(String(20))
    phase: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_role: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class ClauseClosing(Model):
    """A clause whose words were corrected while comments were open, and its own closing time."""

    __tablename__ = "clause_closing"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
