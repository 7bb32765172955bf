"""What a person is responsible for and must hand over before they leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, literal, select

from app import clock
from app.database import db
from app.discussions.models import DutyShift
from app.moderation.models import Inspection, ModerationCase
from app.policies.models import Policy, Seat
from app.policies.phases import Phase
from app.suggestions.models import Assignment, Contribution
from app.suggestions.rules import State

# A draft that came to its end asks nothing more of those who worked on it.
_ENDED = (
    Phase.IN_FORCE,
    Phase.EVALUATION,
    Phase.ARCHIVED,
    Phase.WITHDRAWN,
    Phase.DECLINED,
)


class Duty(StrEnum):
    """What waits for somebody by name."""

    OWNER = "owner"
    SEAT = "seat"
    ANSWER = "answer"
    SHIFT = "shift"
    CASE = "case"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class OpenDuty:
    """One of them; ``slug`` and ``title`` name the draft it is on, "" where it is on none."""

    kind: Duty
    slug: str = ""
    title: str = ""
    language: str = ""


def list_open_duties(person_id: int) -> Sequence[OpenDuty]:
    """All that the person has to hand over; () for nearly everybody. Six SELECTs."""
    found = [
        OpenDuty(Duty(kind), slug, title, language)
        for query in _on_drafts(person_id)
        for kind, slug, title, language in db.session.execute(query)
    ]
    found += [OpenDuty(kind) for kind, query in _elsewhere(person_id) if db.session.scalar(query)]
    return found


def _on_drafts(person_id: int) -> Iterator[Select[Any]]:
    def drafts(kind: Duty) -> Any:
        columns = (literal(kind.value), Policy.slug, Policy.title, Policy.language)
        return select(*columns).where(Policy.phase.not_in(_ENDED)).order_by(Policy.slug).distinct()

    yield drafts(Duty.OWNER).where(Policy.owner_id == person_id)
    held = (Seat.person_id == person_id, Seat.left_at.is_(None))
    yield drafts(Duty.SEAT).join(Seat, Seat.policy_id == Policy.id).where(*held)
    yield (
        drafts(Duty.ANSWER)
        .join(Contribution, Contribution.policy_id == Policy.id)
        .join(Assignment, Assignment.contribution_id == Contribution.id)
        .where(Assignment.to_id == person_id, Contribution.state == State.OPEN)
    )


def _elsewhere(person_id: int) -> Iterator[tuple[Duty, Select[Any]]]:
    now = clock.now()
    yield (
        Duty.SHIFT,
        select(DutyShift.id).where(
            DutyShift.person_id == person_id, DutyShift.begins_at <= now, DutyShift.ends_at > now
        ),
    )
    claimed = (ModerationCase.claimed_by_id == person_id, ModerationCase.closed_at.is_(None))
    yield Duty.CASE, select(ModerationCase.id).where(*claimed)
    open_notes = (Inspection.by_id == person_id, Inspection.closed_at.is_(None))
    yield Duty.NOTE, select(Inspection.id).where(*open_notes)
