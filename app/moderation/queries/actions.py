"""Which of the actions on a thing still stand."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app import clock
from app.database import db
from app.errors import NotFound
from app.messages import N_
from app.moderation.models import ModerationAction
from app.moderation.rules import Action, Kind, family_of


def get_action(action_id: int) -> ModerationAction:
    """One action, or NotFound."""
    done = db.session.get(ModerationAction, action_id)
    if done is None:
        raise NotFound(N_("This page does not exist."))
    return done


def find_latest(kind: Kind, object_id: int, action: Action) -> ModerationAction | None:
    """The latest action on the thing that is ``action`` or takes it back."""
    query = (
        select(ModerationAction)
        .where(ModerationAction.kind == kind, ModerationAction.object_id == object_id)
        .where(ModerationAction.action.in_(family_of(action)))
        .order_by(ModerationAction.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def still_stands(done: ModerationAction) -> bool:
    """Whether nothing has replaced it since, and it has not ended by itself."""
    if done.until is not None and done.until <= clock.now():
        return False
    later = aliased(ModerationAction)
    replaced = exists().where(
        later.kind == done.kind,
        later.object_id == done.object_id,
        later.action.in_(family_of(Action(done.action))),
        later.id > done.id,
    )
    return not db.session.scalar(select(replaced))
