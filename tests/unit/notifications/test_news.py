"""Bursts: versions that one person saves in a row are one entry, and nothing else is joined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.messages import Message
from app.notifications.queries.happened import _TELLERS
from app.notifications.queries.news import News, Place, as_one, hidden_note, path_of
from app.notifications.queries.notices import _TELLERS as NOTICES
from app.notifications.rules import Kind, Told

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HERE = Place(1, "parking", "Parking", "en")


def version(number: int, minute: int, **more: Any) -> News:
    at = NOON + timedelta(minutes=minute)
    values: dict[str, Any] = {
        "id": number,
        "kind": Kind.REVISION,
        "ref": number,
        "place": HERE,
        "at": at,
        "since": at,
        "sentence": Message("Version %(number)s", {"number": number}),
        "path": path_of("parking", f"compare/{number - 1}...{number}"),
        "before": number - 1,
        "first": number,
        "last": number,
        "author": "p1",
    }
    return News(**{**values, **more})


def shown(*news: News) -> list[tuple[int, int]]:
    """(first, last) of each entry, newest first."""
    return [(one.first, one.last) for one in as_one(news[::-1])]


def test_saves_that_follow_each_other_within_ten_minutes_are_one() -> None:
    assert shown(version(2, 0), version(3, 10), version(4, 20)) == [(2, 4)]
    assert shown(version(2, 0), version(3, 11)) == [(3, 3), (2, 2)]


def test_a_colleague_in_between_parts_a_burst() -> None:
    news = (version(2, 0), version(3, 1, author="p2"), version(4, 2))
    assert shown(*news) == [(4, 4), (3, 3), (2, 2)]


def test_talk_in_between_does_not_part_it() -> None:
    talk = version(9, 1, kind=Kind.COMMENT, first=0, last=0)
    assert shown(version(2, 0), talk, version(3, 2)) == [(2, 3), (0, 0)]


def test_bursts_on_two_drafts_are_two() -> None:
    there = Place(2, "noise", "Noise", "en")
    news = (version(2, 0), version(2, 1, place=there), version(3, 2), version(3, 3, place=there))
    assert shown(*news) == [(2, 3), (2, 3)]


def test_nobody_is_the_author_of_a_burst_when_nobody_is_known() -> None:
    assert shown(version(2, 0, author=""), version(3, 1, author="")) == [(3, 3), (2, 2)]


def test_a_version_that_cannot_be_compared_stands_alone() -> None:
    assert shown(version(1, 0, before=0), version(2, 1)) == [(2, 2), (1, 1)]


def test_a_burst_is_minor_only_when_all_of_it_is() -> None:
    (both,) = as_one((version(3, 1, is_minor=True), version(2, 0, is_minor=True)))
    (one,) = as_one((version(3, 1, is_minor=True), version(2, 0)))
    assert (both.is_minor, one.is_minor) == (True, False)


def test_a_burst_compares_its_ends_and_says_each_reason_once() -> None:
    news = (
        version(4, 2, words="typo", clauses=("c1",), labels=("Article 1",)),
        version(3, 1, words="typo", clauses=("c2",), labels=("Article 2",)),
        version(2, 0, words="longer", clauses=("c1",), labels=("Article 1",)),
    )
    (one,) = as_one(news)
    assert str(one.sentence) == "Versions 2 to 4"
    assert one.path == "/policies/parking/compare/1...4"
    assert one.words == "longer · typo"
    assert one.clauses == ("c1", "c2")
    assert (one.id, one.ref) == (4, 2)


def test_a_marker_names_the_rule() -> None:
    assert hidden_note(None) == ()
    assert [str(note) for note in hidden_note("insult")] == [
        "These words were hidden since: No insults"
    ]


def test_every_kind_can_be_told() -> None:
    assert set(_TELLERS) == set(Kind)
    assert set(NOTICES) == set(Told)
