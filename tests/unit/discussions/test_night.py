"""When a night ends and when the next morning comes, in zones with and without summer time."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.discussions.rules import next_morning, night_ends_at

BEIJING, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NIGHT = (time(22), time(8))


def at(text: str, zone: ZoneInfo = BEIJING) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-03-02T21:59:59", None),
        ("2026-03-02T22:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T00:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T08:00:00", None),
        ("2026-12-31T23:30:00", "2027-01-01T08:00:00"),
    ],
)
def test_a_night_over_midnight_has_its_first_second_and_not_its_last(
    now: str, ends: str | None
) -> None:
    assert night_ends_at(at(now), NIGHT, BEIJING) == (at(ends) if ends else None)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-03-03T00:59:59", None),
        ("2026-03-03T01:00:00", "2026-03-03T05:00:00"),
        ("2026-03-03T05:00:00", None),
    ],
)
def test_a_night_after_midnight_ends_on_the_same_day(now: str, ends: str | None) -> None:
    assert night_ends_at(at(now), (time(1), time(5)), BEIJING) == (at(ends) if ends else None)


def test_the_night_in_which_clocks_go_forward_is_an_hour_shorter() -> None:
    begins = at("2026-03-28T22:00:00", BERLIN)
    ends = night_ends_at(begins, NIGHT, BERLIN)
    assert ends == datetime(2026, 3, 29, 6, tzinfo=UTC)  # 08:00 in summer
    assert (ends - begins).total_seconds() == 9 * 3600


def test_the_night_in_which_clocks_go_back_is_an_hour_longer() -> None:
    begins = at("2026-10-24T22:00:00", BERLIN)
    ends = night_ends_at(begins, NIGHT, BERLIN)
    assert ends == datetime(2026, 10, 25, 7, tzinfo=UTC)  # 08:00 in winter
    assert (ends - begins).total_seconds() == 11 * 3600


def test_a_night_that_ends_in_the_hour_that_comes_twice_ends_in_the_future() -> None:
    night = (time(22), time(2, 30))
    first, second = (
        datetime(2026, 10, 25, 0, 15, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 15, tzinfo=UTC),
    )
    assert night_ends_at(first, night, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert night_ends_at(second, night, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-03-02T12:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T08:00:00", "2026-03-04T08:00:00"),
        ("2026-02-28T23:59:59", "2026-03-01T08:00:00"),
    ],
)
@pytest.mark.parametrize("night", [NIGHT, None])
def test_the_next_morning_lies_always_ahead(
    now: str, morning: str, night: tuple[time, time] | None
) -> None:
    assert next_morning(at(now), night, BEIJING) == at(morning)


def test_the_morning_is_the_end_of_the_night_that_the_site_has() -> None:
    found = next_morning(at("2026-03-02T23:00:00"), (time(23), time(6, 30)), BEIJING)
    assert found == at("2026-03-03T06:30:00")


def test_a_morning_after_the_clocks_changed_is_eight_by_the_wall_clock() -> None:
    evening = at("2026-03-28T23:00:00", BERLIN)
    assert next_morning(evening, NIGHT, BERLIN) == at("2026-03-29T08:00:00", BERLIN)


def test_a_morning_that_the_clocks_skip_comes_all_the_same() -> None:
    evening = at("2026-03-28T23:00:00", BERLIN)
    found = next_morning(evening, (time(22), time(2, 30)), BERLIN)
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in summer
