"""Keep reasons that fit several answers of one policy under a short name."""

from __future__ import annotations

from sqlalchemy import delete, select

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.errors import RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.queries.course import office_facts
from app.policies.services.writing_revisions import lock_head
from app.suggestions.models import SavedReason
from app.suggestions.rules import checked_answer_reason
from app.text.canonical import check_line

NAME_LENGTH = 60


def save_reason(slug: str, name: str, reason: str, *, actor: Actor) -> None:
    """Keep a reason under ``name``; a reason that has this name already is replaced."""
    line = check_line(" ".join(name.split()), characters=NAME_LENGTH)
    words = checked_answer_reason(reason)
    if not line:
        raise RuleBroken(N_("Please give the reason a short name."), field="reason_name")
    policy = _ensure_may(slug, actor)
    writing()
    lock_head(policy.id)
    query = select(SavedReason).where(SavedReason.policy_id == policy.id, SavedReason.name == line)
    row = db.session.scalar(query) or SavedReason(policy_id=policy.id, name=line)
    row.reason, row.by_id, row.saved_at = words, actor.person_id, clock.now()
    db.session.add(row)
    db.session.flush()


def remove_reason(slug: str, ident: int, *, actor: Actor) -> None:
    """Take a kept reason away; the answers that used it keep their words."""
    policy = _ensure_may(slug, actor)
    writing()
    kept = delete(SavedReason).where(SavedReason.policy_id == policy.id, SavedReason.id == ident)
    db.session.execute(kept)


def _ensure_may(slug: str, actor: Actor) -> Policy:
    policy = get_policy(slug, actor)
    ensure(actor, Act.PREPARE_ANSWERS, office_facts(policy, actor))
    return policy
