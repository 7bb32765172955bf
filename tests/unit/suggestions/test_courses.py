"""The way of a contribution from sending on, and the times that are told in whole numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.policies.phases import Phase
from app.suggestions.rules import Step, days_overdue, minutes_left, steps_of

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CLOSES = NOON + timedelta(days=30)
USUAL = [Step.RECEIVED, Step.CLOSING, Step.ANSWER, Step.DECISION, Step.IN_FORCE]


def over(phase: Phase, *, is_answered: bool = False, sent_at: datetime = NOON) -> list[Step]:
    steps = steps_of(phase, CLOSES, sent_at, is_answered=is_answered)
    return [step for step, is_over in steps if is_over]


@pytest.mark.parametrize(
    ("phase", "behind"),
    [
        (Phase.CONSULTATION, [Step.RECEIVED]),
        (Phase.RESPONSE, [Step.RECEIVED, Step.CLOSING]),
        (Phase.DECISION, [Step.RECEIVED, Step.CLOSING]),
        (Phase.IN_FORCE, [Step.RECEIVED, Step.CLOSING, Step.DECISION, Step.IN_FORCE]),
        (Phase.ARCHIVED, [Step.RECEIVED, Step.CLOSING, Step.DECISION, Step.IN_FORCE]),
    ],
)
def test_the_phase_says_which_steps_lie_behind(phase: Phase, behind: list[Step]) -> None:
    assert over(phase) == behind
    assert [step for step, _ in steps_of(phase, CLOSES, NOON, is_answered=False)] == USUAL
    assert set(over(phase, is_answered=True)) == {*behind, Step.ANSWER}


def test_while_a_draft_is_written_the_answer_comes_before_the_call() -> None:
    steps = [step for step, _ in steps_of(Phase.DRAFTING, None, NOON, is_answered=False)]
    assert steps == [Step.RECEIVED, Step.ANSWER, Step.OPENING, Step.DECISION, Step.IN_FORCE]


def test_what_is_said_of_a_rule_in_force_is_answered_and_that_is_all() -> None:
    for closes_at, sent_at in ((None, NOON), (CLOSES, CLOSES + timedelta(days=1))):
        steps = steps_of(Phase.IN_FORCE, closes_at, sent_at, is_answered=False)
        assert [step for step, _ in steps] == [Step.RECEIVED, Step.ANSWER]


@pytest.mark.parametrize(
    ("passed", "left"),
    [
        (timedelta(), 10),
        (timedelta(seconds=1), 10),
        (timedelta(minutes=9), 1),
        (timedelta(minutes=9, seconds=59), 1),
        (timedelta(minutes=10), 0),
        (timedelta(days=9), 0),
        (timedelta(seconds=-1), 0),  # a clock that was put back gives nobody an hour
    ],
)
def test_begun_minutes_count_as_whole_ones(passed: timedelta, left: int) -> None:
    assert minutes_left(NOON, NOON + passed) == left
    assert minutes_left(None, NOON) == 0


@pytest.mark.parametrize(
    ("passed", "days"),
    [
        (timedelta(days=-1), 0),
        (timedelta(), 0),
        (timedelta(seconds=1), 1),
        (timedelta(days=1), 1),
        (timedelta(days=1, seconds=1), 2),
    ],
)
def test_an_answer_is_overdue_from_the_second_it_was_promised_for(
    passed: timedelta, days: int
) -> None:
    assert days_overdue(NOON, NOON + passed) == days
    assert days_overdue(None, NOON) == 0
