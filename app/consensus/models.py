"""Tables of the dashboard. Positions, readings, thresholds and marks are facts that people stated;
all other rows are derived and may be dropped and rebuilt."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.database import Model, UTCDateTime


class RevisionChange(Model):
    """What one revision did to the words of one clause (tokens of ``text/tokens.py``).

    ``kind`` is editorial, substantive or normative. ``undone`` are the ids of the people whose
    token actions it took back, blanks between. ``is_bulk``: too large to lay side by side, so the
    figures count the whole clause and nothing is said of undoing. A law changes in dozens of
    clauses at a time, so a row holds only what the revision does not. Clause before number: one key
    serves the history of a clause and the sums of a policy.
    """

    __tablename__ = "revision_change"
    __table_args__ = {"sqlite_with_rowid": False}

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    inserted: Mapped[int]
    deleted: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12), default="substantive")
    undone: Mapped[str] = mapped_column(Text, default="")
    is_bulk: Mapped[bool] = mapped_column(default=False)


class ClauseLife(Model):
    """Every token that a clause ever had, when it came and went, and whose it is by the strict rule;
    ``packed`` as ``rules.life`` writes it, as of revision ``number``."""

    __tablename__ = "clause_life"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    number: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class MeasuredPolicy(Model):
    """How far a policy was measured: up to revision ``number``, by the definitions of ``version``.

    ``version`` 0: a rebuild is due. ``evaluated_on`` is the day (of the site) of the latest daily
    evaluation, ``counted_on`` that of the latest public totals of positions.
    """

    __tablename__ = "measured_policy"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    evaluated_on: Mapped[date | None]
    counted_on: Mapped[date | None]


class ClauseState(Model):
    """How one clause of the head stands, as the dashboard and the margin of the draft show it.

    ``found`` is the status by the latest evaluation, ``shown`` the one that is shown (a calmer one
    waits for two daily evaluations; ``waiting_since`` is the first of them). ``reason`` is the code
    of the rule that held, ``regime`` (editable, frozen) by which rules. ``figures`` is JSON of
    ``rules.figures.ClauseFigures``. ``wording`` is that of ``rules.wording``; ``changed_number`` and
    ``changed_at`` are the last change that was not editorial. ``is_under_review``: another status
    would be shown without accounts that stand out.
    """

    __tablename__ = "clause_state"
    __table_args__ = (Index("ix_clause_state_shown", "shown", "policy_id"),)

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    position: Mapped[int]
    wording: Mapped[str] = mapped_column(String(16))
    changed_number: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    found: Mapped[str] = mapped_column(String(12))
    shown: Mapped[str] = mapped_column(String(12))
    waiting_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(24), default="")
    regime: Mapped[str] = mapped_column(String(8))
    figures: Mapped[str] = mapped_column(Text)
    is_under_review: Mapped[bool] = mapped_column(default=False)
    evaluated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StatusRun(Model):
    """Daily evaluations of a policy that gave the same, one after the other: ``times`` of them from
    ``first_at`` to ``last_at``. ``states``: packed JSON, by clause what was found and shown."""

    __tablename__ = "status_run"
    __table_args__ = (Index("ix_status_run_policy", "policy_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    times: Mapped[int] = mapped_column(default=1)
    regime: Mapped[str] = mapped_column(String(8))
    states: Mapped[bytes] = mapped_column(LargeBinary)


class PolicyFigure(Model):
    """Figures of a whole policy that take too long for a page: ``data`` is packed JSON.

    ``number`` is the revision they were counted of, ``computed_at`` when.
    """

    __tablename__ = "policy_figure"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int]
    computed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Position(Model):
    """A person's stance on one wording; one per person and statement, changeable.

    ``statement`` is ``c-<clause id>`` or ``s-<number of a suggestion>``; ``wording`` and ``number``
    say which words of which revision. Role, confirmation and ``is_body`` (speaks for a body) are
    those of the moment. ``choice`` is agree, disagree or pass.
    """

    __tablename__ = "position"
    __table_args__ = (
        UniqueConstraint("policy_id", "statement", "person_id"),
        Index("ix_position_person", "person_id", "policy_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    statement: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20))
    confirmation: Mapped[str] = mapped_column(String(20))
    is_body: Mapped[bool] = mapped_column(default=False)
    choice: Mapped[str] = mapped_column(String(8))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    wording: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class PositionCount(Model):
    """How many positions of each choice; written in the transaction of the position itself."""

    __tablename__ = "position_count"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    statement: Mapped[str] = mapped_column(String(16), primary_key=True)
    wording: Mapped[str] = mapped_column(String(16), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    confirmation: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_body: Mapped[bool] = mapped_column(primary_key=True)
    agree: Mapped[int] = mapped_column(default=0)
    disagree: Mapped[int] = mapped_column(default=0)
    unsure: Mapped[int] = mapped_column(default=0)  # choice "pass"


class Reading(Model):
    """A person pressed *Read, no comment* at a clause in this wording; taking it back deletes it.

    Reading itself is never tracked.
    """

    __tablename__ = "reading"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    confirmation: Mapped[str] = mapped_column(String(20))
    wording: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ThresholdChange(Model):
    """A threshold that a policy set for itself, with the reason; the latest row of a name counts."""

    __tablename__ = "threshold_change"
    __table_args__ = (Index("ix_threshold_change_policy", "policy_id", "name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    name: Mapped[str] = mapped_column(String(32))
    value: Mapped[int]
    was: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class VandalismMark(Model):
    """A revision that a moderation action called vandalism; it and its revert are counted apart.

    The action holds rule, reason and role. ``ended_at``: the mark was taken off.
    """

    __tablename__ = "vandalism_mark"
    __table_args__ = (Index("ix_vandalism_mark_policy", "policy_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    number: Mapped[int]
    action_id: Mapped[int] = mapped_column(ForeignKey("moderation_action.id"))
    by_role: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
