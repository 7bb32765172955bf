"""Which decisions may be looked at again, until when, and what a note may be about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import RuleBroken
from app.moderation.review_rules import (
    About,
    Aim,
    Decided,
    Outcome,
    checked_outcome,
    checked_words,
    ensure_reviewable,
    read_aim,
    why_no_review,
)

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HIDDEN = Decided("hide", AT)


@pytest.mark.parametrize("action", ["hide", "show", "lock", "slow", "remind", "suspend", "none"])
def test_every_decision_of_a_volunteer_may_be_reviewed(action: str) -> None:
    assert why_no_review(Decided(action, AT), AT) is None


@pytest.mark.parametrize(
    ("done", "sentence"),
    [
        (replace(HIDDEN, is_taken_back=True), "taken back already"),
        (replace(HIDDEN, is_answer=True), "itself the outcome"),
        (replace(HIDDEN, action="set_aside", waits=True), "yet to look"),
    ],
)
def test_what_cannot_be_reviewed_says_why(done: Decided, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        ensure_reviewable(done, AT)
    assert sentence in str(refusal.value.message)


def test_what_the_site_set_aside_can_be_reviewed_when_nobody_has_to_look_any_more() -> None:
    assert why_no_review(replace(HIDDEN, action="set_aside"), AT) is None


def test_an_open_report_does_not_stop_the_review_of_a_volunteers_decision() -> None:
    assert why_no_review(replace(HIDDEN, waits=True), AT) is None


def test_a_review_can_be_asked_for_within_thirty_days() -> None:
    last = AT + timedelta(days=30)
    assert why_no_review(HIDDEN, last) is None
    late = why_no_review(HIDDEN, last + timedelta(seconds=1))
    assert "within 30 days" in str(late)


@pytest.mark.parametrize("outcome", ["", "maybe", "UPHELD"])
def test_a_review_ends_in_one_of_two_ways(outcome: str) -> None:
    assert [checked_outcome(one) for one in ("upheld", "overturned")] == list(Outcome)
    with pytest.raises(RuleBroken) as refusal:
        checked_outcome(outcome)
    assert refusal.value.field == "outcome"


def test_words_are_one_to_two_thousand_characters() -> None:
    assert checked_words("  It was a quotation.\r\n") == "It was a quotation."
    assert len(checked_words("说" * 2000)) == 2000
    for wrong in ("", " \n ", "说" * 2001, "x" * 100_000, "turned \u202e round"):
        with pytest.raises(RuleBroken) as refusal:
            checked_words(wrong)
        assert refusal.value.field == "words"


@pytest.mark.parametrize("code", ["action:12", "case:5", "policy", "overdue"])
def test_what_a_note_is_about_is_written_as_it_is_read(code: str) -> None:
    assert str(read_aim(code)) == code


@pytest.mark.parametrize(
    "code",
    ["", "action", "action:", "action:0", "action:-1", "action:x", "action:１", "policy:3",
     "person:4", "case:" + "9" * 30],
)  # fmt: skip
def test_a_note_is_about_nothing_else(code: str) -> None:
    assert read_aim(code) is None


def test_an_aim_names_its_number() -> None:
    assert read_aim("action:12") == Aim(About.ACTION, 12)
