"""Say something on the page of the discussion: a numbered contribution like any other."""

from __future__ import annotations

import secrets

from app import clock
from app.access.actor import Actor
from app.database import db
from app.discussions.queries import ThreadView
from app.discussions.services.posting import NewThread, open_thread
from app.policies.models import Policy
from app.policies.queries.course import closes_at
from app.suggestions.models import Contribution
from app.suggestions.rules import CommentsClosed, Opening, State, opening
from app.suggestions.services.sending import (
    has_seat,
    hash_of_words,
    next_number,
    number_of_thread,
    register,
    round_of,
)


def say(slug: str, new: NewThread, *, actor: Actor) -> ThreadView:
    """Open a thread on the text as it is now and number what opens it; sent twice, it is one."""
    thread = open_thread(slug, new, actor=actor)
    if number_of_thread(thread.id) is not None:
        return thread
    policy = db.session.get_one(Policy, thread.policy_id)
    now, until = clock.now(), closes_at(policy, thread.clause)
    if opening(policy.phase_now, policy.mode, until, now, now) is Opening.CLOSED:
        raise CommentsClosed(until)
    row = Contribution(
        policy_id=policy.id,
        number=next_number(policy.id),
        kind=thread.kind,
        clause=thread.clause,
        base=thread.opened_on,
        author_id=actor.person_id,
        author_role=actor.role,
        speaks_for=actor.speaks_for,
        salt=secrets.token_bytes(16),
        begun_at=now,
        sent_at=now,
        state=State.OPEN,
        thread_id=thread.id,
        round=round_of(policy),
        is_owed=not has_seat(policy, actor),
    )
    register(policy, row, hash_of_words(row.salt, thread.first.body, ()), actor)
    return thread
