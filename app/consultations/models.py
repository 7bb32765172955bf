"""Tables of calls for comment, what belongs to one, and the acts of the office on a draft."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.database import Model, UTCDateTime


class ConsultationCall(Model):
    """How a policy asks for comments, one row a round; when they close is ``Policy.closes_at``.

    ``question`` is the heading, in the policy's language as all its texts. ``answer_days`` are
    counted from closing. ``short_reason`` says in public why the time is shorter than usual.
    ``address`` takes letters, ``how_else`` names other ways besides them. ``revision`` is the text
    that was asked about, frozen; its check code stands on the notice. ``audience`` says who is
    asked, ``closed_at`` when the round ended (None while it runs), ``held_days`` how long it was
    on hold after closing, which the answers may take longer. ``ended_early`` is the reason when
    the round was taken back (the wrong text, say).
    """

    __tablename__ = "consultation_call"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, default=1)
    question: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revision: Mapped[int] = mapped_column(default=0)
    answer_days: Mapped[int] = mapped_column(default=60)
    held_days: Mapped[int] = mapped_column(default=0)
    short_reason: Mapped[str] = mapped_column(Text, default="")
    ended_early: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    meetings: Mapped[str] = mapped_column(Text, default="")
    how_else: Mapped[str] = mapped_column(Text, default="")


class CallClause(Model):
    """One of the clauses that a call asks about, and the question."""

    __tablename__ = "call_clause"
    __table_args__ = (
        ForeignKeyConstraint(
            ["policy_id", "round"], ["consultation_call.policy_id", "consultation_call.round"]
        ),
    )

    policy_id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, default=1)
    position: Mapped[int] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(String(12))
    question: Mapped[str] = mapped_column(String(200))


class Annex(Model):
    """A paper of a draft, published with it; ``kind`` explanation is what opening asks for."""

    __tablename__ = "annex"
    __table_args__ = (Index("ix_annex_policy", "policy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    kind: Mapped[str] = mapped_column(String(16))  # explanation, paper
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Meeting(Model):
    """A hearing, a round table or an expert meeting about a draft, before and after it was held.

    ``short_reason``: why a hearing is announced fewer than 30 days ahead. ``record`` is written
    afterwards, signed in ``signed_by``.
    """

    __tablename__ = "meeting"
    __table_args__ = (Index("ix_meeting_policy", "policy_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    kind: Mapped[str] = mapped_column(String(12))  # hearing, round_table, expert
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(String(200))
    how: Mapped[str] = mapped_column(Text, default="")
    choice: Mapped[str] = mapped_column(Text, default="")
    participants: Mapped[str] = mapped_column(Text, default="")
    papers: Mapped[str] = mapped_column(Text, default="")
    record: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[str] = mapped_column(String(200), default="")
    short_reason: Mapped[str] = mapped_column(Text, default="")
    announced_at: Mapped[datetime] = mapped_column(UTCDateTime)
    called_off: Mapped[str] = mapped_column(Text, default="")


class DepartmentOpinion(Model):
    """What another department was asked, by when, and what it said; ``remaining`` disagreement."""

    __tablename__ = "department_opinion"
    __table_args__ = (UniqueConstraint("policy_id", "department"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    department: Mapped[str] = mapped_column(String(120))
    asked_on: Mapped[date]
    due_on: Mapped[date]
    received_on: Mapped[date | None]
    words: Mapped[str] = mapped_column(Text, default="")
    remaining: Mapped[str] = mapped_column(Text, default="")


class ExpertOpinion(Model):
    """A signed opinion on a draft or one clause; without affiliation and interest there is none."""

    __tablename__ = "expert_opinion"
    __table_args__ = (Index("ix_expert_opinion_policy", "policy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    clause: Mapped[str | None] = mapped_column(String(12))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_name: Mapped[str] = mapped_column(String(80))
    affiliation: Mapped[str] = mapped_column(String(200))
    interest: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OfficeAct(Model):
    """An act that two officers do and that can be called off until its time.

    ``kind`` make_public, open_consultation, publish_answers, publish_decision. ``wanted`` (JSON) is
    what was asked for, ``check_code`` the hash of all that was looked at: it may not change
    between asking and agreeing. ``at`` is when it takes effect. ``alone_reason`` is the recorded
    waiver where a department has one officer. ``state`` asked, agreed, sent_back, called_off,
    done; ``note`` says why it was sent back or called off.
    """

    __tablename__ = "office_act"
    __table_args__ = (Index("ix_office_act_policy", "policy_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    kind: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[str] = mapped_column(Text, default="{}")
    check_code: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    alone_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default="asked")
    note: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    asked_by: Mapped[Person] = relationship(foreign_keys=asked_by_id)
    agreed_by: Mapped[Person | None] = relationship(foreign_keys=agreed_by_id)


class Correction(Model):
    """A published correction of the text: revision ``number`` puts right the one before it.

    ``phase`` is when: while comments were open, or after publication. ``is_editorial``: the closing
    time stands; others run the full period again for ``clauses`` (ids with blanks between).
    """

    __tablename__ = "correction"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    phase: Mapped[str] = mapped_column(String(20))
    clauses: Mapped[str] = mapped_column(Text)
    is_editorial: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ChangeSource(Model):
    """Why a revision after the consultation changed a clause: ``kind`` contribution (``numbers``),
    legal_review, or own: the department's own change, with its ``reason``."""

    __tablename__ = "change_source"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    numbers: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class LegalReview(Model):
    """The conclusion of the legality review of one text: ``is_lawful``, and in which words.

    ``revision`` is the text that was reviewed. An unlawful one cannot be overridden.
    """

    __tablename__ = "legal_review"
    __table_args__ = (Index("ix_legal_review_policy", "policy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    revision: Mapped[int]
    is_lawful: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Decision(Model):
    """The decision maker's act on a text: ``outcome`` adopt, return or reject, with its reasons.

    ``document_number`` is 发文字号, ``body`` who decided, ``effective_on`` when it binds;
    ``short_reason`` why it binds fewer than 30 days after publication.
    """

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_policy", "policy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    revision: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(8))
    body: Mapped[str] = mapped_column(String(120), default="")
    document_number: Mapped[str] = mapped_column(String(60), default="")
    passed_on: Mapped[date | None]
    signed_by: Mapped[str] = mapped_column(String(80), default="")
    effective_on: Mapped[date | None]
    short_reason: Mapped[str] = mapped_column(Text, default="")
    reasons: Mapped[str] = mapped_column(Text, default="")
    dissent: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Holiday(Model):
    """A day of the site's calendar that is otherwise than its weekday: free, or worked."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(80), default="")
