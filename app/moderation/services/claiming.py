"""A volunteer takes a case, so that no two work on it, and gives it back."""

from __future__ import annotations

from sqlalchemy import or_, update

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.errors import Conflict, NotFound
from app.messages import N_
from app.moderation.models import ModerationCase
from app.moderation.queries.queue import Case, get_case, is_claim_over
from app.moderation.services.objects import (
    Words,
    ensure_may_moderate,
    find_words,
    is_left,
)


def claim(case_id: int, *, actor: Actor) -> bool:
    """Take a case that nobody has, or had for too long; Conflict when somebody was faster.

    False when nothing is left to decide on: the case is closed by that.
    """
    ensure(actor, Act.KEEP_ORDER)
    writing()
    words = open_words(get_case(case_id, actor), actor)
    if words is None:
        return False
    ensure_may_moderate(words, actor)
    free = or_(
        ModerationCase.claimed_by_id.is_(None),
        ModerationCase.claimed_by_id == actor.person_id,
        is_claim_over(),
    )
    taken = db.session.execute(
        update(ModerationCase)
        .where(ModerationCase.id == case_id, ModerationCase.closed_at.is_(None), free)
        .values(claimed_by_id=actor.person_id, claimed_at=clock.now())
        .returning(ModerationCase.id)
    )
    if taken.first() is None:
        raise Conflict(N_("Another volunteer is looking at this."))
    return True


def give_back(case_id: int, *, actor: Actor) -> None:
    """Leave a case to the others; nothing happens to one that is another's or was decided."""
    ensure(actor, Act.KEEP_ORDER)
    writing()
    get_case(case_id, actor)
    db.session.execute(
        update(ModerationCase)
        .where(ModerationCase.id == case_id, ModerationCase.closed_at.is_(None))
        .where(ModerationCase.claimed_by_id == actor.person_id)
        .values(claimed_by_id=None, claimed_at=None)
    )


def open_words(case: Case, actor: Actor) -> Words | None:
    """The words of an open case; None when they are gone, and the case is closed by that.

    Conflict when somebody else has decided. Inside the gate.
    """
    if case.closed_at is not None and not case.closed_by_me:
        raise Conflict(N_("Another volunteer has decided on this meanwhile."))
    words = None if case.is_gone else _find(case, actor)
    if words is None:
        db.session.execute(
            update(ModerationCase)
            .where(ModerationCase.id == case.id, ModerationCase.closed_at.is_(None))
            .values(closed_at=clock.now())
        )
    return words


def _find(case: Case, actor: Actor) -> Words | None:
    try:
        words = find_words(case.kind, case.object_id, actor)
    except NotFound:
        return None
    return words if is_left(words) else None
