"""For whom a digest is due, and what each of them follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)

from app.access.actor import Confirmation
from app.accounts.models import Person
from app.database import db
from app.notifications.models import LetterSent, MailFollower, Notice, ReaderState, Watch
from app.notifications.queries.digest import Follow
from app.notifications.rules import AT_ONCE, Told

LOOKS_BACK = timedelta(days=31)
# Notices of which there is no letter at once: they stand in the digest until they are seen.
PATIENT = frozenset({Told.REPLY, Told.ADOPTED})
# The same for somebody who wants no letters at once.
ALL = PATIENT | AT_ONCE | {Told.FIT}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody for whom a digest may be due. ``person_id`` 0: a follower by mail, whose rows are
    ``rows``; ``told_upto`` is the last happening of their latest digest. ``notices`` are news for
    this person alone."""

    person_id: int
    public_id: str
    address: str
    locale: str
    at_once: bool
    told_upto: int
    follows: tuple[Follow, ...] = ()
    notices: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


def list_people(period: str, day: str, now: datetime, *, size: int) -> list[Reader]:
    """A page of people whose digest of ``day`` is due, with what they follow and were told. Those
    who were done are left out, so the next page is the first again."""
    period_now = func.coalesce(ReaderState.period, "daily")
    due = and_(period_now == period, _has_news(now), ~_is_done(Person.id, day))
    query = _select_people().where(due).order_by(Person.id).limit(size)
    readers = _with_follows(db.session.execute(query).all())
    notices = _notices([one.person_id for one in readers], now)
    return [replace(one, notices=_wanted(one, notices)) for one in readers]


def find_person(person_id: int) -> Reader | None:
    """The same of one person who still wants digests, without notices."""
    rows = db.session.execute(_ONE, {"person": person_id}).all()
    return next(iter(_with_follows(rows)), None)


def _select_people() -> Select[Any]:
    """People with a confirmed mail address."""
    columns: tuple[Any, ...] = (
        Person.id,
        Person.public_id,
        Person.email,
        Person.locale,
        func.coalesce(ReaderState.at_once, True).label("at_once"),
        func.coalesce(ReaderState.told_upto, 0).label("told_upto"),
    )
    return (
        select(*columns)
        .outerjoin(ReaderState, ReaderState.person_id == Person.id)
        .where(
            Person.email.is_not(None),
            Person.erased_at.is_(None),
            Person.confirmation != Confirmation.NONE,
        )
    )


# Asked anew for each letter, and making a SELECT takes longer than running it.
_WANTS = func.coalesce(ReaderState.period, "daily") != "none"
_ONE = _select_people().where(Person.id == bindparam("person"), _WANTS)
_WATCHES = select(
    Watch.person_id, Watch.policy_id, Watch.clause, Watch.thread_id, Watch.since
).where(Watch.person_id.in_(bindparam("people", expanding=True)))


def _with_follows(rows: Sequence[Any]) -> list[Reader]:
    follows: dict[int, list[Follow]] = {}
    people = [row.id for row in rows]
    for row in db.session.execute(_WATCHES, {"people": people}):
        follow = Follow(row.policy_id, row.clause, row.thread_id, row.since)
        follows.setdefault(row.person_id, []).append(follow)
    return [
        Reader(
            person_id=row.id,
            public_id=row.public_id,
            address=row.email,
            locale=row.locale,
            at_once=row.at_once,
            told_upto=row.told_upto,
            follows=tuple(follows.get(row.id, ())),
        )
        for row in rows
    ]


def _wanted(reader: Reader, notices: dict[int, list[tuple[int, str]]]) -> tuple[int, ...]:
    kinds = PATIENT if reader.at_once else ALL
    return tuple(one for one, kind in notices.get(reader.person_id, ()) if kind in kinds)


def _has_news(now: datetime) -> ColumnElement[bool]:
    """SQL: whether the person follows something or was told something that waits to be seen."""
    follows = select(Watch.id).where(Watch.person_id == Person.id).exists()
    told = select(Notice.id).where(Notice.person_id == Person.id, _waits(now)).exists()
    return or_(follows, told)


def _waits(now: datetime) -> ColumnElement[bool]:
    """SQL over Notice: not seen, not in a letter yet, and of a kind that a digest may hold."""
    key = literal("notice:") + cast(Notice.person_id, String) + literal(":") + Notice.once
    return and_(
        Notice.seen_at.is_(None),
        Notice.by_mail.is_(False),
        Notice.kind.in_(ALL),
        Notice.at >= now - LOOKS_BACK,
        ~select(LetterSent.key).where(LetterSent.key == key).exists(),
    )


def _is_done(ident: Any, day: str) -> ColumnElement[bool]:
    key = literal("digest:") + cast(ident, String) + literal(f":{day}")
    return select(LetterSent.key).where(LetterSent.key == key).exists()


def _notices(ids: Collection[int], now: datetime) -> dict[int, list[tuple[int, str]]]:
    query = select(Notice.person_id, Notice.id, Notice.kind).where(
        Notice.person_id.in_(ids), _waits(now)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for person_id, ident, kind in db.session.execute(query.order_by(Notice.id)):
        found.setdefault(person_id, []).append((ident, kind))
    return found


def list_followers(period: str, day: str, *, size: int) -> list[Reader]:
    """The same of people who follow by mail, one reader for each address."""
    key = literal("f") + cast(MailFollower.id, String)
    due = and_(_IS_THERE, MailFollower.period == period, ~_is_done(key, day))
    page = select(MailFollower.address).where(due).distinct().order_by(MailFollower.address)
    addresses = select(page.limit(size).subquery().c.address)
    return _by_address(and_(due, MailFollower.address.in_(addresses)))


def find_follower(ids: Collection[int]) -> Reader | None:
    """The follower by mail with these rows, as far as they still stand."""
    return next(iter(_by_address(and_(_IS_THERE, MailFollower.id.in_(ids)))), None)


_IS_THERE = and_(MailFollower.confirmed_at.is_not(None), MailFollower.ended_at.is_(None))


def _by_address(wanted: ColumnElement[bool]) -> list[Reader]:
    query = select(MailFollower).where(wanted).order_by(MailFollower.address, MailFollower.id)
    rows: dict[str, list[MailFollower]] = {}
    for row in db.session.scalars(query):
        rows.setdefault(row.address, []).append(row)
    return [_as_reader(address, some) for address, some in rows.items()]


def _as_reader(address: str, rows: Sequence[MailFollower]) -> Reader:
    follows = tuple(
        Follow(row.policy_id, row.clause, 0, row.confirmed_at or row.asked_at, row.told_upto)
        for row in rows
    )
    ids = tuple(row.id for row in rows)
    return Reader(0, "", address, rows[-1].locale, False, 0, follows, (), ids)


def digest_keys(reader: Reader, day: str) -> list[str]:
    """The keys of LetterSent that say that the reader's digest of a day was seen to."""
    if reader.person_id:
        return [f"digest:{reader.person_id}:{day}"]
    return [f"digest:f{row}:{day}" for row in reader.rows]
