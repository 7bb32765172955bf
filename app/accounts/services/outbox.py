"""Messages to people: written in the transaction that needs them, sent by the worker after it."""

from __future__ import annotations

import json

from app import clock
from app.accounts.addresses import Address
from app.accounts.models import OutgoingMessage
from app.database import db


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
