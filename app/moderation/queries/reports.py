"""What readers reported: counted for the queue, in their words for a case, never with a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.access.actor import Actor, Role
from app.accounts.models import Person
from app.database import db
from app.moderation.models import Flag
from app.suggestions.models import SuggestedChange

EXCERPT = 400  # characters
SHOWN = 50  # reports on the page of a case


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``by``: you, visitor, officer or reader; who it was is nobody's business."""

    rule: str
    words: str
    at: datetime
    by: str


def count_reports(case_ids: Sequence[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """By case: the rules that were named and how often, the most frequent first."""
    query = (
        select(Flag.case_id, Flag.rule, func.count())
        .where(Flag.case_id.in_(case_ids))
        .group_by(Flag.case_id, Flag.rule)
        .order_by(func.count().desc(), Flag.rule)
    )
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    for case_id, rule, count in db.session.execute(query) if case_ids else ():
        found[case_id] = (*found.get(case_id, ()), (rule, count))
    return found


def list_reports(case_id: int, actor: Actor) -> Sequence[Report]:
    """The newest reports of a case; an officer's is marked as one, because it may be about
    criticism of their own draft."""
    query = (
        select(Flag.rule, Flag.words, Flag.at, Flag.by_id, Person.role)
        .outerjoin(Person, Person.id == Flag.by_id)
        .where(Flag.case_id == case_id)
        .order_by(Flag.id.desc())
        .limit(SHOWN)
    )
    rows = db.session.execute(query)
    return [
        Report(rule, words, at, _who(by_id, role, actor)) for rule, words, at, by_id, role in rows
    ]


def _who(by_id: int | None, role: str | None, actor: Actor) -> str:
    if by_id is None:
        return "visitor"
    if by_id == actor.id:
        return "you"
    return "officer" if role == Role.OFFICER else "reader"


def list_first_changes(contribution_ids: Sequence[int]) -> dict[int, str]:
    """The beginning of the first words that each suggestion would put into the text."""
    query = select(
        SuggestedChange.contribution_id, func.substr(SuggestedChange.text, 1, EXCERPT)
    ).where(SuggestedChange.contribution_id.in_(contribution_ids), SuggestedChange.position == 0)
    rows = db.session.execute(query).all() if contribution_ids else []
    return {row[0]: row[1] for row in rows}
