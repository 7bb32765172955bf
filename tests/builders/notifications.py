"""What the worker does with events, for tests of what people are told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.access.actor import Actor
from app.consultations.decision_rules import WantedDecision
from app.consultations.services.deciding import record_decision
from app.database import committing, db
from app.ledger import delivery, sealing
from app.ledger.delivery import SealedEvent
from app.ledger.models import EventRecord, Seal
from app.notifications.queries.watches import get_target
from app.notifications.services.watching import follow
from app.policies.models import Policy
from app.policies.services.moving import move_due, set_phase
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


def make_decision(policy: Policy, owner: Actor) -> None:
    """The policy is adopted, and nobody was told yet."""
    for phase in ("consultation", "response", "decision"):
        set_phase(policy.slug, phase, actor=owner)
    day = clock.now().date()
    wanted = WantedDecision(
        outcome="adopt",
        body="南门街道办事处",
        document_number="南街办发〔2026〕3号",
        passed_on=day,
        signed_by="办事处主任",
        effective_on=day + timedelta(days=60),
    )
    record_decision(policy.slug, wanted, actor=owner)
    db.session.commit()


def announce_decision(policy: Policy, owner: Actor) -> None:
    """The decision on the policy is adopted and announced a moment ago."""
    make_decision(policy, owner)
    with committing():
        policy.announced_at = clock.now()
    move_due()
    db.session.commit()
