"""Bars and the trend of a draft's changes, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.consensus.rules.heartbeat import Change, Distances, Trend, bars_of, trend_of
from app.text import clauses
from app.text.outline import Outline

MONDAY = date(2026, 3, 2)
TODAY = date(2026, 5, 6)  # a Wednesday; the nine whole weeks before it begin on 2 March


def change(number: int, day: date, words: int, *, kind: str = "substantive") -> Change:
    return Change(number, day, {kind: words}, {kind: 0})


def weekly(words: list[int]) -> list[Change]:
    """One change a week from MONDAY on."""
    return [
        change(number, MONDAY + timedelta(weeks=number - 2), count)
        for number, count in enumerate(words, start=2)
        if count
    ]


def test_weeks_without_changes_stand_between_as_zeros() -> None:
    period, bars = bars_of([change(2, MONDAY, 5), change(3, MONDAY + timedelta(days=16), 3)], ())
    assert period == "week"
    assert [bar.begins for bar in bars] == [MONDAY + timedelta(weeks=n) for n in range(3)]
    assert [bar.inserted["substantive"] for bar in bars] == [5, 0, 3]
    assert [(bar.first, bar.last, bar.edits) for bar in bars] == [(2, 2, 1), (0, 0, 0), (3, 3, 1)]


def test_kinds_are_kept_apart_and_editorial_changes_are_only_counted() -> None:
    _, bars = bars_of(
        [
            Change(2, MONDAY, {"substantive": 4, "normative": 1}, {"normative": 2}, editorial=1),
            Change(3, MONDAY, {}, {}, editorial=2),
        ],
        (),
    )
    assert bars[0].inserted == {"substantive": 4, "normative": 1}
    assert bars[0].deleted == {"substantive": 0, "normative": 2}
    assert bars[0].editorial == 3


@pytest.mark.parametrize(
    ("last", "period", "bars"),
    [
        (MONDAY + timedelta(weeks=52), "week", 53),
        (MONDAY + timedelta(weeks=53), "month", 13),
        (date(2030, 2, 28), "month", 48),
        (date(2030, 3, 1), "quarter", 17),
        (date(2060, 1, 1), "year", 35),
    ],
)
def test_long_histories_have_longer_bars(last: date, period: str, bars: int) -> None:
    found, drawn = bars_of([change(2, MONDAY, 1), change(3, last, 1)], ())
    assert (found, len(drawn)) == (period, bars)


def test_announcements_stand_at_their_week() -> None:
    _, bars = bars_of(
        [change(2, MONDAY, 1), change(3, MONDAY + timedelta(weeks=1), 1)],
        [(MONDAY + timedelta(days=8), "consultation"), (date(2020, 1, 1), "drafting")],
    )
    assert [bar.ticks for bar in bars] == [(), (("2026-03-10", "consultation"),)]


def test_nothing_changed_gives_no_bars() -> None:
    assert bars_of([], ()) == ("week", [])


def test_changes_fell_over_eight_weeks() -> None:
    # 310 → 24 in nine weeks: eight steps, one of them up.
    words = [310, 250, 200, 220, 150, 100, 60, 30, 24]
    assert trend_of(weekly(words), TODAY, since=MONDAY) == Trend("fell", 8, 310, 24, 7, 1)


def test_changes_rose() -> None:
    words = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert trend_of(weekly(words), TODAY, since=MONDAY) == Trend("rose", 8, 1, 9, 0, 8)


def test_up_and_down_is_no_clear_trend() -> None:
    words = [9, 1, 9, 1, 9, 1, 9, 1, 8]
    assert trend_of(weekly(words), TODAY, since=MONDAY).word == "level"


def test_quiet_weeks_are_called_quiet_and_one_week_with_changes_too_little() -> None:
    assert trend_of([], TODAY, since=MONDAY).word == "quiet"
    assert trend_of(weekly([0, 0, 50]), TODAY, since=MONDAY).word == "few"


def test_a_young_draft_has_no_trend_and_this_week_does_not_count() -> None:
    young = TODAY - timedelta(weeks=3)
    assert trend_of([change(2, TODAY, 99)], TODAY, since=young) == Trend("few", 2)
    # Four whole weeks give three steps.
    since = TODAY - timedelta(weeks=4)
    changes = [change(2, since, 30), change(3, since + timedelta(weeks=2), 5), change(4, TODAY, 99)]
    assert trend_of(changes, TODAY, since=since) == Trend("fell", 3, 30, 0, 2, 1)


def outline(*words: str) -> Outline:
    """Articles c1, c2, … with these words."""
    text = "".join(f"第{label}条 {body}\n\n" for label, body in zip("一二三", words, strict=False))
    return tuple(
        replace(clause, id=f"c{place}")
        for place, clause in enumerate(clauses.outline(text), start=1)
    )


def test_the_distance_is_words_put_in_and_taken_out_clause_by_clause() -> None:
    distances = Distances(outline("甲乙丙", "丁戊"))
    assert distances.of(outline("甲乙丙", "丁戊")) == 0
    assert distances.of(outline("甲丙", "丁己戊")) == 2  # 乙 came, 己 went
    assert distances.of(outline("甲乙丙")) == 2  # the second article was not there
    assert distances.of(outline("甲乙丙", "丁戊", "庚")) == 1  # the third is gone
