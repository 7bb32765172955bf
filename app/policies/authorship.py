"""Who wrote which words of a version: read from the stored attribution, as far as one may know.

Outsiders see words from before the publication as such, without names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.access.actor import Actor
from app.database import db
from app.policies.models import ClauseOrigin, Policy, Revision, RevisionCredit
from app.policies.queries import first_number, get_revision
from app.policies.versions import get_version
from app.text import attribution
from app.text.as_read import as_read_pieces
from app.text.outline import Clause
from app.text.provenance import Origin, Origins

DIED = ""  # the clause of the row with the words that died in a revision


class Source(StrEnum):
    """What is known of the origin of some words."""

    NUMBER = "number"  # an article's own number, which nobody wrote
    PERSON = "person"
    IMPORTED = "imported"  # a person or a name that a file brought in
    EARLIER = "earlier"  # before the reader may know
    BULK = "bulk"  # a change too large to say whose each word is
    PENDING = "pending"  # not attributed yet


@dataclass(frozen=True, slots=True)
class Writer:
    """Who stands behind words: name and role at the time; an imported name has no page (``""``).

    ``suggestion`` is the number of the suggestion they come from, 0 for the revision's saver.
    """

    source: Source
    revision: int = 0
    suggestion: int = 0
    person_id: int = 0
    name: str = ""
    public_id: str = ""
    role: str = ""
    speaks_for: str = ""


NOBODY = Writer(Source.NUMBER)
UNKNOWN = Origin(0)


@dataclass(frozen=True, slots=True)
class Span:
    """Words in a row by one writer; the spans of a clause concatenate to its text."""

    text: str
    writer: Writer

    @property
    def words(self) -> str:
        """The text without the blanks behind it, which are nobody's to underline."""
        return self.text.rstrip()

    @property
    def blank(self) -> str:
        return self.text[len(self.words) :]


@dataclass(frozen=True, slots=True)
class RoleShare:
    """How many words of a text a role has (or a source without one) and how many people wrote
    them; ``share`` in steps of five, None for a text of too few words to divide."""

    source: Source
    role: str
    words: int
    people: int
    share: int | None


FEW_WORDS = 20  # of a text; with fewer, shares would only say who wrote one word


def attributed_until(policy_id: int) -> int:
    """The last revision whose words were attributed; 0 when none was."""
    query = select(func.max(ClauseOrigin.number)).where(
        ClauseOrigin.policy_id == policy_id, ClauseOrigin.clause == DIED
    )
    return db.session.scalar(query) or 0


def who_wrote(
    policy: Policy, number: int, actor: Actor, clauses: Collection[str] | None = None
) -> dict[str, list[Span]]:
    """By clause id, in order: the words of revision ``number`` with their writers.

    ``clauses`` limits it to these. NotFound for a version that ``actor`` may not read.
    """
    get_revision(policy, number, actor)
    outline = [
        clause
        for clause in get_version(policy.id, number).outline
        if clauses is None or clause.id in clauses
    ]
    states = states_at(policy.id, number, clauses)
    cut = {clause.id: _cut(clause, states.get(clause.id)) for clause in outline}
    origins = {origin for found in cut.values() for _, origin in found if origin is not None}
    writers = _writers(policy, origins, first_number(policy, actor))
    return {
        ident: _joined((text, writers[origin] if origin else NOBODY) for text, origin in found)
        for ident, found in cut.items()
    }


def _joined(pieces: Iterable[tuple[str, Writer]]) -> list[Span]:
    """Spans of pieces; neighbours of whom the reader may not know that they differ are one."""
    runs = groupby(pieces, key=itemgetter(1))
    return [Span("".join(text for text, _ in run), writer) for writer, run in runs]


def as_read_spans(spans: Sequence[Span]) -> list[Span]:
    """The spans of a clause as its readers see them, without formatting marks."""
    texts = as_read_pieces([span.text for span in spans])
    return [replace(span, text=text) for span, text in zip(spans, texts, strict=True) if text]


def words_of_suggestion(
    policy: Policy, number: int, suggestion: int, actor: Actor
) -> dict[str, list[Span]]:
    """``who_wrote`` for the clauses of revision ``number`` that hold words of one suggestion."""
    holding = {
        clause
        for clause, (_, origins) in states_at(policy.id, number, None).items()
        if any(origin.suggestion == suggestion for origin in set(origins))
    }
    found = who_wrote(policy, number, actor, holding)
    return {
        ident: spans
        for ident, spans in found.items()
        if any(span.writer.suggestion == suggestion for span in spans)
    }


