"""What a version of a text is called in a paper: in force, for review, for comment, or a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from app.consultations.models import Correction, LegalReview
from app.consultations.queries.calls import list_rounds
from app.database import db
from app.policies.models import Policy, Revision
from app.policies.phases import Phase
from app.policies.queries import number_at
from app.policies.queries.course import list_steps

_BINDING = (Phase.IN_FORCE, Phase.EVALUATION)
_REVIEWED = (Phase.LEGALITY_REVIEW, Phase.DECISION)


class TextKind(StrEnum):
    """What a version was when it counted."""

    IN_FORCE = "in_force"
    REVIEW = "review"
    COMMENT = "comment"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class TextName:
    """``at`` is when it was opened for comment (or corrected meanwhile), handed in for review, or
    saved."""

    kind: TextKind
    number: int
    at: datetime


def name_texts(policy: Policy, before: int, after: int) -> tuple[TextName, TextName]:
    """What the two sides of a comparison are called; only what is amended is a text in force."""
    is_amended = before < after and before in numbers_in_force(policy)
    first = (
        TextName(TextKind.IN_FORCE, before, _saved_at(policy, before))
        if is_amended
        else name_text(policy, before)
    )
    return first, name_text(policy, after)


def name_text(policy: Policy, number: int) -> TextName:
    """What one version is called by itself."""
    opened = _opened_at(policy).get(number)
    if opened is not None:
        return TextName(TextKind.COMMENT, number, opened)
    reviewed = _reviewed_at(policy).get(number)
    if reviewed is not None:
        return TextName(TextKind.REVIEW, number, reviewed)
    return TextName(TextKind.VERSION, number, _saved_at(policy, number))


def _opened_at(policy: Policy) -> dict[int, datetime]:
    """By version: when comments on it were opened, or it was corrected while they were open."""
    found = {call.revision: call.opened_at for call in list_rounds(policy.id)}
    corrected = select(Correction.number, Correction.at).where(
        Correction.policy_id == policy.id, Correction.phase == Phase.CONSULTATION
    )
    for number, at in db.session.execute(corrected):
        found.setdefault(number, at)
    return found


def _reviewed_at(policy: Policy) -> dict[int, datetime]:
    """By version: when it was handed in for the legality review or the decision."""
    found = {
        number_at(policy, step.at): step.at
        for step in reversed(list_steps(policy.id))
        if step.phase in _REVIEWED
    }
    reviews = select(LegalReview.revision, LegalReview.at).where(LegalReview.policy_id == policy.id)
    for number, at in db.session.execute(reviews):
        found.setdefault(number, at)
    return found


def numbers_in_force(policy: Policy) -> set[int]:
    """The versions that were in force when the policy was, or is."""
    moments = [step.at for step in list_steps(policy.id) if step.phase == Phase.IN_FORCE]
    found = {number_at(policy, moment) for moment in moments}
    if not moments and policy.phase_now in _BINDING:
        found.add(policy.head_number)
    return found


def _saved_at(policy: Policy, number: int) -> datetime:
    query = select(Revision.saved_at).where(
        Revision.policy_id == policy.id, Revision.number == number
    )
    return db.session.scalars(query).one()
