"""Record what was done in a role, for everybody, without saying who holds it.

Whom the public record does not name an export of the ledger must not name either: who acted is
sealed in a second event beside the first, and of that only the hash ever leaves.
"""

from __future__ import annotations

from app.access.actor import VISITOR, Actor
from app.ledger.events import Event
from app.ledger.services import record
from app.moderation.events import ActSigned


def record_in_role(*events: Event, key: int, actor: Actor, is_public: bool | None = None) -> None:
    """Record what one act made happen; ``key`` is the id of the row that the first event is about.
    ``is_public`` as for ``ledger.services.record``; inside the gate."""
    for event in events:
        record(event, actor=VISITOR, is_public=is_public)
    if not actor.is_anonymous:
        sign(type(events[0]), key, actor)


def sign(kind: type[Event], key: int, actor: Actor) -> None:
    """Seal who is behind an event of this kind; inside the gate."""
    record(ActSigned(kind=kind.__name__, key=key), actor=actor)
