"""Messages to people: written in the transaction that needs them, sent by the worker after it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import delete, select

from app import clock
from app.accounts.addresses import Address
from app.accounts.models import OutgoingMessage
from app.database import db
from app.text.holding import holds_any


def send_later(address: Address, template: str, *, locale: str, **values: str | int) -> None:
    """Queue ``templates/emails/<template>`` for an address, in the language of ``locale``."""
    db.session.add(
        OutgoingMessage(
            channel=address.channel,
            address=address.text,
            template=template,
            locale=locale,
            values=json.dumps(values, ensure_ascii=False),
            created_at=clock.now(),
        )
    )


def drop_letters_holding(pieces: Sequence[str]) -> None:
    """Take back every message that waits and holds one of ``pieces``; inside the gate."""
    rows = db.session.execute(select(OutgoingMessage.id, OutgoingMessage.values))
    doomed = [
        ident
        for ident, values in rows
        if any(holds_any(str(value), pieces) for value in json.loads(values).values())
    ]
    db.session.execute(delete(OutgoingMessage).where(OutgoingMessage.id.in_(doomed)))


def drop_letters_to(*addresses: str | None) -> None:
    """Take back what waits for these addresses; inside the gate."""
    wanted = [address for address in addresses if address]
    db.session.execute(delete(OutgoingMessage).where(OutgoingMessage.address.in_(wanted)))
