"""What the office entered that came on paper or by telephone, for the office itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select

from app.accounts.models import Person
from app.database import db
from app.errors import NotFound
from app.messages import N_
from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.models import Answer, Contribution, PaperRecord
from app.suggestions.queries.hiding import is_hidden_contribution
from app.text.labels import spoken

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class EnteredView:
    """One entry as the office sees it, the sender's ``name`` included, shown to others or not;
    ``words`` "" while a volunteer hides them."""

    number: int
    kind: str
    label: str
    words: str
    channel: str
    received_on: date
    name: str
    shows_name: bool
    entered_by: str
    entered_at: datetime
    has_scan: bool
    is_late: bool
    is_answered: bool


def list_entered(
    policy: Policy, *, before: int | None = None, size: int = PAGE_SIZE
) -> tuple[list[EnteredView], int | None]:
    """The newest entries below the number ``before``, and the key of the next page."""
    answered = exists().where(Answer.contribution_id == Contribution.id)
    query = (
        select(Contribution, PaperRecord, Person.name, answered, is_hidden_contribution())
        .join(PaperRecord, PaperRecord.contribution_id == Contribution.id)
        .join(Person, Person.id == PaperRecord.entered_by_id)
        .where(Contribution.policy_id == policy.id)
        .order_by(Contribution.number.desc())
        .limit(size + 1)
    )
    if before is not None:
        query = query.where(Contribution.number < before)
    rows = db.session.execute(query).all()
    head = get_version(policy.id, policy.head_number)
    labels = {clause.id: spoken(clause.label) for clause in head.outline}
    entries = [
        EnteredView(
            number=one.number,
            kind=one.kind,
            label=labels.get(one.clause or "", ""),
            words="" if is_hidden else one.reason,
            channel=record.channel,
            received_on=record.received_on,
            name=record.name,
            shows_name=record.shows_name,
            entered_by=by,
            entered_at=record.entered_at,
            has_scan=bool(record.scan) and not is_hidden,
            is_late=one.is_late,
            is_answered=is_answered,
        )
        for one, record, by, is_answered, is_hidden in rows[:size]
    ]
    return entries, entries[-1].number if len(rows) > size else None


def get_record(policy: Policy, number: int) -> PaperRecord:
    """How contribution ``number`` came; NotFound when it was sent here."""
    query = (
        select(PaperRecord)
        .join(Contribution, Contribution.id == PaperRecord.contribution_id)
        .where(Contribution.policy_id == policy.id, Contribution.number == number)
    )
    record = db.session.scalars(query).first()
    if record is None:
        raise NotFound(N_("This page does not exist, or you may not see it."))
    return record
