"""Letters at once: a decision on one's words, a deadline, the final text.

They wait ten minutes first. What is undone by then sends nothing, and what comes within that time
about one policy is one letter.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, insert, or_, select, update

from app import clock
from app.access.actor import Confirmation
from app.accounts.addresses import Address
from app.accounts.models import Person
from app.accounts.services import setup
from app.accounts.services.outbox import send_later
from app.database import committing, db
from app.moderation.models import ModerationAction
from app.notifications.models import LetterSent, Notice, ReaderState

DEBOUNCE = timedelta(minutes=10)
LONGEST_DEBOUNCE = timedelta(hours=1)
BATCH = 100  # letters in one transaction, so that nobody who saves waits for them
LONGEST_ROUND = 1.0  # seconds after which the worker turns to something else


def tell_at_once() -> int:
    """A regular duty: queue the letters that have waited long enough, for about a second; how many.

    What a letter tells of is found before the write gate; inside it are the inserts alone.
    """
    ends_at = time.monotonic() + LONGEST_ROUND
    total = 0
    while groups := _due():
        total += _queue(groups)
        if time.monotonic() > ends_at:
            break
    return total


def _due() -> list[list[Notice]]:
    """The notices of some people, each list about one policy, of which the latest has waited long
    enough or the first one too long."""
    now = clock.now()
    latest, first = func.max(Notice.at), func.min(Notice.at)
    query = (
        select(Notice.person_id, Notice.policy_id)
        .where(Notice.by_mail.is_(True))
        .group_by(Notice.person_id, Notice.policy_id)
        .having(or_(latest <= now - DEBOUNCE, first <= now - LONGEST_DEBOUNCE))
        .order_by(Notice.person_id)
        .limit(BATCH)
    )
    groups: dict[tuple[int, int | None], list[Notice]] = {
        (person_id, policy_id): [] for person_id, policy_id in db.session.execute(query)
    }
    people = {person_id for person_id, _policy_id in groups}
    rows = select(Notice).where(Notice.person_id.in_(people), Notice.by_mail.is_(True))
    for row in db.session.scalars(rows.order_by(Notice.id)) if groups else ():
        groups.get((row.person_id, row.policy_id), []).append(row)
    return list(groups.values())


def _queue(groups: Sequence[Sequence[Notice]]) -> int:
    """One letter for each list of which something is left to say."""
    everything = [row for group in groups for row in group]
    addresses = _addresses({row.person_id for row in everything})
    told = {row.id for row in _unsent(standing(everything)) if row.person_id in addresses}
    ids = [row.id for row in everything]
    keys = [key_of(row) for row in everything if row.id in told]
    letters = []
    for group in groups:
        if wanted := [row.id for row in group if row.id in told]:
            letters.append((group[0].person_id, wanted))
    default = setup.settings().default_locale
    with committing():
        db.session.execute(update(Notice).where(Notice.id.in_(ids)).values(by_mail=False))
        if keys:
            at = clock.now()
            db.session.execute(insert(LetterSent), [{"key": key, "at": at} for key in keys])
        for person_id, wanted in letters:
            email, locale = addresses[person_id]
            send_later(
                Address("mail", email),
                "notices",
                locale=locale or default,
                person=person_id,
                notices=" ".join(map(str, wanted)),
            )
    return len(letters)


def key_of(notice: Notice) -> str:
    """The key of LetterSent that says that a letter told of it."""
    return f"notice:{notice.person_id}:{notice.once}"


def _addresses(people: Collection[int]) -> dict[int, tuple[str, str]]:
    """Mail address and language of those of the people whom letters at once reach: by mail only."""
    query = (
        select(Person.id, Person.email, Person.locale)
        .outerjoin(ReaderState, ReaderState.person_id == Person.id)
        .where(
            Person.id.in_(people),
            Person.email.is_not(None),
            Person.erased_at.is_(None),
            Person.confirmation != Confirmation.NONE,
            func.coalesce(ReaderState.at_once, True),
        )
    )
    return {row.id: (row.email or "", row.locale) for row in db.session.execute(query)}


def standing(notices: Sequence[Notice]) -> list[Notice]:
    """Without those about an action that was taken back since, or that took one back as a mistake:
    between them nothing happened."""
    actions = {row.id: json.loads(row.values).get("action") for row in notices}
    wanted = {action for action in actions.values() if action}
    query = select(ModerationAction.reverses_id).where(ModerationAction.reverses_id.in_(wanted))
    mistakes = select(ModerationAction.id).where(
        ModerationAction.id.in_(wanted), ModerationAction.is_mistake.is_(True)
    )
    gone = {*db.session.scalars(query), *db.session.scalars(mistakes)} if wanted else set()
    return [row for row in notices if actions[row.id] not in gone]


def _unsent(notices: Iterable[Notice]) -> list[Notice]:
    by_key = {key_of(row): row for row in notices}
    query = select(LetterSent.key).where(LetterSent.key.in_(by_key))
    sent = set(db.session.scalars(query)) if by_key else set()
    return [row for key, row in by_key.items() if key not in sent]
