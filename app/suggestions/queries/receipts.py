"""What a browser without an account may look up again: by the codes that were shown in it."""

from __future__ import annotations

from app.access.actor import Actor
from app.database import db
from app.suggestions.models import Contribution
from app.suggestions.queries.shown import Receipts, select_contributions, views
from app.suggestions.queries.views import ContributionView


def list_unlocked(actor: Actor, receipts: Receipts) -> list[ContributionView]:
    """The contributions of these receipts, the last sent first."""
    if not receipts:
        return []
    query = (
        select_contributions(actor, receipts)
        .where(Contribution.id.in_(receipts))
        .order_by(Contribution.sent_at.desc(), Contribution.id.desc())
    )
    return views(db.session.execute(query).all(), actor, receipts)
