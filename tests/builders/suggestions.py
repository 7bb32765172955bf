"""Contributions for tests, made through the real services."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.access.actor import Actor, Role
from app.database import db
from app.moderation.services import Decision
from app.policies.models import Policy
from app.policies.versions import get_version
from app.suggestions.models import Contribution
from app.suggestions.services.sending import Wanted, send
from tests.builders.accounts import make_actor
from tests.builders.moderation import act_on_suggestion

REASON = "Three days are too long where wheelchairs pass."


def make_contribution(policy: Policy, actor: Actor | None = None, **wanted: Any) -> Contribution:
    """Sent by a resident and committed; ``text=`` other words make it a suggestion.

    Without ``clause``, ``after`` or ``text`` it is a comment on the whole draft.
    """
    values: dict[str, Any] = {"base": policy.head_number, "text": "", "reason": REASON}
    values.update(wanted)
    if not values["text"] and values.get("clause") and "text" not in wanted:
        clause = get_version(policy.id, values["base"]).clause(values["clause"])
        values["text"] = clause.text if clause else ""
    sent = send(policy.slug, Wanted(**values), actor=actor or make_actor())
    db.session.commit()
    query = select(Contribution).where(
        Contribution.policy_id == policy.id, Contribution.number == sent.number
    )
    return db.session.scalars(query).one()


def make_suggestion(
    policy: Policy, clause: str, text: str, actor: Actor | None = None, **wanted: Any
) -> Contribution:
    """Other words for one clause, sent by a resident and committed."""
    return make_contribution(policy, actor, clause=clause, text=text, **wanted)


def hide_suggestion(one: Contribution, moderator: Actor | None = None) -> None:
    """The suggestion hidden by a volunteer."""
    decision = Decision("hide", "personal_data", "Names a neighbour")
    act_on_suggestion(one.id, decision, actor=moderator or make_actor(Role.VOLUNTEER))
    db.session.commit()
