"""A volunteer is offered what can be done now, and what they choose is read back."""

from __future__ import annotations

import pytest

from app.moderation.routes.choices import read_choice


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("hide", ("hide", None, None)),
        ("suspend:3", ("suspend", 3, None)),
        ("slow:10", ("slow", 1, 10)),
        ("suspend:x", ("suspend", None, None)),
        ("slow:", ("slow", 1, None)),
        ("suspend:99999", ("suspend", None, None)),
        ("suspend:٣", ("suspend", None, None)),
        ("", ("", None, None)),
    ],
)
def test_an_answer_says_action_days_and_minutes(
    code: str, meaning: tuple[str, int | None, int | None]
) -> None:
    assert read_choice(code) == meaning
