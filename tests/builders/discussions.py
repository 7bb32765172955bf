"""Threads and comments for tests, made through the real services."""

from __future__ import annotations

from app.access.actor import Actor, Role
from app.database import db
from app.discussions.queries import CommentView, ThreadView
from app.discussions.services.posting import NewThread, reply
from app.moderation.models import ModerationAction
from app.moderation.services import Decision
from app.policies.models import Policy
from app.suggestions.services.saying import say
from tests.builders.accounts import make_actor
from tests.builders.moderation import act_on_comment


def make_thread(
    policy: Policy,
    actor: Actor | None = None,
    body: str = "Three days are too long.",
    **more: str,
) -> ThreadView:
    """A thread by a resident on the whole policy, or on ``clause=``, with its number."""
    actor = actor or make_actor()
    view = say(policy.slug, NewThread(body=body, **more), actor=actor)
    db.session.commit()
    return view


def make_reply(
    thread: ThreadView, actor: Actor | None = None, body: str = "I see it too."
) -> CommentView:
    """A reply by a resident."""
    view = reply(thread.id, body, actor=actor or make_actor())
    db.session.commit()
    return view


def hide(comment: CommentView, moderator: Actor | None = None) -> ModerationAction:
    """The comment hidden by a volunteer."""
    decision = Decision("hide", "personal_data", "Names a neighbour")
    actor = moderator or make_actor(Role.VOLUNTEER)
    done = act_on_comment(comment.id, decision, actor=actor)
    db.session.commit()
    return done
