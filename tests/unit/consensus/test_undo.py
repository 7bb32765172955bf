"""Who took back whose words; every expected number was counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

import pytest

from app.consensus.rules.life import GONE, Life
from app.consensus.rules.undo import (
    MutualPair,
    acted_with,
    conflict,
    mutual_pairs,
    revert_of,
    undone,
)
from tests.unit.consensus.test_life import life_of

ANNA, BERT, CARO = 11, 12, 13
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def by(*people: int) -> dict[int, int]:
    """Who saved the revisions from 1 on."""
    return dict(enumerate(people, start=1))


def hourly(life: Life) -> dict[int, datetime]:
    return {step.number: START + timedelta(hours=step.number) for step in life.steps}


WAR = life_of("ends at ten", "ends at nine", "ends at ten", "ends at nine", "ends at ten")


def test_changing_what_another_person_wrote_is_no_undoing() -> None:
    life = life_of("ends at ten", "ends at nine", "ends at eight")
    assert undone(life, by(ANNA, BERT, CARO)) == {}


def test_putting_back_what_another_person_took_out_undoes_it() -> None:
    assert undone(WAR, by(ANNA, BERT, ANNA, BERT, ANNA)) == {3: {BERT}, 4: {ANNA}, 5: {BERT}}


def test_taking_back_ones_own_words_undoes_nobody() -> None:
    assert undone(WAR, by(ANNA, BERT, BERT, BERT, BERT)) == {}


def test_a_third_person_may_undo_two_at_once() -> None:
    life = life_of("a b c d", "a b", "c d", "a b c d")
    # Bert took c and d out; Caro put them back (undoing Bert) and took a and b out;
    # Anna puts back what Caro took out.
    assert undone(life, by(ANNA, BERT, CARO, ANNA)) == {3: {BERT}, 4: {CARO}}


def test_what_does_not_count_undoes_nothing_and_is_not_undone() -> None:
    """Revision 2 was vandalism and 3 mended it: 4 then changes Anna's words for the first time."""
    authors = by(ANNA, BERT, CARO, BERT, ANNA)
    del authors[2], authors[3]
    assert undone(WAR, authors) == {5: {BERT}}


def test_a_restore_counts_by_construction() -> None:
    life = life_of("a b c d e f", "a x y f", "a b c d e f")
    assert undone(life, by(ANNA, BERT, ANNA)) == {3: {BERT}}


def test_only_revisions_that_acted_on_a_token_again_need_their_authors() -> None:
    assert acted_with(WAR, since=4) == {1, 2, 3, 4, 5}
    assert acted_with(life_of("a", "b", "c"), since=0) == set()


def test_a_clause_that_nobody_took_back_has_no_conflict() -> None:
    life = life_of("ends at ten", "ends at nine")
    assert conflict(life, hourly(life), by(ANNA, BERT)) is None


def test_conflict_weighs_quick_answers_more() -> None:
    """Five reversals, all an hour after: ten at 3, 4 and 5, nine at 4 and 5."""
    authors = by(ANNA, BERT, ANNA, BERT, ANNA)
    found = conflict(WAR, hourly(WAR), authors)
    assert found == pytest.approx(log(3600) / log(3602))


def test_reversals_of_oneself_make_the_conflict_smaller() -> None:
    """Of the five reversals those at 4 and 5 are Bert's of Bert's own: two of two and two of two."""
    authors = by(ANNA, ANNA, BERT, BERT, BERT)
    assert conflict(WAR, hourly(WAR), authors) == pytest.approx(log(3600) / log(3602) / 5)


def test_a_clock_that_goes_back_counts_as_at_once() -> None:
    times = {number: START - timedelta(hours=number) for number in range(1, 6)}
    found = conflict(WAR, times, by(ANNA, BERT, ANNA, BERT, ANNA))
    assert found == pytest.approx(log(3600) / log(2))


def test_people_who_undo_each_other_are_a_pair_weighed_by_who_edits_less() -> None:
    """Anna saved 1, 3 and 5, Bert 2 and 4: two people, weight two."""
    score, pairs = mutual_pairs(WAR, by(ANNA, BERT, ANNA, BERT, ANNA))
    assert pairs == [MutualPair((ANNA, BERT), 2)]
    assert score == 4


def test_undoing_in_one_direction_is_no_pair() -> None:
    life = life_of("ends at ten", "ends at nine", "ends at ten")
    assert mutual_pairs(life, by(ANNA, BERT, ANNA)) == (0, [])


COURSES = {
    "c1": [(1, "a"), (4, "b"), (5, "a"), (7, "d")],
    "c2": [(1, "x"), (4, GONE), (6, "x")],
    "c3": [(2, "y")],
}


def test_the_first_revision_with_all_the_words_from_before_is_the_revert() -> None:
    assert revert_of(COURSES, 4) == 6


def test_a_revision_that_nobody_mended_whole_has_no_revert() -> None:
    assert revert_of(COURSES, 7) is None
    assert revert_of(COURSES, 2) is None


def test_a_marked_revision_that_changed_no_words_has_no_revert() -> None:
    assert revert_of(COURSES, 3) is None
