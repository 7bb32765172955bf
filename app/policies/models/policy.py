"""Tables of policies, their revisions and what belongs to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app import clock
from app.accounts.models import Department, Person
from app.database import Model, UTCDateTime
from app.policies.models.course import district_of
from app.policies.phases import Phase, effective_phase
from app.policies.seats import Byline, byline


class Policy(Model):
    """The thing being made. ``page_version`` rises with every change that its pages show.

    ``public_from`` is the first revision number that outsiders may read; earlier history stays
    with the drafting group. ``next_clause`` is the counter of clause ids, never turned back.
    ``opens_at`` and ``closes_at`` are when comments open and close; ``usual_closes_at``, where it is
    set, closes them earlier for every clause without a ClauseClosing. ``answers_at`` is from when on
    the answers that wait as drafts are published, ``announced_at`` when the decision becomes
    public, ``effective_at`` when it binds. ``held_phase`` is where a policy on hold stood,
    ``held_at`` since when.
    """

    __tablename__ = "policy"
    __table_args__ = (Index("ix_policy_listing", "is_public", "updated_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    phase: Mapped[str] = mapped_column(String(20), default="drafting")
    mode: Mapped[str] = mapped_column(String(10), default="reviewed")
    is_public: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    usual_closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answers_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    effective_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    held_phase: Mapped[str] = mapped_column(String(20), default="")
    held_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    publish_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    publish_history: Mapped[bool] = mapped_column(default=False)
    public_from: Mapped[int] = mapped_column(default=1)
    plain_summary: Mapped[str] = mapped_column(Text, default="")
    is_imported: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=0)  # of the latest call for comment
    head_number: Mapped[int] = mapped_column(default=0)
    page_version: Mapped[int] = mapped_column(default=1)
    next_clause: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    department: Mapped[Department | None] = relationship()
    owner: Mapped[Person | None] = relationship()

    @property
    def phase_now(self) -> Phase:
        """Where it stands at this moment: what time brings has happened, recorded or not."""
        return effective_phase(
            self.phase,
            clock.now(),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            announced_at=self.announced_at,
            effective_at=self.effective_at,
        )

    @property
    def is_frozen(self) -> bool:
        """Whether the text waits for its opening, as it was checked, and nobody may touch it."""
        is_ahead = self.opens_at is not None and self.opens_at > clock.now()
        return is_ahead and self.phase == Phase.DRAFTING


class PolicyAddress(Model):
    """A former slug that still leads to its policy."""

    __tablename__ = "policy_address"

    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))


class PolicyMember(Model):
    """A person whom the owner named: sees the private draft and, where ``edits``, writes on it."""

    __tablename__ = "policy_member"
    __table_args__ = (Index("ix_policy_member_person", "person_id"),)

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edits: Mapped[bool] = mapped_column(default=True)


class Revision(Model):
    """One saved, immutable version. Texts and outlines are compressed when written, never later.

    ``keyframe`` is the number of the revision whose plain text is the dictionary (its own number
    for a keyframe). ``sha256`` is over the uncompressed canonical text and is checked on read.
    ``kind``: edit, merge, restore, import, adopt, correct. ``merged_from`` is the base of a merged edit,
    ``restores`` the restored number. ``front`` keeps what an imported file said above its text and
    its date as written (JSON: front, date), for a faithful export.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        Index("ix_revision_author", "author_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    number: Mapped[int]
    parent: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(8))
    merged_from: Mapped[int | None]
    restores: Mapped[int | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    author_role: Mapped[str] = mapped_column(String(20))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    summary: Mapped[str] = mapped_column(String(500))
    summary_salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    front: Mapped[str] = mapped_column(Text, default="")
    keyframe: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    text_zstd: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    outline_zstd: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    author: Mapped[Person] = relationship()
    district: Mapped[str | None] = column_property(district_of(policy_id, author_id))

    @property
    def byline(self) -> Byline:
        """Its author as everybody reads it; imported authors have no page."""
        return byline_of(self.author, self.author_role, self.district)


class RevisionCredit(Model):
    """A revision draws on a suggestion: its number, whose words they were and in which role.

    The revision's author is who saved it. ``inserted`` (JSON) are the runs of words that the
    suggestion put into its own base, as ``text.attribution.inserted_runs`` finds them.
    """

    __tablename__ = "revision_credit"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    suggestion: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(20))
    inserted: Mapped[str] = mapped_column(Text, default="[]")

    person: Mapped[Person] = relationship()
    district: Mapped[str | None] = column_property(district_of(policy_id, person_id))

    @property
    def byline(self) -> Byline:
        """Whose words they were, as everybody reads it."""
        return byline_of(self.person, self.role, self.district)


def byline_of(person: Person, role: str, district: str | None) -> Byline:
    """How ``person``, in the role of that time, appears on a policy; ``district`` as in
    ``district_of``."""
    public_id = person.public_id if person.name_skeleton else ""
    return byline(person.name, public_id, role, person.speaks_for, district)


class ClauseOrigin(Model):
    """Where each word of a clause came from, as of a revision that changed the clause; derived.

    The row of clause "" holds the words that died in a revision, and says that it was attributed.
    """

    __tablename__ = "clause_origin"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    runs: Mapped[bytes] = mapped_column(LargeBinary)


class ClauseNote(Model):
    """Plain words, legal basis and reason of one clause, and the wording they were written for."""

    __tablename__ = "clause_note"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    plain: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    clause_hash: Mapped[str] = mapped_column(String(64))


class ClauseLink(Model):
    """A person's correction of the clause mapping, applied when reading."""

    __tablename__ = "clause_link"
    __table_args__ = (UniqueConstraint("policy_id", "revision", "from_clause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    revision: Mapped[int]
    from_clause: Mapped[str] = mapped_column(String(12))
    to_clause: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(500))


class GoneClause(Model):
    """A clause that left the head: the hash under which it may return, and its last words.

    ``last_number`` is the last revision that held it; its page keeps working and says so.
    """

    __tablename__ = "gone_clause"
    __table_args__ = (Index("ix_gone_clause_hash", "policy_id", "hash"),)

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    last_number: Mapped[int]


class Draft(Model):
    """A person's unsaved work on a policy, private; one per person, policy and clause ("" whole)."""

    __tablename__ = "draft"

    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    clause: Mapped[str] = mapped_column(String(12), primary_key=True, default="")
    base: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(String(500), default="")
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SavedForm(Model):
    """The once-only token of an edit form and where its first sending led."""

    __tablename__ = "saved_form"
    __table_args__ = {"sqlite_with_rowid": False}

    token: Mapped[str] = mapped_column(String(60), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    result: Mapped[str] = mapped_column(String(200))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
