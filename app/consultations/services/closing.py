"""Write down when a round of comments ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.consultations.models import ConsultationCall
from app.database import db, writing


def close_round(policy_id: int, at: datetime) -> None:
    """The call that was open at ``at`` ended then; done twice, the first moment stands."""
    writing()
    query = (
        select(ConsultationCall)
        .where(ConsultationCall.policy_id == policy_id, ConsultationCall.opened_at < at)
        .order_by(ConsultationCall.round.desc())
        .limit(1)
    )
    call = db.session.scalars(query).first()
    if call is None or call.closed_at is not None:
        return
    call.closed_at = at
    db.session.flush()
