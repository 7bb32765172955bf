"""Reads of published corrections: what was put right, with both wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.consultations.models import ConsultationCall, Correction
from app.database import db
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.queries import first_number
from app.policies.versions import get_version
from app.text.altered import Alteration, altered, pieces
from app.text.diff import Run, word_diff

CORRECTABLE = frozenset({Phase.CONSULTATION, Phase.PUBLISHED, Phase.IN_FORCE, Phase.EVALUATION})
NOTICES = 3  # corrections that stand on the pages of a draft; the others have their own page


@dataclass(frozen=True, slots=True)
class CorrectedClause:
    """One clause in both wordings; "" where it was not there."""

    clause: str
    label: str
    before: str
    after: str

    @property
    def runs(self) -> tuple[Run, ...]:
        """The words that differ: ("=" | "-" | "+", text)."""
        return word_diff(self.before, self.after).runs


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction and what it did to each clause, in the order of the text."""

    correction: Correction
    clauses: tuple[CorrectedClause, ...]


def list_corrections(
    policy: Policy, actor: Actor, *, size: int | None = None
) -> Sequence[CorrectionView]:
    """The corrections of the text that ``actor`` may read, the latest first."""
    query = (
        select(Correction)
        .where(Correction.policy_id == policy.id, Correction.number > first_number(policy, actor))
        .order_by(Correction.number.desc())
    )
    if size is not None:
        query = query.limit(size)
    return [_view(row) for row in db.session.scalars(query)]


def list_notices(policy: Policy, actor: Actor) -> Sequence[CorrectionView]:
    """What the pages of a draft say of corrections while they matter: those of the text that people
    comment on, or that is in force."""
    if policy.phase_now not in CORRECTABLE:
        return ()
    return list_corrections(policy, actor, size=NOTICES)


def find_taken_back(policy: Policy) -> ConsultationCall | None:
    """The call that was taken back and not put anew since, so that the pages say so."""
    if policy.phase_now == Phase.CONSULTATION:
        return None
    query = (
        select(ConsultationCall)
        .where(ConsultationCall.policy_id == policy.id, ConsultationCall.round <= policy.round)
        .order_by(ConsultationCall.round.desc())
        .limit(2)
    )
    for call in db.session.scalars(query):
        if call.ended_early:
            return call
        if call.opened_at <= clock.now():
            return None  # a later call ran to its end
    return None


def _view(row: Correction) -> CorrectionView:
    before, after = (get_version(row.policy_id, n).outline for n in (row.number - 1, row.number))
    changes = altered(pieces(before), pieces(after))
    return CorrectionView(row, tuple(map(_clause, changes)))


def _clause(one: Alteration) -> CorrectedClause:
    piece = one.after or one.before
    return CorrectedClause(
        clause=one.clause,
        label=piece.label if piece else "",
        before=one.before.text.strip() if one.before else "",
        after=one.after.text.strip() if one.after else "",
    )
