"""How a change is counted and of what kind it is; every expected number was counted by hand."""

from __future__ import annotations

import pytest

from app.consensus.rules.changes import Change, Kind
from app.consensus.rules.following import follow
from app.consensus.rules.life import Life
from app.text.clauses import outline
from app.text.identity import carry
from app.text.outline import Outline


def after(before: Outline, text: str) -> Outline:
    return carry(before, text, next_id=100).outline


def changes_between(before: Outline, text: Outline) -> dict[str, tuple[int, int]]:
    """By clause id: tokens in and out in the second of two revisions."""
    lives: dict[str, Life] = {}
    follow(lives, (), before, 1)
    return {ident: change[:2] for ident, change in follow(lives, before, text, 2).items()}


def kind_of(before: str, words: str) -> Kind:
    lives: dict[str, Life] = {}
    first = outline(before)
    follow(lives, (), first, 1)
    found = follow(lives, first, after(first, words), 2)
    (change,) = found.values()
    return change.kind


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


@pytest.mark.parametrize(
    "text",
    [
        "第一条  停放三日。\n\n\n第二条 骑行有序。\n",  # a blank more
        "第一条 停放三日｡\n\n第二条 骑行有序。\n",  # a mark of half the width
        "第三条 停放三日。\n\n第四条 骑行有序。\n",  # its own number
    ],
)
def test_what_no_reader_would_call_a_change_is_none(text: str) -> None:
    assert changes_between(BEFORE, after(BEFORE, text)) == {}


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("Noise ends at 22 hours daily.\n", "Noise ends at 23 hours daily.\n"),
        ("The operator shall clear bicycles.\n", "The operator may clear bicycles.\n"),
        ("The operator shall clear bicycles.\n", "The operator shall quickly clear bicycles.\n"),
        ("Keep the free path clear.\n", "Keep the free path clear, except here.\n"),
        ("停放三日有余者移走车辆。\n", "停放两日有余者移走车辆。\n"),
        ("企业应当移走车辆。\n", "企业可以移走车辆。\n"),
        ("企业应当移走车辆。\n", "企业应移走车辆。\n"),
        ("在此停放车辆有序。\n", "在此不得停放车辆有序。\n"),
        ("企業應當移走車輛。\n", "企業應移走車輛。\n"),
    ],
)
def test_numbers_and_binding_words_or_their_neighbours_make_a_change_normative(
    before: str, words: str
) -> None:
    assert kind_of(before, words) is Kind.NORMATIVE


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("Keep the free path very clear.\n", "Keep the free path quite clear.\n"),
        ("The operator shall soon clear all bicycles.\n",
         "The operator shall soon clear all vehicles.\n"),
        ("车辆停放有序整齐。\n", "车辆停放整齐。\n"),
    ],
)  # fmt: skip
def test_other_words_make_a_change_substantive(before: str, words: str) -> None:
    assert kind_of(before, words) is Kind.SUBSTANTIVE


def test_traditional_characters_for_simplified_ones_are_editorial_and_still_counted() -> None:
    lives: dict[str, Life] = {}
    first = outline("车辆停放。\n")
    follow(lives, (), first, 1)
    found = follow(lives, first, after(first, "車輛停放。\n"), 2)
    assert found == {"c1": Change(2, 2, Kind.EDITORIAL)}


def test_what_is_too_large_to_lay_side_by_side_counts_whole() -> None:
    lives: dict[str, Life] = {}
    first = outline("a " * 4001 + "end\n")
    follow(lives, (), first, 1)
    found = follow(lives, first, carry(first, "b " * 4001 + "end\n", next_id=2,
                                       keep={0: "c1"}).outline, 2)  # fmt: skip
    assert found["c1"][:2] == (4002, 4002)
    assert found["c1"].is_bulk
