"""Show a selection of words that wait, before their time."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db, writing
from app.discussions.models import Comment, Thread
from app.errors import NotAllowed, RuleBroken
from app.messages import N_
from app.moderation.rules import SELECTION_LIMIT, Kind
from app.moderation.services.holding import keepable
from app.policies.services.writing_revisions import lock_head
from app.suggestions.models import Contribution
from app.suggestions.services.releasing import Waiting, release


def let_out(slug: str, chosen: Iterable[tuple[Kind, int]], *, actor: Actor) -> int:
    """Show these words on a draft that wait; how many those were. What is shown already, or waits
    on another draft, is passed over."""
    wanted = set(chosen)
    if not wanted:
        raise RuleBroken(N_("Please choose at least one."))
    if len(wanted) > SELECTION_LIMIT:
        raise RuleBroken(N_("At most %(limit)s can be decided on at once."), limit=SELECTION_LIMIT)
    policy = keepable(slug, actor)
    writing()
    policy = lock_head(policy.id)
    keepable(policy.slug, actor)
    said = (
        select(Comment.id, Comment.author_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.policy_id == policy.id, Comment.held_until.is_not(None))
        .where(Comment.id.in_(_ids(wanted, Kind.COMMENT)))
    )
    sent = (
        select(Contribution.id, Contribution.author_id)
        .where(Contribution.policy_id == policy.id, Contribution.held_until.is_not(None))
        .where(Contribution.id.in_(_ids(wanted, Kind.SUGGESTION)))
    )
    comments, contributions = db.session.execute(said).all(), db.session.execute(sent).all()
    if any(row.author_id == actor.id for row in (*comments, *contributions)):
        raise NotAllowed(N_("These are your own words, so another volunteer decides on them."))
    words = Waiting(
        frozenset(row.id for row in comments), frozenset(row.id for row in contributions)
    )
    return release(policy.id, words, actor=actor)


def _ids(wanted: Iterable[tuple[Kind, int]], kind: Kind) -> list[int]:
    return [ident for each, ident in wanted if each is kind]