def list_roles(policy: Policy, number: int, actor: Actor) -> list[RoleShare]:
    """Who wrote how much of an attributed revision, by role, the most words first."""
    get_revision(policy, number, actor)
    standing = {clause.id for clause in get_version(policy.id, number).outline}
    counts: Counter[Origin] = Counter()
    for clause, (_, origins) in states_at(policy.id, number, None).items():
        if clause in standing:
            counts.update(origins)
    writers = _writers(policy, counts.keys(), first_number(policy, actor))
    words: Counter[tuple[Source, str]] = Counter()
    people: dict[tuple[Source, str], set[int]] = defaultdict(set)
    for origin, count in counts.items():
        writer = writers[origin]
        words[writer.source, writer.role] += count
        people[writer.source, writer.role] |= {writer.person_id} - {0}
    return [
        RoleShare(source, role, count, len(people[source, role]), share(count, words.total()))
        for (source, role), count in words.most_common()
    ]


def share(part: int, whole: int) -> int | None:
    """The percentage in steps of five; 0 is "under 5" and 100 only the whole; None: too few."""
    if whole < FEW_WORDS:
        return None
    rounded = (part * 40 + whole) // (whole * 2) * 5
    return rounded if part == whole else min(rounded, 95)


def states_at(
    policy_id: int, number: int, clauses: Collection[str] | None
) -> dict[str, tuple[str, Origins]]:
    """By clause id: the digest and the origins of its last state up to revision ``number``."""
    last = (
        select(ClauseOrigin.clause, func.max(ClauseOrigin.number).label("number"))
        .where(
            ClauseOrigin.policy_id == policy_id,
            ClauseOrigin.number <= number,
            ClauseOrigin.clause != DIED,
        )
        .group_by(ClauseOrigin.clause)
    )
    if clauses is not None:
        last = last.where(ClauseOrigin.clause.in_(clauses))
    latest = last.subquery()
    rows = db.session.execute(
        select(ClauseOrigin.clause, ClauseOrigin.runs)
        .join(
            latest,
            (ClauseOrigin.clause == latest.c.clause) & (ClauseOrigin.number == latest.c.number),
        )
        .where(ClauseOrigin.policy_id == policy_id)
    )
    return {clause: attribution.unpack_state(packed) for clause, packed in rows}


def _cut(clause: Clause, state: tuple[str, Origins] | None) -> list[tuple[str, Origin | None]]:
    """The pieces of a clause; a state of other words means that its own was not written yet."""
    if state is None or state[0] != attribution.digest(attribution.words_of(clause)):
        return [(clause.text, UNKNOWN)]
    return attribution.pieces(clause, state[1])


def _writers(policy: Policy, origins: Collection[Origin], first: int) -> dict[Origin, Writer]:
    """Who stands behind each origin, for somebody who may read from revision ``first`` on."""
    numbers = {origin.revision for origin in origins if origin.revision >= first}
    revisions = {
        revision.number: revision
        for revision in db.session.scalars(
            select(Revision)
            .where(Revision.policy_id == policy.id, Revision.number.in_(numbers))
            .options(joinedload(Revision.author))
        )
    }
    credits = {
        (credit.number, credit.suggestion): credit
        for credit in db.session.scalars(
            select(RevisionCredit)
            .where(RevisionCredit.policy_id == policy.id, RevisionCredit.number.in_(numbers))
            .options(joinedload(RevisionCredit.person))
        )
    }
    return {
        origin: _writer(origin, revisions.get(origin.revision), credits.get(origin))
        for origin in origins
    }


def _writer(origin: Origin, revision: Revision | None, credit: RevisionCredit | None) -> Writer:
    if origin == UNKNOWN:
        return Writer(Source.PENDING)
    if revision is None:
        return Writer(Source.EARLIER)
    if origin.suggestion == attribution.BULK:
        return Writer(Source.BULK, revision=origin.revision)
    line = (credit or revision).byline
    is_imported = revision.kind == "import"
    return Writer(
        Source.IMPORTED if is_imported else Source.PERSON,
        revision=origin.revision,
        suggestion=origin.suggestion,
        person_id=credit.person_id if credit else revision.author_id,
        name=line.name,
        public_id=line.public_id,
        role=line.role,
        speaks_for=line.speaks_for,
    )
