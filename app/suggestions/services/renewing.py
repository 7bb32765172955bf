"""Make pages anew whose contributions are shown differently, though no contribution changed."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Person
from app.database import db
from app.policies.services.renewing import renew_pages
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
    renew_pages(db.session.scalars(query).all())
