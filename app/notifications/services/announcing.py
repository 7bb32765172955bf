"""Tell everybody who follows a draft, or had a part in it, of a deadline or the final text.

Only the worker does this, in portions short enough that nobody who saves waits for them. Who was
told is not told again, so a portion that was lost is simply written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, func, select, union

from app import clock
from app.consultations.decision_rules import Outcome
from app.database import committing, db
from app.discussions.models import Comment, Thread
from app.notifications.models import Watch
from app.notifications.queries.noted import find_decision_id
from app.notifications.rules import LATE_NEWS, SOON, Told
from app.notifications.services.noticing import Telling, put, untold
from app.notifications.services.telling_followers import tell_followers
from app.policies.models import Policy
from app.policies.phases import Phase
from app.suggestions.models import Contribution, KeptWords
from app.suggestions.rules import State

PORTION = 250  # people in one transaction: some milliseconds inside the gate


def remind_of_closing() -> int:
    """A regular duty: who follows a draft, or began to write on it, hears three days before its
    comments close, if that was so by then. Answers how many people were told."""
    now = clock.now()
    closing = func.coalesce(Policy.usual_closes_at, Policy.closes_at)
    query = select(Policy.id, closing, Policy.round).where(
        Policy.phase == Phase.CONSULTATION,
        Policy.is_public.is_(True),
        closing > now,
        closing <= now + SOON,
    )
    return sum(
        _remind(policy_id, closes_at, f"closes:{policy_id}:{round_}:{closes_at:%Y%m%d%H%M}")
        for policy_id, closes_at, round_ in db.session.execute(query).all()
    )


def _remind(policy_id: int, closes_at: datetime, once: str) -> int:
    since = closes_at - SOON
    values = {"closes_at": closes_at.isoformat()}
    told = _announce(_followers_before(policy_id, since), Told.DEADLINE, once, policy_id, values)
    return told + tell_followers(policy_id, Told.DEADLINE, once, values, since=since)


def _followers_before(policy_id: int, moment: datetime) -> Select[int]:
    follows = select(Watch.person_id).where(Watch.policy_id == policy_id, Watch.since <= moment)
    began = select(KeptWords.person_id).where(
        KeptWords.policy_id == policy_id,
        KeptWords.person_id.is_not(None),
        KeptWords.sent_as.is_(None),
        KeptWords.begun_at <= moment,
    )
    return _people(follows, began)


def announce_final(policy_id: int, at: datetime) -> int:
    """Tell who follows the policy or took part in it that the decision was announced ``at`` a
    moment not long ago; how many."""
    decision_id = find_decision_id(policy_id, Outcome.ADOPT)
    if decision_id is None or at < clock.now() - LATE_NEWS:
        return 0
    follows = select(Watch.person_id).where(Watch.policy_id == policy_id)
    sent = select(Contribution.author_id).where(
        Contribution.policy_id == policy_id, Contribution.state != State.WITHDRAWN
    )
    spoke = (
        select(Comment.author_id)
        .join(Thread, Thread.id == Comment.thread_id)
        .where(Thread.policy_id == policy_id, Comment.withdrawn_at.is_(None))
    )
    once, values = f"final:{decision_id}", {"decision": decision_id}
    told = _announce(_people(follows, sent, spoke), Told.FINAL, once, policy_id, values)
    return told + tell_followers(policy_id, Told.FINAL, once, values, since=clock.now())


def _people(*groups: Select[int] | Select[int | None]) -> Select[int]:
    everybody = union(*groups).subquery()
    return select(everybody.c[0])


def _announce(
    people: Select[int], kind: Told, once: str, policy_id: int, values: Mapping[str, str | int]
) -> int:
    """One notice for each of ``people``, in the order of their ids; commits each portion."""
    total, last = 0, 0
    person = people.selected_columns[0]
    while True:
        query = people.where(person > last).order_by(person).limit(PORTION)
        some = db.session.scalars(query).all()
        if not some:
            return total
        at = clock.now()
        fresh = untold([Telling(one, kind, once, at, policy_id, True, values) for one in some])
        if fresh:
            with committing():
                put(fresh)
        total, last = total + len(fresh), some[-1]
