"""Which status is shown: louder at once, calmer when two daily evaluations found it."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.rules.showing import LOUDNESS, Shown, show_next
from app.consensus.rules.status import Status
from tests.conftest import NOON

DAY = timedelta(days=1)


def daily(found: Status, before: Shown | None, yesterday: Status | None, at: datetime) -> Shown:
    return show_next(found, before, yesterday=yesterday, is_daily=True, now=at)


def at_once(found: Status, before: Shown | None) -> Shown:
    return show_next(found, before, yesterday=None, is_daily=False, now=NOON)


def test_at_first_and_when_the_rules_change_what_is_found_is_shown() -> None:
    for found in Status:
        assert at_once(found, None) == Shown(found)


def test_a_louder_status_is_shown_at_once() -> None:
    assert at_once(Status.CONTESTED, Shown(Status.SETTLED)) == Shown(Status.CONTESTED)
    assert at_once(Status.MOVING, Shown(Status.UNSEEN)) == Shown(Status.MOVING)
    # "Quiet" gives way at once to "no comment so far", which promises less.
    assert at_once(Status.NONE, Shown(Status.SETTLED)) == Shown(Status.NONE)


def test_a_calmer_one_waits_for_the_second_daily_evaluation() -> None:
    loud = Shown(Status.CONTESTED)
    assert at_once(Status.SETTLED, loud) == loud
    first = daily(Status.SETTLED, loud, Status.CONTESTED, NOON)
    assert first == Shown(Status.CONTESTED, NOON)
    assert at_once(Status.SETTLED, first) == first
    assert daily(Status.SETTLED, first, Status.SETTLED, NOON + DAY) == Shown(Status.SETTLED)


def test_another_calmer_one_waits_anew() -> None:
    first = daily(Status.MOVING, Shown(Status.CONTESTED), Status.CONTESTED, NOON)
    second = daily(Status.DISCUSSED, first, Status.MOVING, NOON + DAY)
    assert second == Shown(Status.CONTESTED, NOON + DAY)


def test_the_wait_ends_when_it_is_as_loud_again() -> None:
    waiting = Shown(Status.CONTESTED, NOON)
    assert at_once(Status.CONTESTED, waiting) == Shown(Status.CONTESTED)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(list(Status)), min_size=1, max_size=12))
def test_what_is_shown_is_never_calmer_than_both_of_the_last_two_days(found: list[Status]) -> None:
    shown, yesterday = None, None
    for day, status in enumerate(found):
        shown = daily(status, shown, yesterday, NOON + day * DAY)
        last = [status] if yesterday is None else [status, yesterday]
        assert LOUDNESS[shown.status] >= min(LOUDNESS[one] for one in last)
        assert LOUDNESS[shown.status] >= LOUDNESS[status]
        yesterday = status
