"""Nothing is done without an act, a rule and a reason that exist, to a thing that it fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.errors import RuleBroken
from app.moderation.rules import (
    FAMILIES,
    FLAG_LIMIT,
    OPPOSITE,
    Action,
    Kind,
    Rule,
    checked_action,
    checked_days,
    checked_flag_words,
    checked_minutes,
    checked_reason,
    checked_rule,
    ensure_fits,
    family_of,
    stamp_of,
)


@pytest.mark.parametrize(
    ("check", "wrong", "field"),
    [
        (checked_action, "delete", "action"),
        (checked_action, "", "action"),
        (checked_rule, "", "rule"),
        (checked_rule, "dislike", "rule"),
        (checked_reason, "  ", "reason"),
        (checked_reason, "not\u202eallowed", "reason"),
        (checked_reason, "x" * 501, "reason"),
        (checked_flag_words, "x" * (FLAG_LIMIT + 1), "words"),
        (checked_flag_words, "not\u202eallowed", "words"),
    ],
)
def test_what_is_missing_or_unknown_is_refused_at_its_field(
    check: Callable[[str], object], wrong: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        check(wrong)
    assert caught.value.field == field


def test_known_codes_and_a_short_reason_pass() -> None:
    assert checked_action("show") is Action.SHOW
    assert checked_rule("off_topic") is Rule.OFF_TOPIC
    assert checked_reason(" Names\r\na neighbour ") == "Names a neighbour"
    assert checked_flag_words(" \r\n ") == ""


def test_the_rule_for_changes_of_the_text_fits_nothing_else() -> None:
    assert checked_rule("vandalism", Kind.REVISION) is Rule.VANDALISM
    for rule, kind in (("vandalism", Kind.COMMENT), ("vandalism", None), ("insult", Kind.REVISION)):
        with pytest.raises(RuleBroken) as caught:
            checked_rule(rule, kind)
        assert caught.value.field == "rule"


FITTING = {
    Kind.COMMENT: {"hide", "show", "none"},
    Kind.SUGGESTION: {"hide", "show", "none"},
    Kind.SUMMARY: {"hide", "show", "none"},
    Kind.NAME: {"hide", "show", "none"},
    Kind.THREAD: {"lock", "unlock"},
    Kind.POLICY: {"slow", "end_slow"},
    Kind.PERSON: {"remind", "suspend", "end_suspend"},
    Kind.REVISION: {"mark", "unmark"},
}


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_of_thing_has_its_own_actions_and_nobody_sets_aside_by_hand(kind: Kind) -> None:
    for action in set(Action) - FITTING[kind]:
        with pytest.raises(RuleBroken) as caught:
            ensure_fits(Action(action), kind)
        assert caught.value.field == "action"
    for action in FITTING[kind]:
        ensure_fits(Action(action), kind)


def test_an_action_and_what_takes_it_back_are_of_one_family() -> None:
    for action, opposite in OPPOSITE.items():
        assert opposite in family_of(action)
    assert family_of(Action.REMIND) == {Action.REMIND}
    assert sum(map(len, FAMILIES)) == len(frozenset().union(*FAMILIES))


@pytest.mark.parametrize(
    ("action", "days", "minutes"),
    [
        (Action.SUSPEND, 7, 0),
        (Action.SLOW, 1, 10),
        (Action.HIDE, 0, 0),
        (Action.END_SUSPEND, 0, 0),
    ],
)
def test_what_ends_by_itself_has_one_of_the_steps(action: Action, days: int, minutes: int) -> None:
    assert checked_days(action, days or None) == days
    assert checked_minutes(action, minutes or None) == minutes


@pytest.mark.parametrize("days", [None, 0, 2, 365])
def test_no_suspension_has_another_length(days: int | None) -> None:
    with pytest.raises(RuleBroken) as caught:
        checked_days(Action.SUSPEND, days)
    assert caught.value.field == "days"


def test_a_stamp_differs_when_words_were_changed() -> None:
    noon = datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert stamp_of(noon) == stamp_of(noon)
    assert len({stamp_of(noon), stamp_of(noon.replace(microsecond=1)), stamp_of("Li")}) == 3
