"""Reply to something of another domain: its thread begins with the first reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db, writing
from app.discussions.events import ThreadOpened
from app.discussions.models import Thread
from app.discussions.queries import CommentView, get_comment
from app.discussions.rules import REPLIES, checked_body
from app.discussions.services.pacing import ensure_pace
from app.discussions.services.posting import (
    add_comment,
    add_reply,
    commentable,
    ensure_not_too_fast,
    record_posted,
    same_comment,
)
from app.discussions.services.waiting import waits_until
from app.ledger.services import record, salted_hash
from app.policies.services.writing_revisions import lock_head


@dataclass(frozen=True, slots=True)
class Subject:
    """What is replied to: where it stands, whose it is, since when it is there, and until when it
    waits."""

    kind: str
    id: int
    clause: str | None
    revision: int
    author_id: int
    sent_at: datetime
    held_until: datetime | None


def reply_about(slug: str, subject: Subject, body: str, *, actor: Actor) -> CommentView:
    """Add a reply; the caller has made sure that ``actor`` may read the subject."""
    body = checked_body(body)
    policy = commentable(slug, actor)
    ensure_not_too_fast(actor)
    writing()
    policy = lock_head(policy.id)
    commentable(policy.slug, actor)
    begun = _find_thread(subject)
    if begun is not None:
        earlier = same_comment(begun.id, body, actor)
        return get_comment(earlier, actor) if earlier else add_reply(policy, begun, body, actor)
    ensure_pace(policy.id, actor)
    thread = Thread(
        policy_id=policy.id,
        clause=subject.clause,
        kind=REPLIES,
        opened_on=subject.revision,
        opened_by_id=subject.author_id,
        opened_at=subject.sent_at,
        subject_kind=subject.kind,
        subject_id=subject.id,
        held_until=subject.held_until,
    )
    db.session.add(thread)
    db.session.flush()
    comment = add_comment(thread, body, actor, waits_until(policy.id, actor, body))
    event = ThreadOpened(
        policy=policy.id,
        thread=thread.id,
        clause=thread.clause,
        kind=REPLIES,
        revision=thread.opened_on,
        title=salted_hash(comment.salt, ""),
        quote="",
    )
    record(event, actor=actor, is_public=policy.is_public)
    record_posted(policy, comment, actor)
    return get_comment(comment.id, actor)


def _find_thread(subject: Subject) -> Thread | None:
    """The thread that earlier replies began, even if all of them were moved elsewhere."""
    query = select(Thread).where(
        Thread.subject_kind == subject.kind, Thread.subject_id == subject.id
    )
    return db.session.scalar(query)
