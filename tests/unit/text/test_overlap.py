"""Two changes of one wording: which touch the same words."""

from __future__ import annotations

import pytest

from app.text.diff import word_diff
from app.text.overlap import overlaps, touched

BASE = "One two three four five six."


def places(after: str) -> tuple[tuple[int, int], ...]:
    return touched(word_diff(BASE, after).runs)


def test_a_replaced_word_is_one_place() -> None:
    assert places(BASE.replace("two", "2")) == ((4, 7),)
    assert places(BASE.replace("two ", "two and ")) == ((8, 8),)
    assert places(BASE) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (BASE.replace("two", "2"), BASE.replace("two", "II"), True),
        (BASE.replace("two", "2"), BASE.replace("three", "3"), False),
        (BASE.replace("two ", "two and "), BASE.replace("two ", "two or "), True),
        (BASE.replace("two ", "two and "), BASE.replace("five ", "five or "), False),
        (BASE.replace("two three", "a"), BASE.replace("three four", "b"), True),
        ("", BASE.replace("five ", "five or "), True),
        (BASE, BASE.replace("five ", "five or "), False),
    ],
)
def test_changes_overlap_where_their_words_do(one: str, other: str, same: bool) -> None:
    assert overlaps(places(one), places(other)) is same
    assert overlaps(places(other), places(one)) is same
