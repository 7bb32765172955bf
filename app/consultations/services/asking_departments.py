"""Keep what other departments were asked about a draft, by when, what they said and what remains."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.consultations.events import DepartmentOpinionPut
from app.consultations.models import DepartmentOpinion
from app.consultations.queries.beside import get_department
from app.consultations.queries.calendar import day_of
from app.database import db, writing
from app.errors import RuleBroken
from app.ledger.services import record
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import facts, get_policy
from app.policies.services.writing_revisions import lock_head, touch
from app.text.canonical import check_line, check_words, refused_in

MOST_NAME, MOST_WORDS = 120, 10_000  # characters


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of the table; ``received_on`` None until the department answered. ``remaining`` is the
    disagreement that could not be settled."""

    department: str
    asked_on: date
    due_on: date
    received_on: date | None = None
    words: str = ""
    remaining: str = ""


def put_department(
    slug: str, asked: Asked, *, actor: Actor, number: int | None = None
) -> DepartmentOpinion:
    """A new row, or row ``number`` as it is now; one row a department."""
    policy = get_policy(slug, actor)
    ensure(actor, Act.KEEP_PAPERS, facts(policy, actor))
    asked = _checked(asked)
    writing()
    policy = lock_head(policy.id)
    row = get_department(policy.id, number) if number is not None else None
    _ensure_once(policy, asked.department, row)
    if row is None:
        row = DepartmentOpinion(policy_id=policy.id)
        db.session.add(row)
    row.department, row.asked_on, row.due_on = asked.department, asked.asked_on, asked.due_on
    row.received_on, row.words, row.remaining = asked.received_on, asked.words, asked.remaining
    db.session.flush()
    touch(policy)
    event = DepartmentOpinionPut(
        policy=policy.id,
        opinion=row.id,
        asked_on=row.asked_on.isoformat(),
        due_on=row.due_on.isoformat(),
        received_on=row.received_on.isoformat() if row.received_on else "",
    )
    record(event, actor=actor, is_public=policy.is_public)
    db.session.flush()
    return row


def _checked(asked: Asked) -> Asked:
    with refused_in("department"):
        department = check_line(asked.department, characters=MOST_NAME)
    with refused_in("words"):
        words = check_words(asked.words, MOST_WORDS)
    with refused_in("remaining"):
        remaining = check_words(asked.remaining, MOST_WORDS)
    if not department:
        raise RuleBroken(N_("Please name the department."), field="department")
    if asked.due_on < asked.asked_on:
        raise RuleBroken(N_("The answer is due after it was asked for."), field="due_on")
    _ensure_received(asked, words, remaining)
    return replace(asked, department=department, words=words, remaining=remaining)


def _ensure_received(asked: Asked, words: str, remaining: str) -> None:
    if asked.received_on is None:
        if words or remaining:
            raise RuleBroken(N_("Please write when the answer came."), field="received_on")
        return
    if not asked.asked_on <= asked.received_on <= day_of(clock.now()):
        raise RuleBroken(
            N_("The answer came after it was asked for, and not later than today."),
            field="received_on",
        )
    if not words:
        raise RuleBroken(N_("Please write what the department said."), field="words")


def _ensure_once(policy: Policy, department: str, row: DepartmentOpinion | None) -> None:
    query = select(DepartmentOpinion.id).where(
        DepartmentOpinion.policy_id == policy.id,
        func.lower(DepartmentOpinion.department) == department.lower(),
    )
    found = db.session.scalar(query)
    if found is not None and (row is None or row.id != found):
        raise RuleBroken(N_("This department is on the list already."), field="department")
