"""What stands out against its own base rate, and what does not."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from app.moderation.unusual import DAY, HISTORY, Peak, alike
from app.moderation.unusual import find_peak as _find_peak
from app.text.shingles import sketch

NOW = 490_000  # an hour since 1970
WEEK = 7 * DAY
LETTER = (
    "The bicycles in front of the school gate block the way of the prams every single morning, "
    "so three days are far too long and one day would be enough for everybody in the street. "
    "Signed: a neighbour of number {}."
)


def find_peak(series: Counter[int], now: int, window: int, since: int = 0) -> Peak | None:
    """What stands out on a draft that was always open."""
    return _find_peak(series, now, window, since)


def honest(people: int, days: int, seed: int) -> Counter[int]:
    """So many people over so many days, most of them in the evening, none before seven."""
    dice = random.Random(seed)
    by_hour = [0] * 7 + [1, 2, 3, 3, 3, 4, 3, 2, 2, 2, 3, 5, 6, 6, 5, 3, 1]
    hours = dice.choices(range(DAY), weights=by_hour, k=people)
    return Counter(NOW - NOW % DAY - DAY * dice.randrange(days) + hour for hour in hours)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("window", [DAY, WEEK])
def test_three_hundred_honest_people_over_two_weeks_do_not_stand_out(
    seed: int, window: int
) -> None:
    assert find_peak(honest(300, 14, seed), NOW, window) is None


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("hours", [1, 3, 12, DAY])
def test_two_hundred_new_accounts_among_them_stand_out(seed: int, hours: int) -> None:
    dice = random.Random(seed)
    series = honest(300, 14, seed)
    series.update(NOW - dice.randrange(hours) for _ in range(200))
    peak = find_peak(series, NOW, DAY)
    assert peak is not None
    assert peak.usual is not None
    assert peak.usual < 40
    assert peak.count >= (5 if peak.width == 1 else 3) * peak.usual
    assert find_peak(series, NOW, WEEK) is not None


@pytest.mark.parametrize("seed", range(20))
def test_an_honest_rush_on_the_first_day_does_not_stand_out(seed: int) -> None:
    """Nothing lies before; what is usual can only be the other hours of the day itself."""
    first_day = honest(300, 1, seed)
    assert find_peak(first_day, max(first_day), DAY, min(first_day)) is None
    first_hours = Counter({hour: first_day[hour] for hour in sorted(first_day)[:4]})
    assert find_peak(first_hours, max(first_hours), DAY, min(first_hours)) is None


def test_a_burst_on_the_first_day_stands_out_against_the_other_hours() -> None:
    series = Counter(dict.fromkeys(range(NOW - 9, NOW), 4))
    series[NOW] = 60
    assert find_peak(series, NOW, DAY, NOW - 9) == Peak(NOW, 1, 60, 4.0)


def test_a_flood_in_the_first_hour_stands_out_though_nothing_tells_what_is_usual() -> None:
    assert find_peak(Counter({NOW: 60}), NOW, DAY, NOW) == Peak(NOW, 1, 60, None)
    assert find_peak(Counter({NOW: 59}), NOW, DAY, NOW) is None


def test_on_an_article_where_nobody_wrote_before_nothing_is_usual() -> None:
    assert find_peak(Counter({NOW: 12}), NOW, DAY) == Peak(NOW, 1, 12, 0.0)


def test_the_time_before_a_call_began_says_nothing_about_it() -> None:
    """Hours of silence before the opening do not make the opening unusual."""
    series = Counter(dict.fromkeys(range(NOW - 11, NOW + 1), 20))
    assert find_peak(series, NOW, DAY, NOW - 11) is None
    assert find_peak(series, NOW, DAY, 0) is not None


def test_what_is_usual_is_the_average_of_the_time_before_the_window() -> None:
    series = Counter(dict.fromkeys(range(NOW - HISTORY + 1, NOW), 2))
    series[NOW] = 40
    assert find_peak(series, NOW, DAY) == Peak(NOW, 1, 40, 2.0)


def test_what_lies_longer_ago_than_two_weeks_is_not_usual_any_more() -> None:
    series = Counter(dict.fromkeys(range(NOW - 2 * HISTORY, NOW - HISTORY), 50))
    series[NOW - HISTORY + 1] = 1
    series[NOW] = 40
    peak = find_peak(series, NOW, DAY)
    assert peak is not None
    assert peak.usual is not None
    assert peak.usual < 1


def test_a_slow_flood_stands_out_by_the_day() -> None:
    series = Counter(dict.fromkeys(range(NOW - HISTORY + 1, NOW - DAY + 1, 2), 1))
    series.update(dict.fromkeys(range(NOW - DAY + 1, NOW + 1), 8))
    assert find_peak(series, NOW, DAY) == Peak(NOW - DAY + 1, DAY, 192, 12.0)


def test_a_few_people_never_stand_out() -> None:
    assert find_peak(Counter({NOW: 9}), NOW, DAY) is None
    assert find_peak(Counter({NOW: 10}), NOW, DAY) is not None


def test_a_burst_before_the_window_is_not_of_it() -> None:
    series = Counter({NOW - WEEK: 1, NOW - DAY: 60, NOW: 1})
    assert find_peak(series, NOW, DAY) is None
    assert find_peak(series, NOW, WEEK) is not None


def test_letters_with_other_numbers_are_alike_and_others_are_not() -> None:
    sketches = {number: sketch(LETTER.format(number)) for number in range(1, 13)}
    sketches[50] = sketch("Please keep the three days: the company needs them to find its vans.")
    sketches[51] = sketch("A second lane for bicycles would help more than any of these periods.")
    assert alike(sketches) == [list(range(1, 13))]
    assert alike({50: sketches[50], 51: sketches[51]}) == []
