"""Where each change after the consultation came from: who asked for it, or why it was made.

The law wants to know of every clause that people were asked about and that reads otherwise now. A
clause that was changed and changed back needs no source; one that took an adopted suggestion in
one revision and one more digit in another still needs a source for the digit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from app.consultations.models import ChangeSource, ConsultationCall, Correction
from app.consultations.queries.alterations import list_alterations
from app.database import db
from app.policies.models import Policy, RevisionCredit
from app.policies.phases import Phase
from app.policies.queries import number_at
from app.policies.versions import get_version
from app.suggestions.models import Answer, AnswerDraft, Contribution
from app.suggestions.rules import CHANGES_TEXT
from app.text.altered import Alteration, altered, pieces
from app.text.diff import Run, word_diff

LABEL_CHARACTERS = 20  # of a clause that has no label of its own


class SourceKind(StrEnum):
    """What a change goes back to; NONE: nothing says why. Corrections are those after publication,
    which have a public notice of their own."""

    CONTRIBUTION = "contribution"
    LEGAL_REVIEW = "legal_review"
    OWN = "own"
    CORRECTION = "correction"
    NONE = ""


@dataclass(frozen=True, slots=True)
class SourcedChange:
    """What revision ``number`` did to one clause that reads otherwise than in the consultation.

    ``before`` and ``after`` are its words in that revision's predecessor and in itself, "" where
    it was not there; ``numbers`` are contributions of the policy. ``is_moved``: it stands elsewhere.
    """

    clause: str
    label: str
    number: int
    before: str
    after: str
    is_moved: bool
    kind: SourceKind
    numbers: tuple[int, ...] = ()
    reason: str = ""

    @property
    def is_sourced(self) -> bool:
        """Whether something says where the change comes from."""
        return self.kind is not SourceKind.NONE

    @property
    def runs(self) -> tuple[Run, ...]:
        """The words that differ, found when asked for: ("=" | "-" | "+", text)."""
        return word_diff(self.before, self.after).runs


def consulted_number(policy: Policy) -> int | None:
    """The revision that people were asked about last, with what was corrected while they commented;
    None when nobody was asked."""
    query = select(ConsultationCall).where(
        ConsultationCall.policy_id == policy.id, ConsultationCall.ended_early == ""
    )
    call = db.session.scalars(query.order_by(ConsultationCall.round.desc()).limit(1)).first()
    if call is None:
        return None
    asked = call.revision or number_at(policy, call.opened_at)
    corrected = select(func.max(Correction.number)).where(
        Correction.policy_id == policy.id,
        Correction.phase == Phase.CONSULTATION,
        Correction.number > asked,
    )
    if call.closed_at is not None:
        corrected = corrected.where(Correction.at <= call.closed_at)
    return db.session.scalar(corrected) or asked


def list_changes(policy: Policy, *, with_drafts: bool = True) -> tuple[SourcedChange, ...]:
    """Every change to clauses that differ from the consulted text, in the order of the articles.

    ``with_drafts`` counts answers that are not published yet, which only the office may see.
    """
    asked = consulted_number(policy)
    if asked is None or asked >= policy.head_number:
        return ()
    ends = [get_version(policy.id, number).outline for number in (asked, policy.head_number)]
    differing = altered(*map(pieces, ends))
    order = {one.clause: place for place, one in enumerate(differing)}
    steps = list_alterations(policy.id, asked + 1, policy.head_number)
    found = [(number, one) for number, step in steps for one in step if one.clause in order]
    found += _unplaced(differing, found, steps)
    known = _known(policy.id, asked, with_drafts=with_drafts)
    found.sort(key=lambda pair: (order[pair[1].clause], pair[0]))
    return tuple(_change(number, one, known) for number, one in found)


def unsourced(policy: Policy) -> tuple[SourcedChange, ...]:
    """The changes of which nothing says where they come from; the gate before the decision."""
    return tuple(change for change in list_changes(policy) if not change.is_sourced)


def _unplaced(
    differing: Sequence[Alteration],
    found: Iterable[tuple[int, Alteration]],
    steps: Sequence[tuple[int, tuple[Alteration, ...]]],
) -> Iterator[tuple[int, Alteration]]:
    """Which of two clauses that changed places was moved is told otherwise over many revisions than
    over one: such a clause is charged to the last revision that moved anything."""
    placed = {one.clause for _, one in found}
    moving = [number for number, step in steps if any(one.is_moved for one in step)]
    for one in differing:
        if one.clause not in placed and moving:
            yield moving[-1], one


def _change(number: int, one: Alteration, known: _Known) -> SourcedChange:
    kind, numbers, reason = known.of(number, one.clause)
    return SourcedChange(
        clause=one.clause,
        label=_label(one),
        number=number,
        before=one.before.text.strip() if one.before else "",
        after=one.after.text.strip() if one.after else "",
        is_moved=one.is_moved,
        kind=kind,
        numbers=numbers,
        reason=reason,
    )


def _label(one: Alteration) -> str:
    """The clause as people call it, or its first words."""
    piece = one.after or one.before
    if piece is None:
        return one.clause
    words = " ".join(piece.text.split())
    return piece.label or words[:LABEL_CHARACTERS] + "…" * (len(words) > LABEL_CHARACTERS)


@dataclass(frozen=True, slots=True)
class _Known:
    """All that says where changes come from, by revision and clause."""

    rows: Mapping[tuple[int, str], ChangeSource]
    credits: Mapping[int, set[int]]
    answers: Mapping[tuple[int, str], set[int]]
    corrections: Mapping[int, str]

    def of(self, number: int, clause: str) -> tuple[SourceKind, tuple[int, ...], str]:
        row = self.rows.get((number, clause))
        if row is not None:
            named = tuple(int(each) for each in row.numbers.split())
            return SourceKind(row.kind), named, row.reason
        numbers = self.credits.get(number, set()) | self.answers.get((number, clause), set())
        if numbers:
            return SourceKind.CONTRIBUTION, tuple(sorted(numbers)), ""
        if number in self.corrections:
            return SourceKind.CORRECTION, (), self.corrections[number]
        return SourceKind.NONE, (), ""


def _known(policy_id: int, after: int, *, with_drafts: bool) -> _Known:
    rows = db.session.scalars(
        select(ChangeSource).where(ChangeSource.policy_id == policy_id, ChangeSource.number > after)
    )
    credits: defaultdict[int, set[int]] = defaultdict(set)
    for number, suggestion in db.session.execute(
        select(RevisionCredit.number, RevisionCredit.suggestion).where(
            RevisionCredit.policy_id == policy_id, RevisionCredit.number > after
        )
    ):
        credits[number].add(suggestion)
    corrections = db.session.execute(
        select(Correction.number, Correction.reason).where(
            Correction.policy_id == policy_id, Correction.number > after
        )
    )
    return _Known(
        {(row.number, row.clause): row for row in rows},
        credits,
        _answers(policy_id, after, with_drafts=with_drafts),
        dict(corrections.all()),
    )


def _answers(policy_id: int, after: int, *, with_drafts: bool) -> dict[tuple[int, str], set[int]]:
    """Contributions whose answer names the revision and the clause, by both."""
    found: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for table in (Answer, AnswerDraft) if with_drafts else (Answer,):
        query = (
            select(table.revision, table.clauses, Contribution.number)
            .join(Contribution, Contribution.id == table.contribution_id)
            .where(
                Contribution.policy_id == policy_id,
                table.revision > after,
                table.outcome.in_(CHANGES_TEXT),
            )
        )
        for revision, clauses, number in db.session.execute(query):
            for clause in clauses.split():
                found[revision or 0, clause].add(number)
    return found
