"""Nothing is hidden without an act, a rule and a reason that exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.errors import RuleBroken
from app.moderation.rules import Action, Rule, checked_action, checked_reason, checked_rule


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
