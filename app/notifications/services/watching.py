"""Follow a policy, one clause of it or one thread, and stop; say how far one has looked."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from app import clock
from app.access.actor import Actor
from app.access.acts import Act
from app.access.ensure import ensure
from app.database import db, writing
from app.errors import RuleBroken
from app.messages import N_
from app.notifications.models import Happening, Notice, ReaderState, Watch
from app.notifications.queries.watches import Target, find_watch
from app.notifications.rules import MOST_FOLLOWED
from app.policies.queries import facts


def follow(target: Target, *, actor: Actor) -> None:
    """Hear of the target from now on; following twice is following once."""
    ensure(actor, Act.FOLLOW, facts(target.policy, actor))
    policy_id, clause, thread_id = target.policy.id, target.clause, target.thread_id
    writing()
    if find_watch(target, actor) is not None:
        return
    count = select(func.count()).where(Watch.person_id == actor.person_id)
    if (db.session.scalar(count) or 0) >= MOST_FOLLOWED:
        raise RuleBroken(
            N_("You follow %(count)s things already. Please stop following some first."),
            count=MOST_FOLLOWED,
        )
    db.session.add(
        Watch(
            person_id=actor.person_id,
            policy_id=policy_id,
            clause=clause,
            thread_id=thread_id,
            since=clock.now(),
        )
    )
    db.session.flush()


def unfollow(watch_id: int, *, actor: Actor) -> None:
    """Hear of it no longer; of something that the actor does not follow, nothing happens."""
    ensure(actor, Act.READ_NOTICES)
    writing()
    own = (Watch.id == watch_id, Watch.person_id == actor.person_id)
    db.session.execute(delete(Watch).where(*own))


def mark_seen(upto: int, notice: int, *, actor: Actor) -> None:
    """The actor has looked at happenings up to the id ``upto`` and at notices up to ``notice``; of
    what came since the page was made, nothing is marked."""
    ensure(actor, Act.READ_NOTICES)
    writing()
    newest = db.session.scalar(select(func.max(Happening.id))) or 0
    state = db.session.get(ReaderState, actor.person_id)
    if state is None:
        state = ReaderState(person_id=actor.person_id)
        db.session.add(state)
        db.session.flush()
    state.seen_upto = max(state.seen_upto, min(upto, newest))
    unseen = update(Notice).where(
        Notice.person_id == actor.person_id, Notice.id <= notice, Notice.seen_at.is_(None)
    )
    db.session.execute(unseen.values(seen_at=clock.now()))
    db.session.flush()
