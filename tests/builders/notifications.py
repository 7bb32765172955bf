"""What the worker does with events, for tests of what people are told."""

from __future__ import annotations

from app.database import db
from app.ledger import delivery, sealing
from app.reactions import REACTIONS


def deliver(*names: str) -> None:
    """Seal what was committed and let the reactions of notifications (or ``names``) have it."""
    while sealing.seal():
        pass
    wanted = names or ("notifications.",)
    reactions = [one for one in REACTIONS if one.name.startswith(wanted)]
    while delivery.deliver(reactions):
        pass
    assert delivery.list_troubles(reactions) == []
    db.session.rollback()
