"""How a clause stands: the first rule that holds, for text that can be edited and for frozen text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.rules.figures import ClauseFigures
from app.consensus.rules.showing import LOUDNESS
from app.consensus.rules.status import Finding, Reason, Regime, Status, find_status, regime_of
from app.consensus.rules.thresholds import Thresholds
from app.policies.phases import Phase

READ = ClauseFigures(readers={"resident": "9", "officer": "1-4"}, readers_in_all="12")
USUAL = Thresholds()


def found(
    figures: ClauseFigures,
    regime: Regime = Regime.EDITABLE,
    quiet_days: int = 14,
    may_be_settled: bool = True,
    thresholds: Thresholds = USUAL,
) -> Finding:
    return find_status(
        figures, thresholds, regime=regime, quiet_days=quiet_days, may_be_settled=may_be_settled
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"undoing": 3, "undo_people": 2}, Reason.UNDOING),
        ({"gross": 12, "net": 6, "revisions": 3, "people": 2}, Reason.SWINGS),
        ({"objections": 2}, Reason.OBJECTIONS),
        ({"rivals": 3}, Reason.RIVALS),
        ({"verdict": "diverged"}, Reason.DIVERGED),
    ],
)
def test_each_kind_of_dispute_is_named(change: dict[str, object], reason: Reason) -> None:
    assert found(replace(READ, **change)) == Finding(Status.CONTESTED, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"undoing": 2, "undo_people": 5},
        {"undoing": 9, "undo_people": 1},  # one person who changes their mind disputes nothing
        {"gross": 12, "net": 7, "revisions": 3, "people": 2},  # 1 - 7/12 < 50 %
        {"gross": 9, "net": 0, "revisions": 3, "people": 2},
        {"gross": 40, "net": 0, "revisions": 2, "people": 2},  # there and back once
        {"gross": 40, "net": 0, "revisions": 9, "people": 1},
        {"objections": 1},
        {"rivals": 2},
        {"verdict": "converged_disagree"},
    ],
)
def test_below_a_threshold_nothing_is_a_dispute(change: dict[str, object]) -> None:
    assert found(replace(READ, **change)).status is not Status.CONTESTED  # type: ignore[arg-type]


def test_a_text_that_changed_within_two_weeks_is_still_changing() -> None:
    assert found(READ, quiet_days=13) == Finding(Status.MOVING, Reason.CHANGING)
    assert found(READ, quiet_days=14).status is Status.SETTLED


@pytest.mark.parametrize(
    ("readers", "everybody", "reason"),
    [
        ({}, "0", Reason.FEW_READERS),
        ({}, "1-4", Reason.FEW_READERS),
        ({"resident": "9"}, "9", Reason.FEW_READERS),
        ({"officer": "12"}, "12", Reason.NO_RESIDENT),
        ({"officer": "10", "resident": "0"}, "10", Reason.NO_RESIDENT),
    ],
)
def test_a_quiet_text_that_few_have_read_is_not_called_quiet(
    readers: dict[str, str], everybody: str, reason: Reason
) -> None:
    figures = ClauseFigures(readers=readers, readers_in_all=everybody)
    for regime in Regime:
        assert found(figures, regime) == Finding(Status.UNSEEN, reason)


def test_one_blurred_resident_is_a_resident() -> None:
    figures = ClauseFigures(readers={"officer": "1+", "resident": "1+"}, readers_in_all="10")
    assert found(figures).status is Status.SETTLED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"objections": 1}, Reason.OBJECTION),
        ({"suggestions": 1}, Reason.SUGGESTIONS),
        ({"questions": 1, "overdue": 1, "waiting": 1}, Reason.UNANSWERED),
    ],
)
def test_what_waits_for_an_answer_is_said_once_enough_people_have_read(
    change: dict[str, object], reason: Reason
) -> None:
    figures = replace(READ, **change)  # type: ignore[arg-type]
    assert found(figures) == Finding(Status.DISCUSSED, reason)
    assert found(replace(figures, readers={}, readers_in_all="0")).status is Status.UNSEEN
    assert found(figures, Regime.FROZEN) == Finding(Status.DISCUSSED, reason)


def test_a_question_within_its_time_keeps_only_a_frozen_text_waiting() -> None:
    figures = replace(READ, questions=1, waiting=1)
    assert found(figures).status is Status.SETTLED
    assert found(figures, Regime.FROZEN) == Finding(Status.DISCUSSED, Reason.UNANSWERED)


def test_a_frozen_text_with_three_hundred_pending_suggestions_and_thirty_quiet_days_is_not_quiet() -> (
    None
):
    pending = ClauseFigures(suggestions=300, suggesters=300, waiting=300)
    for figures in (pending, replace(pending, readers=READ.readers, readers_in_all="412")):
        finding = found(figures, Regime.FROZEN, quiet_days=30)
        assert finding == Finding(Status.DISCUSSED, Reason.SUGGESTIONS)
    assert found(replace(pending, rivals=3), Regime.FROZEN).status is Status.CONTESTED


def test_of_a_frozen_text_neither_changes_nor_rest_are_looked_at() -> None:
    figures = replace(READ, undoing=9, undo_people=5, gross=99, net=0, revisions=9, people=5)
    assert found(figures, Regime.FROZEN, quiet_days=0) == Finding(Status.NONE, Reason.QUIET)


FIGURES = st.builds(
    ClauseFigures,
    revisions=st.integers(0, 9),
    people=st.integers(0, 9),
    gross=st.integers(20, 40),
    net=st.integers(0, 20),
    undoing=st.integers(0, 5),
    undo_people=st.integers(0, 5),
    objections=st.integers(0, 3),
    suggestions=st.integers(0, 3),
    rivals=st.integers(0, 4),
    overdue=st.integers(0, 2),
    waiting=st.integers(0, 2),
    readers=st.dictionaries(
        st.sampled_from(["resident", "officer"]), st.sampled_from(["0", "1-4", "8"])
    ),
    readers_in_all=st.sampled_from(["0", "1-4", "5", "10", "63"]),
    verdict=st.sampled_from(["insufficient", "diverged", "converged_agree", "unclear"]),
)


@settings(max_examples=60)
@given(FIGURES, st.integers(0, 60))
def test_settled_is_said_of_no_frozen_text_and_of_none_before_the_answers(
    figures: ClauseFigures, quiet_days: int
) -> None:
    assert found(figures, Regime.FROZEN, quiet_days).status is not Status.SETTLED
    unanswered = found(figures, Regime.EDITABLE, quiet_days, may_be_settled=False)
    assert unanswered.status is not Status.SETTLED


@settings(max_examples=60)
@given(FIGURES, st.integers(0, 60))
def test_silence_is_never_consent(figures: ClauseFigures, quiet_days: int) -> None:
    """Quiet is said of nothing that fewer people have read than the threshold asks."""
    for regime in Regime:
        status = found(figures, regime, quiet_days).status
        if status in (Status.SETTLED, Status.NONE):
            assert figures.readers_in_all not in ("0", "1-4", "5")
            assert figures.readers.get("resident", "0") != "0"


@settings(max_examples=60)
@given(FIGURES, st.integers(0, 60), st.sampled_from(list(Regime)))
def test_one_more_objection_never_makes_it_calmer(
    figures: ClauseFigures, quiet_days: int, regime: Regime
) -> None:
    more = replace(figures, objections=figures.objections + 1)
    before = found(figures, regime, quiet_days).status
    after = found(more, regime, quiet_days).status
    # Unseen gives way to "waiting for answers" while a text is frozen: that is said first there.
    if regime is Regime.EDITABLE or before is not Status.UNSEEN:
        assert LOUDNESS[after] >= LOUDNESS[before]


def test_a_policy_decides_from_how_many_on_something_counts() -> None:
    strict = Thresholds(objections=1, readers=20, quiet_days=30)
    assert found(replace(READ, objections=1), thresholds=strict).status is Status.CONTESTED
    assert found(READ, quiet_days=20, thresholds=strict).status is Status.MOVING
    assert found(READ, quiet_days=30, thresholds=strict).status is Status.UNSEEN


def test_the_text_can_be_edited_while_it_is_drafted_and_answered_and_is_frozen_otherwise() -> None:
    editable = {phase for phase in Phase if regime_of(phase) is Regime.EDITABLE}
    assert editable == {Phase.DRAFTING, Phase.RESPONSE}
