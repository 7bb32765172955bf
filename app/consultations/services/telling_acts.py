"""Record what became of an act of two officers; nobody outside the office reads it before its time."""

from __future__ import annotations

from app.access.actor import Actor
from app.consultations.events import (
    OfficeActAgreed,
    OfficeActAsked,
    OfficeActCalledOff,
    OfficeActDone,
    OfficeActSentBack,
)
from app.consultations.models import OfficeAct
from app.ledger.services import record

Told = OfficeActAsked | OfficeActAgreed | OfficeActSentBack | OfficeActCalledOff | OfficeActDone


def tell(event: type[Told], act: OfficeAct, actor: Actor) -> None:
    """Each of these facts names the act, its time and the code of what was looked at."""
    told = event(
        policy=act.policy_id,
        act=act.id,
        kind=act.kind,
        at=act.at.isoformat(),
        check_code=act.check_code,
    )
    record(told, actor=actor)
