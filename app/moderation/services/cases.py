"""The cases of the queue: the open one about a thing, closing it with an action, opening it again."""

from __future__ import annotations

from sqlalchemy import select

from app import clock
from app.database import db
from app.moderation.models import ModerationAction, ModerationCase
from app.moderation.queries.words import find_hidden
from app.moderation.rules import SITE, Action, Kind


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
