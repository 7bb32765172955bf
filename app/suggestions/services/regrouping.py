"""Put a contribution into a group of much the same ones by hand, or take it out.

The machine leaves what a person placed where it is.
"""

from __future__ import annotations

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db, writing
from app.errors import RuleBroken
from app.messages import N_
from app.policies.services.writing_revisions import touch
from app.suggestions.models import Contribution
from app.suggestions.rules import State
from app.suggestions.services import grouping
from app.suggestions.services.answering import ensure_answerable
from app.suggestions.services.drafting_answers import lock_draftable


def put_with(slug: str, number: int, other: int, *, actor: Actor) -> None:
    """Put ``number`` into the group of contribution ``other``, which may have been alone."""
    ensure_answerable(slug, number, actor)
    writing()
    policy, view = lock_draftable(slug, number, actor)
    query = select(Contribution).where(
        Contribution.policy_id == policy.id, Contribution.number == other
    )
    first = db.session.scalar(query)
    if first is None or first.id == view.id or first.state == State.WITHDRAWN:
        raise RuleBroken(
            N_("There is no other contribution with the number %(number)s."),
            field="group_with",
            number=other,
        )
    row = db.session.get_one(Contribution, view.id)
    _leave(row)
    db.session.refresh(first)  # its group may have been named after who left
    first.group_id = row.group_id = first.group_id or first.id
    row.is_hand_grouped = True
    touch(policy)
    db.session.flush()


def take_out(slug: str, number: int, *, actor: Actor) -> None:
    """Let ``number`` stand alone, whatever the machine finds."""
    ensure_answerable(slug, number, actor)
    writing()
    policy, view = lock_draftable(slug, number, actor)
    row = db.session.get_one(Contribution, view.id)
    _leave(row)
    row.is_hand_grouped = True
    touch(policy)
    db.session.flush()


def _leave(row: Contribution) -> None:
    """Out of its group and out of what the machine compares; what it leaves behind goes on."""
    grouping.take_out([row.id])
    db.session.refresh(row)
