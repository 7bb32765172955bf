"""Tables of contributions, the words that were kept before sending, and the answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Department, Person
from app.database import Model, UTCDateTime
from app.discussions.models import Thread
from app.policies.models import Policy

_COUNTED = ("author_id", "channel", "sent_at", "held_until")  # who may read it hangs on these
_OWED = ("is_late", "parts", *_COUNTED)
_LISTED = ("kind", "state", "after", *_COUNTED)
_HELD = text("held_until IS NOT NULL")


class Contribution(Model):
    """One numbered thing that a person sent and that is owed an answer.

    ``clause`` is what it is about (None: the whole draft), ``after`` where a new article was to
    stand; ``base`` is the revision it was written on. A suggestion's reason lies here and its
    words in SuggestedChange; a comment, question or objection lies in ``thread``. ``state`` is
    open, answered, replaced or withdrawn; ``fit`` (fits, rework, superseded) says of a suggestion
    how it stands to revision ``fit_number``. ``news_at`` is when something happened that its
    author should see, ``seen_at`` when the author last looked. ``lookup_hash`` is the keyed hash
    of the look-up code, ``edit_token`` the once-only token of the form. ``erased_at``: the words
    are gone. ``channel`` says how it came ("" through this site; see PaperRecord), ``round`` in
    which call for comment (0: while the draft was written), ``is_owed`` that it is owed an answer.
    ``comment_id`` is the reply it stands for, where a volunteer marked one. ``is_hand_grouped``: a
    person put it into ``group_id`` or out of it, and the machine leaves it there. ``parts`` is into
    how many points it was split (0: none).
    """

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        UniqueConstraint("policy_id", "edit_token"),
        # Lists and counts of a hundred thousand read nothing but one of these.
        Index("ix_contribution_clause", "policy_id", "clause", "number", *_LISTED, "group_id"),
        Index("ix_contribution_number", "policy_id", "number", "clause", *_LISTED, "group_id"),
        Index("ix_contribution_group", "group_id", "number", "policy_id", "clause", *_LISTED),
        Index("ix_contribution_fit", "policy_id", "kind", "state", "fit_number", "base", *_COUNTED),
        Index("ix_contribution_author", "author_id"),
        Index("ix_contribution_owed", "policy_id", "is_owed", "state", "number", *_OWED),
        Index("ix_contribution_held", "held_until", sqlite_where=_HELD, postgresql_where=_HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))  # suggestion, comment, question, objection
    clause: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str | None] = mapped_column(String(12))
    base: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    author_role: Mapped[str] = mapped_column(String(20))
    speaks_for: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_late: Mapped[bool] = mapped_column(default=False)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="open")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    fit: Mapped[str] = mapped_column(String(12), default="")
    fit_number: Mapped[int] = mapped_column(default=0)
    superseded_by: Mapped[int | None]
    news_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lookup_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    edit_token: Mapped[str | None] = mapped_column(String(60))
    sketch: Mapped[bytes | None] = mapped_column(LargeBinary)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"))
    is_hand_grouped: Mapped[bool] = mapped_column(default=False)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), unique=True)
    channel: Mapped[str] = mapped_column(String(12), default="")
    round: Mapped[int] = mapped_column(default=0)
    is_owed: Mapped[bool] = mapped_column(default=True)
    parts: Mapped[int] = mapped_column(default=0)
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    policy: Mapped[Policy] = relationship()
    author: Mapped[Person] = relationship()
    thread: Mapped[Thread | None] = relationship()


class SuggestedChange(Model):
    """One operation of a suggestion: ``kind`` reword, remove or insert; see ``text.operations``.

    ``base_hash`` is the hash of the clause's words it was written on, ``text`` the new ones.
    """

    __tablename__ = "suggested_change"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    clause: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str | None] = mapped_column(String(12))
    base_hash: Mapped[str] = mapped_column(String(64), default="")
    text: Mapped[str] = mapped_column(Text, default="")


class Answer(Model):
    """What became of a contribution: outcome, reason, and the revision and clauses it led to.

    A published answer is never edited; a further one stands beside it. ``clauses`` are ids with
    blanks between; ``reference`` names the law and article, or the office, that the outcome needs.
    ``part`` is the point of a split contribution that it answers, 0 for all of it.
    """

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_contribution", "contribution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    reference: Mapped[str] = mapped_column(String(200), default="")
    clauses: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    part: Mapped[int] = mapped_column(default=0)

    by: Mapped[Person] = relationship()
    department: Mapped[Department | None] = relationship()


class KeptWords(Model):
    """What somebody wrote in the form and has not sent: kept 30 days, seen by nobody else.

    Who holds the continue code (in a cookie, or written down) may go on; ``person_id`` besides
    when they were signed in. ``edit_token`` is the form's, so however often and from wherever it
    is sent, it is one contribution; ``sent_as`` is its number then. ``revised`` counts keepings,
    so that two browsers do not overwrite each other unseen.
    """

    __tablename__ = "kept_words"
    __table_args__ = (Index("ix_kept_words_person", "person_id", "policy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    clause: Mapped[str | None] = mapped_column(String(12))
    after: Mapped[str | None] = mapped_column(String(12))
    base: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(12), default="comment")
    edit_token: Mapped[str] = mapped_column(String(60), unique=True)
    revised: Mapped[int] = mapped_column(default=1)
    sent_as: Mapped[int | None]
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    policy: Mapped[Policy] = relationship()


class ContributionBand(Model):
    """One band of the sketch of a contribution's words: near-identical texts share one."""

    __tablename__ = "contribution_band"
    __table_args__ = (Index("ix_contribution_band_value", "policy_id", "value"),)

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    value: Mapped[int] = mapped_column(BigInteger)


class AnswerDraft(Model):
    """An answer as the desk has it before publication: seen by the officers of the draft only.

    The fields are those of Answer; one for a contribution, or one for each point of a split one.
    ``is_further``: the contribution has a published answer and this will stand beside it.
    """

    __tablename__ = "answer_draft"
    __table_args__ = (Index("ix_answer_draft_policy", "policy_id"),)

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, default=0)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(200), default="")
    clauses: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_further: Mapped[bool] = mapped_column(default=False)

    by: Mapped[Person] = relationship()


class ContributionPart(Model):
    """One point of a contribution that an officer split (23-1, 23-2), in words taken from it."""

    __tablename__ = "contribution_part"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class SavedReason(Model):
    """A reason that an officer keeps for the answers of one policy, under a short name."""

    __tablename__ = "saved_reason"
    __table_args__ = (UniqueConstraint("policy_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    name: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Assignment(Model):
    """Who is to write the answer to a contribution and until when, and the private note on it."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_person", "to_id"),)

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    to: Mapped[Person | None] = relationship(foreign_keys=to_id)


class PaperRecord(Model):
    """How words came that staff entered: letter, call, fax, visit, hearing or hotline record.

    The contribution's author is a person row without contact. ``name`` is who it was from, shown
    when ``shows_name``; ``place`` is where in the text, in their words; ``scan`` is the name of a
    file that is never public; ``import_key`` makes importing twice importing once.
    """

    __tablename__ = "paper_record"
    __table_args__ = (UniqueConstraint("import_key"),)

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(12))
    received_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(120), default="")
    shows_name: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(200), default="")
    scan: Mapped[str] = mapped_column(String(120), default="")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    import_key: Mapped[str | None] = mapped_column(String(80))

    entered_by: Mapped[Person] = relationship()
    department: Mapped[Department | None] = relationship()
