"""When an act takes effect, and what counts as changed between two officers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consultations.rules import Card, WantedCall
from app.consultations.two_officers import (
    AHEAD,
    call_from_json,
    call_to_json,
    check_code,
    differences,
    ensure_ahead,
    takes_effect_at,
    usual_time,
)
from app.errors import RuleBroken

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MOMENTS = st.integers(0, 10**7).map(lambda seconds: NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 2, 4, 0, tzinfo=UTC), datetime(2026, 3, 3, 1, 0, tzinfo=UTC)),
        # An hour after midnight there it is still the day before in UTC.
        (datetime(2026, 3, 2, 17, 0, tzinfo=UTC), datetime(2026, 3, 4, 1, 0, tzinfo=UTC)),
    ],
)
def test_the_usual_time_is_nine_on_the_next_day_there(now: datetime, expected: datetime) -> None:
    assert usual_time(now, ZoneInfo("Asia/Shanghai")) == expected


@given(asked_for=MOMENTS, now=MOMENTS)
@settings(max_examples=60)
def test_there_is_always_time_to_call_it_off_and_never_more_than_was_asked_for(
    asked_for: datetime, now: datetime
) -> None:
    at = takes_effect_at(asked_for, now)
    assert at >= max(asked_for, now + AHEAD)
    assert at == asked_for or at - (now + AHEAD) < timedelta(minutes=1)


def test_fifteen_minutes_are_enough_and_a_second_less_is_not() -> None:
    assert ensure_ahead(NOW + timedelta(minutes=15), NOW) == NOW + timedelta(minutes=15)
    with pytest.raises(RuleBroken) as caught:
        ensure_ahead(NOW + timedelta(minutes=15, seconds=-1), NOW)
    assert (caught.value.field, caught.value.message.values) == ("at", {"minutes": 15})
    with pytest.raises(RuleBroken):
        ensure_ahead(NOW + timedelta(days=367), NOW)


def test_a_call_survives_being_kept() -> None:
    wanted = WantedCall(
        question="好吗？",
        closes_at=datetime(2026, 5, 1, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
        cards=(Card("c2", "几天？"), Card("c3", "几时？")),
        short_reason="急。",
        answer_days=30,
        how_else="来访",
    )
    assert call_from_json(call_to_json(wanted)) == wanted


@pytest.mark.parametrize("part", ["text", "answers", "decision"])
def test_each_part_that_was_looked_at_changes_the_code_and_is_named(part: str) -> None:
    before = {"text": "a", "revision": "1", "answers": "b", "decision": "c"}
    after = before | {part: "other"}
    asked = {"history": True}
    assert check_code("make_public", asked, before) == check_code(
        "make_public", asked, dict(reversed(before.items()))
    )
    assert check_code("make_public", asked, before) != check_code("make_public", asked, after)
    assert check_code("make_public", {}, before) != check_code("make_public", asked, before)
    assert not differences(before, dict(before))
    named = differences(before, after)
    assert len(named) == 1
    assert part in str(named[0]).casefold()
