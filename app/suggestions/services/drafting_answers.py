"""Write answers at the desk: for one contribution, one point of it, or many that say the same.

Nobody outside the office reads a draft; ``publishing_answers`` makes answers of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import exists, insert, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.database import db, writing
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.suggestions.models import AnswerDraft, Contribution
from app.suggestions.queries.views import ContributionView
from app.suggestions.rules import State
from app.suggestions.services.answering import (
    DraftWritten,
    NewAnswer,
    checked_answer,
    draft_token,
    ensure_answerable,
    ensure_point,
    lock_answerable,
    said,
    store_draft,
)


def save_draft(
    slug: str,
    number: int,
    wanted: NewAnswer,
    *,
    actor: Actor,
    part: int = 0,
    seen: str | None = None,
) -> NewAnswer:
    """Store the draft of the answer to ``number``, or to one ``part`` of a split one.

    ``seen`` as in ``store_draft``. Raises DraftWritten or another refusal; answers what was stored.
    """
    ensure_answerable(slug, number, actor)
    writing()
    policy, view = lock_draftable(slug, number, actor)
    ensure_point(view, part)
    checked = checked_answer(policy, view, wanted)
    store_draft(policy, view, checked, actor=actor, part=part, seen=seen)
    return checked


def save_together(
    slug: str, number: int, leave_out: Collection[int], wanted: NewAnswer, *, actor: Actor
) -> int:
    """Give those that say much the same as ``number`` the same draft, but for the numbers
    ``leave_out``; how many got it.

    One that has an answer or a draft keeps it, one that was split or that the version does not
    follow is left to be answered alone.
    """
    writing()
    policy, view = lock_draftable(slug, number, actor)
    checked = checked_answer(policy, view, wanted)
    if view.group_id is None:
        return 0
    has_draft = exists().where(AnswerDraft.contribution_id == Contribution.id)
    query = select(Contribution.id).where(
        Contribution.policy_id == policy.id,
        Contribution.number.not_in([number, *leave_out]),
        Contribution.group_id == view.group_id,
        Contribution.state == State.OPEN,
        Contribution.parts == 0,
        Contribution.author_id != actor.person_id,
        ~has_draft,
    )
    if checked.revision is not None:
        query = query.where(Contribution.base < checked.revision)
    ids = db.session.scalars(query).all()
    if ids:
        values = _values(policy, checked, actor)
        db.session.execute(insert(AnswerDraft), [{**values, "contribution_id": one} for one in ids])
    return len(ids)


def drop_draft(slug: str, number: int, *, actor: Actor, part: int = 0, seen: str = "") -> None:
    """Take a draft away, so that the contribution counts as unwritten; ``seen`` is its token."""
    ensure_answerable(slug, number, actor)
    writing()
    _policy, view = lock_draftable(slug, number, actor)
    row = db.session.get(AnswerDraft, (view.id, part))
    if row is None:
        return
    if seen != draft_token(row):
        raise DraftWritten(said(row), row.by.name)
    db.session.delete(row)
    db.session.flush()


def lock_draftable(slug: str, number: int, actor: Actor) -> tuple[Policy, ContributionView]:
    """The policy, locked, and the contribution, whose answer ``actor`` may prepare now."""
    policy, view = lock_answerable(slug, number, actor)
    ensure_open(policy.phase_now, Act.PREPARE_ANSWERS)
    return policy, view


def _values(policy: Policy, checked: NewAnswer, actor: Actor) -> dict[str, Any]:
    return {
        "part": 0,
        "policy_id": policy.id,
        "outcome": checked.outcome,
        "reason": checked.reason,
        "reference": checked.reference,
        "clauses": " ".join(checked.clauses),
        "revision": checked.revision,
        "by_id": actor.person_id,
        "by_role": actor.role,
        "department_id": actor.department_id,
        "saved_at": clock.now(),
        "is_further": False,
    }
