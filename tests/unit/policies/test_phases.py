"""The way of a draft: what may follow what, what is open where, and what the clock brings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.access.acts import Act
from app.errors import RuleBroken
from app.policies.phases import (
    NEXT_PHASES,
    OPEN_ACTS,
    STEPS,
    Phase,
    effective_phase,
    ensure_next,
    may_follow,
    skipped,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SIDE_STATES = {Phase.ON_HOLD, Phase.WITHDRAWN, Phase.DECLINED}
BEFORE_THE_DECISION_IS_OUT = [
    Phase.REGISTERED,
    Phase.EXPERIENCE,
    Phase.DRAFTING,
    Phase.CONSULTATION,
    Phase.RESPONSE,
    Phase.TRIAL,
    Phase.EXAMINATION,
    Phase.LEGALITY_REVIEW,
    Phase.DECISION,
]


def test_every_phase_has_its_line_in_every_table() -> None:
    assert set(OPEN_ACTS) == set(NEXT_PHASES) == set(Phase)
    assert set(STEPS) == set(Phase) - SIDE_STATES


def test_the_text_is_written_while_drafting_and_while_answering_only() -> None:
    written = {phase for phase, acts in OPEN_ACTS.items() if Act.EDIT_POLICY in acts}
    assert written == {Phase.DRAFTING, Phase.RESPONSE}


def test_suggestions_are_taken_while_drafting_and_in_the_consultation_only() -> None:
    taken = {phase for phase, acts in OPEN_ACTS.items() if Act.SUGGEST in acts}
    assert taken == {Phase.DRAFTING, Phase.CONSULTATION}


@pytest.mark.parametrize("phase", BEFORE_THE_DECISION_IS_OUT)
def test_a_draft_can_be_held_or_stopped_until_its_decision_is_out(phase: Phase) -> None:
    assert {Phase.ON_HOLD, Phase.WITHDRAWN} <= set(may_follow(phase))


@pytest.mark.parametrize("phase", [Phase.PUBLISHED, Phase.IN_FORCE, Phase.ARCHIVED])
def test_what_was_published_is_neither_held_nor_stopped(phase: Phase) -> None:
    assert not {Phase.ON_HOLD, Phase.WITHDRAWN} & set(may_follow(phase))


def test_a_draft_on_hold_goes_back_to_where_it_was_held_and_nowhere_else() -> None:
    assert set(may_follow(Phase.ON_HOLD, "response")) == {Phase.RESPONSE, Phase.WITHDRAWN}
    with pytest.raises(RuleBroken):
        ensure_next("on_hold", "decision", "response")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(-1, "drafting"), (0, "consultation"), (29 * 24, "consultation"), (30 * 24, "response")],
)
def test_comments_open_and_close_at_their_second(hours: int, expected: str) -> None:
    times = {"opens_at": NOON, "closes_at": NOON + 30 * DAY}
    now = NOON + timedelta(hours=hours)
    assert effective_phase("drafting", now, **times) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, "decision"), (0, "published"), (29, "published"), (30, "in_force")]
)
def test_a_decision_is_announced_and_binds_at_its_day(days: int, expected: str) -> None:
    times = {"announced_at": NOON, "effective_at": NOON + 30 * DAY}
    assert effective_phase("decision", NOON + days * DAY, **times) == expected


def test_the_clock_moves_nothing_that_is_on_hold() -> None:
    assert effective_phase("on_hold", NOON, closes_at=NOON - DAY) == Phase.ON_HOLD


def test_times_of_an_earlier_round_do_not_move_a_draft() -> None:
    assert effective_phase("drafting", NOON, closes_at=NOON - DAY) == Phase.DRAFTING


@pytest.mark.parametrize(
    ("start", "end", "left_out"),
    [
        ("registered", "drafting", ["experience"]),
        ("response", "legality_review", ["trial", "examination"]),
        ("response", "decision", ["trial", "examination", "legality_review"]),
        ("response", "drafting", []),
        ("drafting", "on_hold", []),
        ("drafting", "consultation", []),
    ],
)
def test_a_move_names_the_steps_it_leaves_out(start: str, end: str, left_out: list[str]) -> None:
    assert list(skipped(Phase(start), Phase(end))) == left_out
