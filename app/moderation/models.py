"""Tables of flags, of what moderators did, and of reviews; the database asks for rule and reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.database import Model, UTCDateTime

_OPEN = text("closed_at IS NULL")


class ModerationCase(Model):
    """One thing that was flagged, until somebody has decided; at most one open case for each.

    ``kind`` and ``object_id`` as in ModerationAction, ``author_id`` whose words they are, ``rule``
    the first that was named. Words of officers are ``for_supervisors``: no volunteer acts on them.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        Index(
            "uq_moderation_case_open",
            "kind",
            "object_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_moderation_case_queue", "closed_at", "is_urgent", "id"),
        Index("ix_moderation_case_author", "author_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rule: Mapped[str] = mapped_column(String(20))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    for_supervisors: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    claimed_by: Mapped[Person | None] = relationship(foreign_keys=claimed_by_id)


class Flag(Model):
    """One reader's report: under which rule, in which words; ``by_id`` None for a visitor."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("case_id", "by_id"), Index("ix_flag_by", "by_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    rule: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ModerationAction(Model):
    """One act: what was done to which object, under which rule, why, in which role, when.

    ``kind`` comment, suggestion, summary, name, thread, policy, person or revision says what
    ``object_id`` names. ``person_id`` is whom it is about, ``by_id`` None when the site itself set words aside at
    a flag. ``until`` ends a suspension or a slowdown. ``reverses_id`` is the action that it takes
    back, ``is_mistake`` when its own author did so at once. One ``batch`` was decided at once.
    """

    __tablename__ = "moderation_action"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("length(rule) > 0", name="rule_given"),
        Index("ix_moderation_action_object", "kind", "object_id"),
        Index("ix_moderation_action_person", "person_id"),
        Index("ix_moderation_action_case", "case_id"),
        Index("ix_moderation_action_reverses", "reverses_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_case.id"))
    rule: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))  # of the reason's hash in the ledger
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_action.id"))
    is_mistake: Mapped[bool] = mapped_column(default=False)
    batch: Mapped[str] = mapped_column(String(16), default="")


class Appeal(Model):
    """Somebody concerned asks that another person looks at an action again; once for each action.

    ``by_id`` None: asked with the look-up code of the contribution. ``outcome``: upheld or
    overturned; ``reversal_id`` the action that took the first one back.
    """

    __tablename__ = "appeal"
    __table_args__ = (Index("ix_appeal_open", "decided_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("moderation_action.id"), unique=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_role: Mapped[str] = mapped_column(String(20), default="")
    outcome: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    reversal_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_action.id"))

    action: Mapped[ModerationAction] = relationship(foreign_keys=action_id)


class Removal(Model):
    """A text removed for good: proposed by one, confirmed by a supervisor, then swept by the worker.

    ``ground`` personal_data or court_order. ``text_hash`` is SHA-256 over ``salt`` and the words,
    kind, object and policy say where they stood. ``decided_reason`` is the supervisor's line, needed
    to refuse. ``swept_at``: nothing on disk holds them any more.
    """

    __tablename__ = "removal"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_given"),
        Index("ix_removal_object", "kind", "object_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[int]
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ground: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    decided_reason: Mapped[str] = mapped_column(String(500), default="")
    text_hash: Mapped[str] = mapped_column(String(64), default="")
    swept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class HiddenName(Model):
    """The name a person had chosen, while a neutral one stands in its place."""

    __tablename__ = "hidden_name"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    action_id: Mapped[int] = mapped_column(ForeignKey("moderation_action.id"))


class HandOver(Model):
    """What one volunteer on duty tells the next."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    by: Mapped[Person] = relationship()


class Inspection(Model):
    """A note of a supervisor on how something was handled, and the reply of those concerned.

    ``about`` names it: ``action:12``, ``policy`` or ``overdue``; the policy's public record shows it.
    """

    __tablename__ = "inspection"
    __table_args__ = (Index("ix_inspection_policy", "policy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    about: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replied_role: Mapped[str] = mapped_column(String(20), default="")
    replied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
