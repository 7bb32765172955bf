"""Change one's own words; the earlier ones stay readable."""

from __future__ import annotations

import secrets
from dataclasses import replace

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.discussions.events import CommentEdited
from app.discussions.models import Comment, CommentVersion
from app.discussions.queries import CommentView, get_comment, get_thread
from app.discussions.rules import checked_body
from app.discussions.services.posting import ensure_not_too_fast
from app.discussions.services.waiting import ensure_no_way_around
from app.errors import RuleBroken
from app.ledger.services import record, salted_hash
from app.messages import N_
from app.policies.models import Policy
from app.policies.phases import ensure_open
from app.policies.queries import facts
from app.policies.services.writing_revisions import lock_head, touch


def edit_comment(comment_id: int, body: str, *, actor: Actor) -> CommentView:
    """Change one's own words; the earlier ones stay readable. Unchanged words change nothing."""
    body = checked_body(body)
    policy = _changeable(comment_id, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    _changeable(comment_id, actor)
    comment = db.session.get_one(Comment, comment_id)
    if comment.body == body:
        return get_comment(comment_id, actor)
    ensure_no_way_around(policy.id, comment.held_until, actor, words=body)
    now = clock.now()
    db.session.add(
        CommentVersion(comment_id=comment.id, body=comment.body, salt=comment.salt, replaced_at=now)
    )
    comment.body, comment.salt, comment.edited_at = body, secrets.token_bytes(16), now
    comment.prompt = ""  # these are the volunteer's own words now
    touch(policy)
    db.session.flush()
    event = CommentEdited(
        policy=policy.id,
        thread=comment.thread_id,
        comment=comment.id,
        body=salted_hash(comment.salt, body),
    )
    record(event, actor=actor, is_public=policy.is_public)
    return get_comment(comment_id, actor)


def _changeable(comment_id: int, actor: Actor) -> Policy:
    """The policy of a comment that ``actor`` may change now."""
    comment = get_comment(comment_id, actor)
    policy, _view = get_thread(comment.thread_id, actor)
    subject = replace(facts(policy, actor), author_id=comment.author_id)
    ensure(actor, Act.EDIT_OWN_COMMENT, subject)
    ensure_open(policy.phase_now, Act.EDIT_OWN_COMMENT)
    if comment.marker is not None:
        raise RuleBroken(N_("These words are hidden and cannot be changed meanwhile."))
    if comment.withdrawn_at is not None:
        raise RuleBroken(N_("You took this back."))
    return policy
