"""What the worker does with events, for tests of what people are told."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from app.access.actor import Actor
from app.database import db
from app.ledger import delivery, sealing
from app.ledger.delivery import SealedEvent
from app.ledger.models import EventRecord, Seal
from app.notifications.queries.watches import get_target
from app.notifications.services.watching import follow
from app.policies.models import Policy
from app.reactions import REACTIONS


def deliver(*names: str) -> None:
    """Seal what was committed and let the reactions of notifications (or ``names``) have it."""
    while sealing.seal():
        pass
    wanted = names or ("notifications.",)
    reactions = [one for one in REACTIONS if one.name.startswith(wanted)]
    while delivery.deliver(reactions):
        pass
    assert delivery.list_troubles(reactions) == []
    db.session.rollback()


def sealed(kinds: Sequence[str]) -> list[SealedEvent]:
    """Every sealed event of these kinds, as the worker hands them to a handler."""
    query = (
        select(Seal.seq, EventRecord)
        .join(EventRecord, EventRecord.id == Seal.event_id)
        .where(EventRecord.kind.in_(kinds))
        .order_by(Seal.seq)
    )
    found = [
        SealedEvent(
            seq, one.kind, one.occurred_at, one.actor, json.loads(one.payload), one.is_public
        )
        for seq, one in db.session.execute(query)
    ]
    db.session.rollback()
    return found


def make_watch(policy: Policy, actor: Actor, *, clause: str = "", thread_id: int = 0) -> None:
    """``actor`` follows the policy, one of its clauses or a thread, committed."""
    follow(get_target(policy.slug, clause, thread_id, actor), actor=actor)
    db.session.commit()
