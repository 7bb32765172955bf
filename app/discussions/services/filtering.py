"""Words of new accounts that read like advertising: they wait so that a volunteer may look first.

Nothing is dropped, and nobody's account is touched: a newcomer with three sources waits a while.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import func, select

from app import clock
from app.access.actor import Actor, Role
from app.accounts.limits import is_new
from app.database import db
from app.discussions.models import Comment, Thread

MOST_LINKS = 2  # in one comment
MOST_DRAFTS = 2  # that the same words are sent to within a day
WITHIN = timedelta(hours=24)
_LINK = re.compile(r"(?:https?://|(?<![\w./])www\.)\S", re.IGNORECASE)


def looks_like_advertising(body: str, actor: Actor) -> bool:
    """Whether ``body``, which ``actor`` sends now, is to be looked at first; new accounts only."""
    if not body or actor.role is not Role.RESIDENT or not is_new(actor, clock.now()):
        return False
    return len(_LINK.findall(body)) > MOST_LINKS or _count_drafts(body, actor) >= MOST_DRAFTS


def _count_drafts(body: str, actor: Actor) -> int:
    """On how many drafts these very words stand already."""
    query = (
        select(func.count(Thread.policy_id.distinct()))
        .join(Comment, Comment.thread_id == Thread.id)
        .where(
            Comment.author_id == actor.person_id,
            Comment.posted_at > clock.now() - WITHIN,
            Comment.body == body,
        )
    )
    return db.session.scalar(query) or 0
