"""Show a selection of words that wait, before their time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.access.actor import Actor
from app.database import db, writing
from app.discussions.events import WordsReleased
from app.discussions.models import Comment, Thread
from app.errors import NotAllowed
from app.messages import N_
from app.moderation.rules import Kind
from app.moderation.services.holding import keepable
from app.moderation.services.recording import sign
from app.policies.services.writing_revisions import lock_head
from app.suggestions.models import Contribution
from app.suggestions.services.releasing import Waiting, release


def let_out(
    slug: str, chosen: Collection[tuple[Kind, int]], *, seen_at: datetime, actor: Actor
) -> int:
    """Show these words on a draft that wait; how many those were.

    What is shown already, waits on another draft, or was changed after ``seen_at``, when the
    volunteer read it, is passed over.
    """
    policy = keepable(slug, actor)
    writing()
    policy = lock_head(policy.id)
    keepable(policy.slug, actor)
    sent_as = and_(Contribution.thread_id == Thread.id, Contribution.comment_id.is_(None))
    said = (
        select(Comment.id, Comment.author_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .outerjoin(Contribution, sent_as)
        .where(Thread.policy_id == policy.id, Comment.held_until.is_not(None))
        .where(Comment.id.in_(_ids(chosen, Kind.COMMENT)))
        .where(or_(Comment.edited_at.is_(None), Comment.edited_at <= seen_at))
        # In the first minutes what opened a thread is changed without a trace but this one.
        .where(or_(Contribution.changed_at.is_(None), Contribution.changed_at <= seen_at))
    )
    sent = (
        select(Contribution.id, Contribution.author_id)
        .where(Contribution.policy_id == policy.id, Contribution.held_until.is_not(None))
        .where(Contribution.id.in_(_ids(chosen, Kind.SUGGESTION)))
        .where(or_(Contribution.changed_at.is_(None), Contribution.changed_at <= seen_at))
    )
    comments, contributions = db.session.execute(said).all(), db.session.execute(sent).all()
    if any(row.author_id == actor.id for row in (*comments, *contributions)):
        raise NotAllowed(N_("These are your own words, so another volunteer decides on them."))
    words = Waiting(
        frozenset(row.id for row in comments), frozenset(row.id for row in contributions)
    )
    count = release(policy.id, words)
    if count:
        sign(WordsReleased, policy.id, actor)
    return count


def _ids(chosen: Iterable[tuple[Kind, int]], kind: Kind) -> list[int]:
    return [ident for each, ident in chosen if each is kind]
