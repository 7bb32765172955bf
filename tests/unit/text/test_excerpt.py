"""Comparisons cut down for cards: what changes always stays, long unchanged parts go."""

from __future__ import annotations

from app.text.diff import word_diff
from app.text.excerpt import shortened, stretches

LONG = "".join(f"word{number} " for number in range(100))


def test_a_short_comparison_stays_whole() -> None:
    runs = word_diff("Bicycles stand here.", "Bicycles may stand here.").runs
    assert stretches(runs) == (runs,)


def test_a_long_unchanged_middle_is_left_out_and_every_change_stays() -> None:
    runs = (("-", "One"), ("=", LONG), ("+", "two"))
    found = stretches(runs, around=4)
    assert found == (
        (("-", "One"), ("=", "word0 word1 ")),
        (("=", "word98 word99 "), ("+", "two")),
    )


def test_unchanged_ends_are_cut_to_the_words_beside_the_change() -> None:
    found = stretches((("=", LONG), ("+", "new"), ("=", LONG)), around=4)
    assert found == ((), (("=", "word98 word99 "), ("+", "new"), ("=", "word0 word1 ")), ())


def test_words_that_do_not_change_at_all_are_shown() -> None:
    assert stretches((("=", LONG),)) == ((("=", LONG),),)


def test_a_card_holds_so_many_characters_and_says_that_more_follow() -> None:
    known = ((("=", "1234"), ("+", "5678")), (("-", "90"),))
    assert shortened(known, 10) == known
    assert shortened(known, 6) == ((("=", "1234"), ("+", "56")), ())
    assert shortened(known, 9) == ((("=", "1234"), ("+", "5678")), (("-", "9"),), ())
    assert shortened(known, 8) == ((("=", "1234"), ("+", "5678")), (), ())
