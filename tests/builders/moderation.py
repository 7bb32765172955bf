"""Reports and decisions for tests, made through the real services."""

from __future__ import annotations

from sqlalchemy import select

from app.access.actor import Actor, Role
from app.database import db
from app.moderation.models import ModerationAction, ModerationCase
from app.moderation.queries.queue import get_case
from app.moderation.rules import Kind
from app.moderation.services import Decision, act
from app.moderation.services.deciding import decide
from app.moderation.services.flagging import flag
from tests.builders.accounts import make_actor

WHY = "Calls a neighbour names"


def make_report(
    kind: Kind, ident: int, rule: str = "insult", said: str = "", actor: Actor | None = None
) -> ModerationCase:
    """The case of words that a resident reported."""
    done = flag(kind, ident, rule, said, actor=actor or make_actor())
    db.session.commit()
    return db.session.scalars(select(ModerationCase).where(ModerationCase.id == done.case_id)).one()


def decide_on(
    case: ModerationCase, action: str, actor: Actor | None = None, days: int | None = None
) -> ModerationAction | None:
    """The case decided by a volunteer who has just read the words."""
    actor = actor or make_actor(Role.VOLUNTEER)
    minutes = 10 if action == "slow" else None
    days = 1 if action == "slow" else days
    decision = Decision(action, "insult", WHY, days, minutes)
    done = decide(case.id, decision, seen=get_case(case.id, actor).stamp, actor=actor)
    db.session.commit()
    return done


def act_on_comment(comment_id: int, decision: Decision, *, actor: Actor) -> ModerationAction:
    """One comment hidden or shown; not committed."""
    return act(Kind.COMMENT, comment_id, decision, actor=actor)


def act_on_suggestion(
    contribution_id: int, decision: Decision, *, actor: Actor
) -> ModerationAction:
    """One suggestion hidden or shown; not committed."""
    return act(Kind.SUGGESTION, contribution_id, decision, actor=actor)


def act_on_summary(revision_id: int, decision: Decision, *, actor: Actor) -> ModerationAction:
    """The reason line of one revision hidden or shown; not committed."""
    return act(Kind.SUMMARY, revision_id, decision, actor=actor)
