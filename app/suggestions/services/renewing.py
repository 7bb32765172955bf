"""Make pages anew whose contributions are shown differently, though no contribution changed."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Person
from app.database import db, writing
from app.policies.services.writing_revisions import lock_head, touch
from app.suggestions.models import Contribution


def renew_pages_with(public_id: str) -> None:
    """What this person sent may be shown to others now, or under another name."""
    query = (
        select(Contribution.policy_id)
        .join(Person, Person.id == Contribution.author_id)
        .where(Person.public_id == public_id)
        .distinct()
        .order_by(Contribution.policy_id)
    )
    policies = db.session.scalars(query).all()
    if not policies:
        return
    writing()
    for policy_id in policies:
        touch(lock_head(policy_id))
    db.session.flush()
