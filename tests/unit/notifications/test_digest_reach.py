"""Which happenings are news for whom, and how parts of digests are shared and let go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.notifications.queries.digest import Entry, Follow, Trace
from app.notifications.queries.digest_readers import Reader, digest_keys
from app.notifications.services.digest_press import Printed

MONDAY = datetime(2026, 3, 2, 4, tzinfo=UTC)


def trace(kind: str = "comment", clauses: str = "c3", thread: int = 7, ident: int = 10) -> Trace:
    return Trace(ident, kind, frozenset(clauses.split()), thread, MONDAY)


def follow(clause: str = "", thread: int = 0, since: datetime = MONDAY, after: int = 0) -> Follow:
    return Follow(1, clause, thread, since, after)


@pytest.mark.parametrize(
    ("happening", "followed", "is_news"),
    [
        (trace(), follow(), True),
        (trace(), follow("c3"), True),
        (trace(clauses="c1 c3"), follow("c3"), True),
        (trace(clauses="c33"), follow("c3"), False),
        (trace(clauses=""), follow("c3"), False),
        (trace(), follow(thread=7), True),
        (trace(), follow(thread=8), False),
        (trace(thread=0), follow("c4"), False),
        (trace("phase", clauses="", thread=0), follow("c3"), True),
        (trace("decision", clauses="", thread=0), follow(thread=8), True),
        (trace("revision", clauses="", thread=0), follow("c3"), False),
        (trace(), follow(since=MONDAY + timedelta(seconds=1)), False),
        (trace(ident=10), follow(after=10), False),
        (trace(ident=11), follow(after=10), True),
    ],
)
def test_news_is_what_concerns_the_thing_followed_since_it_was_followed(
    happening: Trace, followed: Follow, is_news: bool
) -> None:
    assert happening.concerns(followed) is is_news


def printed(**entry: object) -> Printed:
    return Printed(Entry(1, "/x", **entry), "text", "html")  # type: ignore[arg-type]


def reader(public_id: str = "me", at_once: bool = True) -> Reader:
    return Reader(1, public_id, "me@example.org", "en", at_once, 0)


@pytest.mark.parametrize(
    ("entry", "who", "is_news"),
    [
        (printed(), reader(), True),
        (printed(authors=frozenset({"me"})), reader(), False),
        (printed(authors=frozenset({"me", "you"})), reader(), True),
        (printed(authors=frozenset({""})), reader(public_id=""), True),
        (printed(owner="me"), reader(), False),
        (printed(owner="you"), reader(), True),
        (printed(is_final=True), reader(), False),
        (printed(is_final=True), reader(at_once=False), True),
    ],
)
def test_what_one_did_or_was_told_at_once_is_not_told_again(
    entry: Printed, who: Reader, is_news: bool
) -> None:
    assert entry.is_news_for(who) is is_news


def test_a_person_has_one_key_a_day_and_a_follower_by_mail_one_for_each_row() -> None:
    assert digest_keys(reader(), "2026-03-02") == ["digest:1:2026-03-02"]
    mail = Reader(0, "", "xu@example.org", "en", False, 0, rows=(4, 9))
    assert digest_keys(mail, "2026-03-02") == ["digest:f4:2026-03-02", "digest:f9:2026-03-02"]
