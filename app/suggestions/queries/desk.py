"""What the desk of answers shows: drafts, points, colleagues, reasons, and what comes next."""

from __future__ import annotations

from app.database import db
from app.suggestions.models import AnswerDraft


def find_draft(contribution_id: int, part: int = 0) -> AnswerDraft | None:
    """The draft of the answer to a contribution, or to one point of it; or None."""
    return db.session.get(AnswerDraft, (contribution_id, part))
