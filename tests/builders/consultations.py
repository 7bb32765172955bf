"""Calls for comment for tests, opened through the real service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.access.actor import Actor
from app.consultations.rules import Card, WantedCall
from app.consultations.services.calling import open_consultation
from app.database import db
from app.policies.models import Policy


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


def make_call(policy: Policy, owner: Actor, **overrides: Any) -> Policy:
    """The policy open for comment, committed."""
    policy = open_consultation(policy.slug, wanted_call(**overrides), actor=owner)
    db.session.commit()
    return policy
