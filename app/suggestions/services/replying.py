"""Reply to a contribution: in its own thread, or to a suggestion in one that replies begin."""

from __future__ import annotations

from app.access.actor import Actor
from app.discussions.queries import CommentView
from app.discussions.services import posting
from app.discussions.services.replying import Subject, reply_about
from app.errors import RuleBroken
from app.messages import N_
from app.suggestions.queries.shown import SUGGESTION, get_contribution


def reply(slug: str, number: int, body: str, *, actor: Actor) -> CommentView:
    """Add a reply to contribution ``number``; refused when its words are no longer shown."""
    view = get_contribution(slug, number, actor)
    if view.is_withdrawn or view.marker is not None:
        raise RuleBroken(N_("These words are no longer shown, so nobody can reply to them."))
    if view.thread_id is not None:
        return posting.reply(view.thread_id, body, actor=actor)
    subject = Subject(
        SUGGESTION,
        view.id,
        view.clause or view.after,
        view.base,
        view.author_id,
        view.sent_at,
        view.held_until,
    )
    return reply_about(view.slug, subject, body, actor=actor)
