"""How long words last, worked out by hand, with an interval that anybody can draw again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log
from random import Random

import pytest

from app.consensus.rules.fate import Fortune
from app.consensus.rules.half_life import Exposure, exposure_of, half_life
from app.consensus.rules.shares import Hand

NOW = datetime(2026, 6, 30, tzinfo=UTC)
HAND = Hand("resident", 1)
DAY = 86_400


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_exposure_is_days_in_the_text_within_the_last_half_year() -> None:
    saved = {1: ago(400), 2: ago(100), 3: ago(90), 4: ago(40)}
    fortunes = {
        Fortune(HAND, (1,)): 2,  # all of the 180 days: 2 × 180
        Fortune(HAND, (1, 2)): 3,  # 80 days each until it went: 3 × 80
        Fortune(HAND, (3, 4)): 1,  # 50
        Fortune(HAND, (2, 3, 4)): 1,  # 10 + 40
    }
    exposure = exposure_of(fortunes, saved, NOW)
    assert exposure.seconds == (360 + 240 + 50 + 50) * DAY
    assert exposure.deaths == {2: 3, 3: 1, 4: 1}


def test_what_went_before_the_window_counts_for_nothing() -> None:
    saved = {1: ago(400), 2: ago(200)}
    exposure = exposure_of({Fortune(HAND, (1, 2)): 5}, saved, NOW)
    assert (exposure.seconds, exposure.deaths) == (0, {})
    assert half_life(exposure, 1) is None


def test_revisions_that_took_nothing_out_are_drawn_too() -> None:
    saved = {1: ago(50), 2: ago(40), 3: ago(30)}
    exposure = exposure_of({Fortune(HAND, (1, 3)): 5, Fortune(HAND, (2,)): 1}, saved, NOW)
    assert exposure.deaths == {2: 0, 3: 5}


@pytest.mark.parametrize(
    ("deaths", "limit"), [(0, 3.00), (1, 4.74), (2, 6.30), (3, 7.75), (4, 9.15)]
)
def test_fewer_than_five_deaths_give_a_one_sided_bound(deaths: int, limit: float) -> None:
    found = half_life(Exposure(1000 * DAY, {2: deaths}), 1)
    assert found is not None
    assert (found.days, found.high) == (None, None)
    assert found.low == pytest.approx(log(2) * 1000 / limit)


def test_the_half_life_is_the_natural_one_of_a_constant_rate() -> None:
    # Ten of 1000 token-days' worth: a rate of 1/100 a day, so ln 2 × 100 = 69.3 days.
    found = half_life(Exposure(1000 * DAY, dict.fromkeys(range(2, 12), 1)), 7)
    assert found is not None
    assert found.days == pytest.approx(69.3147, abs=1e-4)
    # Every redrawn sample of equal revisions has ten deaths as well.
    assert found.low == found.high == found.days


def test_the_interval_is_drawn_from_the_seed_with_the_standard_library_alone() -> None:
    deaths = {2: 0, 3: 9, 4: 1, 5: 0, 6: 2}
    found = half_life(Exposure(500 * DAY, deaths), 42)
    assert found is not None
    chance = Random(42)
    drawn = sorted(
        sum([0, 9, 1, 0, 2][int(chance.random() * 5)] for _ in range(5)) for _ in range(1000)
    )
    assert found.low == pytest.approx(log(2) * 500 / drawn[950])
    assert found.high == (pytest.approx(log(2) * 500 / drawn[49]) if drawn[49] else None)
    assert found.days is not None
    assert found.low <= found.days
    assert half_life(Exposure(500 * DAY, deaths), 42) == found


def test_an_interval_has_no_end_where_one_revision_took_all() -> None:
    # With ten revisions the one is missing from a third of the samples: (9/10)^10 = 0.35.
    found = half_life(Exposure(500 * DAY, {2: 8, **dict.fromkeys(range(3, 12), 0)}), 5)
    assert found is not None
    assert found.high is None


def test_a_clock_that_was_put_back_takes_no_time_away() -> None:
    saved = {1: ago(10), 2: NOW + timedelta(days=3)}
    exposure = exposure_of({Fortune(HAND, (1, 2)): 1, Fortune(HAND, (2,)): 1}, saved, NOW)
    assert exposure.seconds == 10 * DAY
