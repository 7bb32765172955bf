"""Remember that somebody has looked at the news of what they sent."""

from __future__ import annotations

from sqlalchemy import update

from app import clock
from app.database import db, writing
from app.suggestions.models import Contribution


def mark_seen(contribution_id: int) -> None:
    """Its author has seen all that happened so far."""
    writing()
    seen = update(Contribution).where(Contribution.id == contribution_id)
    db.session.execute(seen.values(seen_at=clock.now()))
