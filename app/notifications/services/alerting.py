"""Letters at once: a decision on one's words, a deadline, the final text.

They wait ten minutes first. What is undone by then sends nothing, and what comes within that time
about one policy is one letter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select

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


def tell_at_once() -> int:
    """A regular duty: queue the letters that have waited long enough; how many."""
    now = clock.now()
    last = func.max(Notice.at)
    query = (
        select(Notice.person_id, Notice.policy_id)
        .where(Notice.by_mail.is_(True))
        .group_by(Notice.person_id, Notice.policy_id)
        .having(or_(last <= now - DEBOUNCE, func.min(Notice.at) <= now - LONGEST_DEBOUNCE))
        .limit(BATCH)
    )
    groups = [(person_id, policy_id) for person_id, policy_id in db.session.execute(query)]
    if not groups:
        return 0
    with committing():
        return sum(_queue(person_id, policy_id) for person_id, policy_id in groups)


def _queue(person_id: int, policy_id: int | None) -> int:
    """One letter about what waits for a person on one policy; 0 when nothing is left to say."""
    rows = db.session.scalars(
        select(Notice)
        .where(
            Notice.person_id == person_id,
            Notice.policy_id == policy_id,
            Notice.by_mail.is_(True),
        )
        .order_by(Notice.id)
    ).all()
    for row in rows:
        row.by_mail = False
    address = find_address(person_id)
    told = _unsent([row for row in standing(rows) if address])
    for row in told:
        db.session.add(LetterSent(key=key_of(row), at=clock.now()))
    if address is None or not told:
        return 0
    person = db.session.get_one(Person, person_id)
    send_later(
        address,
        "notices",
        locale=person.locale or setup.settings().default_locale,
        person=person_id,
        notices=" ".join(str(row.id) for row in told),
    )
    return 1


def key_of(notice: Notice) -> str:
    """The key of LetterSent that says that a letter told of it."""
    return f"notice:{notice.person_id}:{notice.once}"


def find_address(person_id: int) -> Address | None:
    """Where letters at once reach a person who wants them: by mail only."""
    query = (
        select(Person.email)
        .outerjoin(ReaderState, ReaderState.person_id == Person.id)
        .where(
            Person.id == person_id,
            Person.email.is_not(None),
            Person.erased_at.is_(None),
            Person.confirmation != Confirmation.NONE,
            func.coalesce(ReaderState.at_once, True),
        )
    )
    email = db.session.scalar(query)
    return Address("mail", email) if email else None


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
