"""A volunteer's fixed sentence to the writer of a comment: one press, and it is a plain reply."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.models import Comment, Thread
from app.discussions.queries import CommentView, get_comment, get_thread
from app.discussions.queries.helping import find_newcomers
from app.discussions.rules import (
    PROMPT_AGAIN,
    PROMPTS,
    SENT_TWICE_SECONDS,
    Prompt,
    checked_prompt,
)
from app.discussions.services.posting import (
    PromptTo,
    add_reply,
    commentable,
    ensure_not_too_fast,
)
from app.errors import NotAllowed, RuleBroken
from app.messages import N_
from app.policies.models import Policy
from app.policies.queries import facts
from app.policies.services.writing_revisions import lock_head


def prompt(comment_id: int, code: str, *, actor: Actor) -> CommentView:
    """Say the sentence of ``code`` to the writer of a comment, in the language of the comment.

    RuleBroken for words that cannot be read, and for the same sentence to the same person in the
    same thread within PROMPT_AGAIN.
    """
    wanted = checked_prompt(code)
    policy, _comment = _promptable(comment_id, wanted, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    policy, comment = _promptable(comment_id, wanted, actor)
    if (pressed := _find_pressed(comment, wanted, actor)) is not None:
        return get_comment(pressed, actor)
    _ensure_not_again(comment, wanted)
    body = PROMPTS[wanted][comment.language]
    thread = db.session.get_one(Thread, comment.thread_id)
    return add_reply(policy, thread, body, actor, PromptTo(wanted, comment.id))


def _promptable(comment_id: int, wanted: Prompt, actor: Actor) -> tuple[Policy, CommentView]:
    """The policy and the comment, to whose writer ``actor`` may say this; or the refusal."""
    comment = get_comment(comment_id, actor)
    policy, thread = get_thread(comment.thread_id, actor)
    commentable(policy.slug, actor)
    ensure(actor, Act.FACILITATE, facts(policy, actor))
    if comment.author_id == actor.id:
        raise NotAllowed(N_("These are your own words."))
    if not comment.is_readable or not thread.is_readable:
        raise RuleBroken(N_("These words are no longer shown, so nobody can reply to them."))
    if wanted is Prompt.WELCOME and comment.id not in find_newcomers([comment]):
        raise RuleBroken(N_("This is not the first comment of this person."))
    return policy, comment


def _find_pressed(comment: CommentView, wanted: Prompt, actor: Actor) -> int | None:
    """What a button that was pressed twice has sent already."""
    query = select(Comment.id).where(
        Comment.thread_id == comment.thread_id,
        Comment.author_id == actor.id,
        Comment.about_id == comment.id,
        Comment.prompt == wanted,
        Comment.posted_at > clock.now() - timedelta(seconds=SENT_TWICE_SECONDS),
    )
    return db.session.scalar(query.limit(1))


def _ensure_not_again(comment: CommentView, wanted: Prompt) -> None:
    about = aliased(Comment)
    query = (
        select(Comment.id)
        .join(about, about.id == Comment.about_id)
        .where(
            Comment.thread_id == comment.thread_id,
            Comment.prompt == wanted,
            Comment.posted_at > clock.now() - PROMPT_AGAIN,
            about.author_id == comment.author_id,
        )
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise RuleBroken(
            N_("This person has been asked or thanked in this way within the last day.")
        )
