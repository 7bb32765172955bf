"""Queue the daily and weekly digests: each reader once a day, in pages, whoever runs it again.

A queued digest holds no words, only how far it reaches; the words are read when it is sent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, update

from app import clock
from app.accounts.models import OutgoingMessage
from app.accounts.services import setup
from app.database import committing, db
from app.notifications.models import Happening, LetterSent, MailFollower, Notice, ReaderState
from app.notifications.queries.digest_readers import (
    Reader,
    digest_keys,
    list_followers,
    list_people,
)
from app.notifications.services.alerting import key_of
from app.notifications.services.digest_press import press, subjects_of
from app.notifications.services.letters import Period

PAGE = 100  # readers in one transaction, so that nobody who saves waits for them
GOES_OUT_AT = clock_time(7)  # in the time zone of the site
LONGEST_ROUND = 1.0  # seconds after which the worker turns to something else
KEYS_LAST = timedelta(days=35)


def send_due() -> int:
    """A regular duty: from seven o'clock on, what is due today or was due on Monday and is not
    queued yet, for about a second. How many letters were queued."""
    local = clock.now().astimezone(ZoneInfo(setup.settings().site_timezone))
    if local.time() < GOES_OUT_AT:
        return 0
    ends_at = time.monotonic() + LONGEST_ROUND
    return sum(
        run(period, until=lambda: time.monotonic() > ends_at)
        for period in (Period.DAILY, Period.WEEKLY)
    )


def run(period: str, *, until: Callable[[], bool] = lambda: False) -> int:
    """Queue every digest of ``period`` that is due on this day or in this week, or go on until
    ``until``; how many letters that made. Running it twice is running it once."""
    day = day_of(period).isoformat()
    done = f"digest:{period}:{day}"
    if db.session.get(LetterSent, done) is not None:
        return 0
    upto = db.session.scalar(select(func.max(Happening.id))) or 0
    total = 0
    for list_page in (list_people_page, list_followers_page):
        while readers := list_page(period, day):
            total += _queue(readers, day, upto)
            if until():
                return total
    with committing():
        if db.session.get(LetterSent, done) is None:
            db.session.add(LetterSent(key=done, at=clock.now()))
    return total


def list_people_page(period: str, day: str) -> list[Reader]:
    """The next people whose digest is due."""
    return list_people(period, day, clock.now(), size=PAGE)


def list_followers_page(period: str, day: str) -> list[Reader]:
    """The next followers by mail whose digest is due."""
    return list_followers(period, day, size=PAGE)


def day_of(period: str) -> date:
    """The day that names a digest: today by the site's clocks; of a weekly one, the Monday."""
    zone = ZoneInfo(setup.settings().site_timezone)
    today = clock.now().astimezone(zone).date()
    return today - timedelta(days=today.weekday()) if period == Period.WEEKLY else today


def _queue(readers: Sequence[Reader], day: str, upto: int) -> int:
    """One page: whoever has news gets a letter, and all have been seen to."""
    settings = setup.settings()
    subjects = subjects_of(readers)
    with_news = {
        digest_keys(reader, day)[0]
        for reader in readers
        if reader.notices or press.parts(reader, subjects, upto, settings)
    }
    with committing():
        fresh = _unseen(readers, day)
        letters = [one for one in fresh if digest_keys(one, day)[0] in with_news]
        _put(letters, upto)
        _mark(fresh, day, upto)
    return len(letters)


def _unseen(readers: Sequence[Reader], day: str) -> list[Reader]:
    """Those whom nobody else saw to since they were read; inside the gate."""
    keys = [key for reader in readers for key in digest_keys(reader, day)]
    seen = set(db.session.scalars(select(LetterSent.key).where(LetterSent.key.in_(keys))))
    return [reader for reader in readers if not seen & set(digest_keys(reader, day))]


def _put(readers: Sequence[Reader], upto: int) -> None:
    default = setup.settings().default_locale
    rows = [
        {
            "channel": "mail",
            "address": reader.address,
            "template": "digest",
            "locale": reader.locale or default,
            "values": json.dumps(_values(reader, upto)),
            "created_at": clock.now(),
            "tries": 0,
        }
        for reader in readers
    ]
    if rows:
        db.session.execute(insert(OutgoingMessage), rows)


def _values(reader: Reader, upto: int) -> dict[str, object]:
    if not reader.person_id:
        reached = [[row, one.after] for row, one in zip(reader.rows, reader.follows, strict=True)]
        return {"follower": reader.rows[0], "rows": reached, "upto": upto}
    return {
        "person": reader.person_id,
        "after": reader.told_upto,
        "upto": upto,
        "notices": list(reader.notices),
    }


def _mark(readers: Sequence[Reader], day: str, upto: int) -> None:
    """All of them have been told up to ``upto``, whether or not there was anything to tell."""
    now = clock.now()
    keys = [key for reader in readers for key in digest_keys(reader, day)]
    notices = [one for reader in readers for one in reader.notices]
    for notice in db.session.scalars(select(Notice).where(Notice.id.in_(notices))):
        keys.append(key_of(notice))
    if keys:
        db.session.execute(insert(LetterSent), [{"key": key, "at": now} for key in keys])
    people = [reader.person_id for reader in readers if reader.person_id]
    known = set(
        db.session.scalars(select(ReaderState.person_id).where(ReaderState.person_id.in_(people)))
    )
    db.session.execute(
        update(ReaderState).where(ReaderState.person_id.in_(known)).values(told_upto=upto)
    )
    fresh = [{"person_id": one, "told_upto": upto} for one in people if one not in known]
    if fresh:
        db.session.execute(insert(ReaderState), fresh)
    rows = [row for reader in readers for row in reader.rows]
    db.session.execute(update(MailFollower).where(MailFollower.id.in_(rows)).values(told_upto=upto))


def forget_keys() -> None:
    """A regular duty: keys of digests of days long past are deleted; those of notices stay."""
    with committing():
        db.session.execute(
            delete(LetterSent).where(
                LetterSent.key.startswith("digest:"), LetterSent.at < clock.now() - KEYS_LAST
            )
        )
