"""How a change is counted; every expected number was counted by hand."""

from __future__ import annotations

from app.consensus.rules.changes import changes_between
from app.text.clauses import outline
from app.text.identity import carry
from app.text.outline import Outline


def after(before: Outline, text: str) -> Outline:
    return carry(before, text, next_id=100).outline


BEFORE = outline("第一条 停放三日。\n\n第二条 骑行有序。\n")


def test_one_character_for_another_is_one_in_and_one_out() -> None:
    changed = after(BEFORE, "第一条 停放两日。\n\n第二条 骑行有序。\n")
    assert changes_between(BEFORE, changed) == {"c1": (1, 1)}


def test_a_latin_word_and_a_number_are_one_each() -> None:
    before = outline("Article 1. Quiet begins at 22 hours.\n")
    changed = after(before, "Article 1. Quiet surely begins at 2300 hours.\n")
    assert changes_between(before, changed) == {"c1": (2, 1)}


def test_renumbering_and_moving_change_no_words() -> None:
    moved = after(BEFORE, "第一条 骑行有序。\n\n第二条 停放三日。\n")
    assert changes_between(BEFORE, moved) == {}


def test_a_new_clause_counts_its_words_without_its_number() -> None:
    longer = after(BEFORE, "第一条 停放三日。\n\n第二条 骑行有序。\n\n第三条 施行。\n")
    assert changes_between(BEFORE, longer) == {"c100": (3, 0)}


def test_a_clause_that_goes_counts_as_taken_out() -> None:
    shorter = after(BEFORE, "第一条 停放三日。\n")
    assert changes_between(BEFORE, shorter) == {"c2": (0, 5)}


def test_a_blank_more_is_no_change() -> None:
    assert (
        changes_between(BEFORE, after(BEFORE, "第一条  停放三日。\n\n\n第二条 骑行有序。\n")) == {}
    )
