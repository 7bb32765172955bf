"""Calls for comment for tests, opened through the real service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.access.actor import Actor
from app.consultations.models import Annex
from app.consultations.rules import Card, WantedCall
from app.consultations.services.calling import open_consultation
from app.database import committing, db
from app.policies.models import Policy, Waiver


def wanted_call(**overrides: Any) -> WantedCall:
    """A call for forty days with one question, on the text of ``builders.policies``."""
    values: dict[str, Any] = {
        "question": "自行车怎么停？请您出主意",
        "closes_at": clock.now() + timedelta(days=40),
        "cards": (Card("第二条", "没人骑的共享自行车，几天该挪走？"),),
        "address": "南门街道办事处",
    }
    values.update(overrides)
    return WantedCall(**values)


def make_call(
    policy: Policy, owner: Actor, call: WantedCall | None = None, **overrides: Any
) -> Policy:
    """The policy open for comment, committed."""
    policy = open_consultation(policy.slug, call or wanted_call(**overrides), actor=owner)
    db.session.commit()
    return policy


def make_ready(policy: Policy, owner: Actor) -> Policy:
    """Nothing but the call is missing any more before comments open: the explanation is written,
    and the draft is let off the seats that this site asks for."""
    with committing():
        db.session.add(
            Annex(
                policy_id=policy.id,
                kind="explanation",
                title="起草说明",
                text="为了让路通。",
                by_id=owner.person_id,
                saved_at=clock.now(),
            )
        )
        for seat in ("decision_maker", "legal_reviewer"):
            db.session.add(
                Waiver(
                    policy_id=policy.id,
                    what=f"seat:{seat}",
                    reason="演示",
                    by_id=owner.person_id,
                    at=clock.now(),
                )
            )
    return policy
