"""What the table of answers holds: the totals, and every contribution with what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.access.actor import Actor
from app.database import db
from app.papers.rules import Standing
from app.policies.models import Policy
from app.suggestions.models import Contribution
from app.suggestions.queries.answer_rows import AnswerRow
from app.suggestions.queries.answers_table import Totals, iter_rows, totals
from app.suggestions.rules import State


@dataclass(frozen=True, slots=True)
class AnswersTable:
    """``rows`` are read once. ``for_office``: with what waits for publication."""

    title: str
    language: str
    office: str
    for_office: bool
    totals: Totals
    rows: Iterator[AnswerRow]


def get_answers_table(policy: Policy, actor: Actor, standing: Standing) -> AnswersTable:
    """The table with the eyes of the reader; ``policy`` was read with them."""
    for_office = standing is Standing.OFFICE
    return AnswersTable(
        title=policy.title,
        language=policy.language,
        office=policy.department.name if policy.department else "",
        for_office=for_office,
        totals=totals(policy.id, with_held=for_office),
        rows=iter_rows(policy, actor, with_drafts=for_office),
    )


def became(row: AnswerRow) -> str:
    """What became of a contribution, in the codes of ``answers_table.Totals``."""
    if row.state in (State.WITHDRAWN, State.REPLACED, "hidden"):
        return row.state
    if row.outcome:
        return row.outcome
    return "late" if row.is_late else "waiting" if row.is_owed else "not_owed"


def number_of(row: AnswerRow) -> str:
    """23, or 23-1 for its first point."""
    return f"{row.number}-{row.part}" if row.part else str(row.number)


def count_contributions(policy_id: int) -> int:
    """How many numbers were given."""
    query = select(func.count()).where(Contribution.policy_id == policy_id)
    return db.session.scalar(query) or 0
