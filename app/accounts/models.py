"""Tables of people, departments and their sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.access.actor import Actor, Confirmation, Role
from app.database import Model, UTCDateTime


class Department(Model):
    """A responsible body; drafts belong to one, officers speak for one."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Person(Model):
    """An account, or the imported name of an author who never signs in (no email, no phone).

    ``hides_list``: others are not shown the list of what this person wrote. ``erased_at``: the
    person left; address, name and sign-ins are gone, what they wrote stays under ``public_id``.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    # NFKC, casefold and look-alikes folded: "Ｏffice" cannot pass for "Office". Null for imported.
    name_skeleton: Mapped[str | None] = mapped_column(String(120), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20), default=Role.RESIDENT)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    speaks_for: Mapped[str] = mapped_column(String(120), default="")
    confirmation: Mapped[str] = mapped_column(String(20), default=Confirmation.NONE)
    locale: Mapped[str] = mapped_column(String(12), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    suspended_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hides_list: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    department: Mapped[Department | None] = relationship()

    def actor(self, now: datetime, origin: str = "") -> Actor:
        """This person as the plain facts that permissions are asked with."""
        return Actor(
            id=self.id,
            public_id=self.public_id,
            name=self.name,
            role=Role(self.role),
            department_id=self.department_id,
            speaks_for=self.speaks_for,
            confirmation=Confirmation(self.confirmation),
            is_suspended=self.suspended_until is not None and self.suspended_until > now,
            origin=origin,
            joined_at=self.created_at,
        )


class ConfirmationRecord(Model):
    """Who confirmed which level of whom, and when; ``by_id`` None: by a code that was sent."""

    __tablename__ = "confirmation_record"
    __table_args__ = (Index("ix_confirmation_record_person", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    level: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_command: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignIn(Model):
    """One signed-in browser; deleting the row signs it out at once. Only the hash is stored."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person", "person_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OneTimeCode(Model):
    """A six-figure code or a reset link sent to an address; only its hash is stored.

    ``person_id`` None: the address has no account, and the code was not sent (but for joining).
    """

    __tablename__ = "one_time_code"
    __table_args__ = (Index("ix_one_time_code_address", "address", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(254))
    purpose: Mapped[str] = mapped_column(String(20))  # code, join, reset
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries_left: Mapped[int] = mapped_column(default=5)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OutgoingMessage(Model):
    """A mail or text message waiting for the worker; written in the transaction that needs it."""

    __tablename__ = "outgoing_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))  # mail, sms
    address: Mapped[str] = mapped_column(String(254))
    template: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(12))
    values: Mapped[str] = mapped_column(Text)  # JSON
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Throttle(Model):
    """How often something was tried from one key within the current window."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    window_ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    count: Mapped[int]
