"""What the text of a policy in official form holds: the text, and when it was passed and amended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from app.consultations.models import Correction, Decision
from app.consultations.queries.beside import list_annexes
from app.database import db
from app.papers.layout import has_history
from app.papers.queries.naming import TextName, name_text
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.versions import get_version
from app.text.outline import Outline

ANNOUNCED = (Phase.PUBLISHED, Phase.IN_FORCE, Phase.EVALUATION, Phase.ARCHIVED)


class StepKind(StrEnum):
    """What a body did to a text, as its 题注 tells it."""

    PASSED = "passed"
    AMENDED = "amended"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One of them: by whom (""), on which day, under which number ("")."""

    kind: StepKind
    on: date | datetime
    body: str = ""
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class OfficialText:
    """``steps`` are empty for a draft; ``name`` says then which one it is. ``has_own_history``:
    the text tells above its first article when it was passed."""

    title: str
    language: str
    office: str
    name: TextName
    is_announced: bool
    announced_at: datetime | None
    effective_on: date | None
    steps: tuple[HistoryStep, ...]
    has_own_history: bool
    outline: Outline


@dataclass(frozen=True, slots=True)
class Annexes:
    """The explanation and the annexes of a draft as (title, text), in the order of publication."""

    title: str
    language: str
    office: str
    papers: tuple[tuple[str, str], ...]


def get_official_text(policy: Policy) -> OfficialText:
    """The text as it is now; ``policy`` was read with the eyes of the reader."""
    version = get_version(policy.id, policy.head_number)
    is_announced = policy.phase_now in ANNOUNCED
    decisions = _decisions(policy) if is_announced else []
    return OfficialText(
        title=policy.title,
        language=policy.language,
        office=policy.department.name if policy.department else "",
        name=name_text(policy, policy.head_number),
        is_announced=is_announced,
        announced_at=policy.announced_at if is_announced else None,
        effective_on=decisions[-1].effective_on if decisions else None,
        steps=_steps(policy, decisions),
        has_own_history=has_history(version.outline),
        outline=version.outline,
    )


def get_annexes(policy: Policy) -> Annexes:
    """What is published with the text; ``policy`` was read with the eyes of the reader."""
    return Annexes(
        title=policy.title,
        language=policy.language,
        office=policy.department.name if policy.department else "",
        papers=tuple((one.title, one.text) for one in list_annexes(policy.id)),
    )


def _decisions(policy: Policy) -> list[Decision]:
    query = select(Decision).where(Decision.policy_id == policy.id, Decision.outcome == "adopt")
    return list(db.session.scalars(query.order_by(Decision.id)))


def _steps(policy: Policy, decisions: list[Decision]) -> tuple[HistoryStep, ...]:
    """Passed, then every amendment and correction, in order of time."""
    found = [
        HistoryStep(
            StepKind.AMENDED if place else StepKind.PASSED,
            one.passed_on or one.at,
            one.body or (policy.department.name if policy.department else ""),
            one.document_number,
        )
        for place, one in enumerate(decisions)
    ]
    if not decisions:
        return ()
    query = select(Correction.at).where(
        Correction.policy_id == policy.id, Correction.phase.in_(ANNOUNCED)
    )
    corrections = db.session.scalars(query.order_by(Correction.at))
    return (*found, *(HistoryStep(StepKind.CORRECTED, at) for at in corrections))
