"""The cases of the queue: the open one about a thing, closing it with an action, opening it again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.database import db
from app.errors import Conflict
from app.messages import N_
from app.moderation.models import ModerationAction, ModerationCase
from app.moderation.queries.words import find_hidden
from app.moderation.rules import CLAIM_SECONDS, SITE, Action, Kind


def find_open_case(kind: Kind, object_id: int) -> ModerationCase | None:
    """The case about the thing on which nobody has decided yet."""
    query = select(ModerationCase).where(
        ModerationCase.kind == kind,
        ModerationCase.object_id == object_id,
        ModerationCase.closed_at.is_(None),
    )
    return db.session.scalar(query)


def lock_case(case_id: int) -> ModerationCase | None:
    """The case, read anew inside the write gate and locked where rows can be locked."""
    query = select(ModerationCase).where(ModerationCase.id == case_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def ensure_not_taken(kind: Kind, object_id: int, actor: Actor) -> None:
    """Conflict while another volunteer looks at the case about the thing."""
    case = find_open_case(kind, object_id)
    taken = case is not None and case.claimed_by_id not in (None, actor.id)
    if case is not None and taken and not _is_over(case):
        raise Conflict(N_("Another volunteer is looking at this."))


def _is_over(case: ModerationCase) -> bool:
    ends_after = timedelta(seconds=CLAIM_SECONDS)
    return case.claimed_at is None or case.claimed_at < clock.now() - ends_after


def close_cases(done: ModerationAction) -> None:
    """Close the case that the action belongs to, and the open one about the same thing.

    The site's own act decides nothing, and words that it set aside wait for somebody to hide them
    or to show them, whatever else was done about their author.
    """
    if done.action == Action.SET_ASIDE:
        return
    about = find_open_case(Kind(done.kind), done.object_id)
    own = lock_case(done.case_id) if done.case_id else None
    for case in (own, about):
        if case is not None and case.closed_at is None and not _waits(case):
            case.closed_at, case.closed_by_id = done.at, done.by_id


def reopen_case(case_id: int, by_id: int) -> None:
    """Somebody takes back as a mistake what closed the case: it is theirs again.

    Where new reports have opened another case about the same thing, that one goes on.
    """
    case = lock_case(case_id)
    if case is None or find_open_case(Kind(case.kind), case.object_id) is not None:
        return
    case.closed_at = case.closed_by_id = None
    case.claimed_by_id, case.claimed_at = by_id, clock.now()


def _waits(case: ModerationCase) -> bool:
    hidden = find_hidden(Kind(case.kind), case.object_id)
    return hidden is not None and hidden.by_role == SITE
