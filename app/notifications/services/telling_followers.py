"""Tell those who follow a draft by mail alone of a deadline or the final text, at once and once.

They have no page of notices, so the letter is queued straight away; it is put into words when it
leaves, like all letters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, cast, func, insert, literal, select
from sqlalchemy.orm import aliased

from app import clock
from app.accounts.addresses import Address
from app.accounts.models import Person
from app.accounts.services import setup
from app.accounts.services.outbox import send_later
from app.database import committing, db
from app.notifications.models import LetterSent, MailFollower, Notice

KEY = "notice:f"  # begins a key of LetterSent; the row's id and what it is about follow
PORTION = 100  # letters in one transaction, so that nobody who saves waits for them


def tell_followers(
    policy_id: int, kind: str, once: str, values: Mapping[str, str | int], *, since: datetime
) -> int:
    """Queue one letter for each address that follows the policy, or a clause of it, since ``since``
    or longer; how many. Whoever was told of ``once`` as somebody with an account is left out.

    Commits each portion; a letter that was queued has its key in LetterSent.
    """
    total = 0
    while some := _untold(policy_id, once, since):
        at = clock.now()
        default = setup.settings().default_locale
        with committing():
            keys = [{"key": f"{KEY}{ident}:{once}", "at": at} for ident, _address, _locale in some]
            db.session.execute(insert(LetterSent), keys)
            for ident, address, locale in some:
                send_later(
                    Address("mail", address),
                    "notices",
                    locale=locale or default,
                    follower=ident,
                    kind=kind,
                    policy=policy_id,
                    at=at.isoformat(),
                    values=json.dumps(dict(values)),
                )
        total += len(some)
    return total


def _untold(policy_id: int, once: str, since: datetime) -> list[tuple[int, str, str]]:
    """Id, address and language of some that were not told: the first row of each address."""
    other = aliased(MailFollower)
    key = literal(KEY) + cast(other.id, String) + literal(f":{once}")
    as_follower = (
        select(LetterSent.key)
        .join(other, LetterSent.key == key)
        .where(other.address == MailFollower.address, other.policy_id == policy_id)
    )
    as_person = (
        select(Notice.id)
        .join(Person, Person.id == Notice.person_id)
        .where(Person.email == MailFollower.address, Notice.once == once)
    )
    first = (
        select(func.min(MailFollower.id))
        .where(
            MailFollower.policy_id == policy_id,
            MailFollower.confirmed_at <= since,
            MailFollower.ended_at.is_(None),
            ~as_follower.exists(),
            ~as_person.exists(),
        )
        .group_by(MailFollower.address)
        .correlate(None)
    )
    query = select(MailFollower.id, MailFollower.address, MailFollower.locale)
    rows = query.where(MailFollower.id.in_(first)).order_by(MailFollower.id).limit(PORTION)
    return [(row.id, row.address, row.locale) for row in db.session.execute(rows)]
