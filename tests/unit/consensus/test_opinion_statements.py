"""What groups share and what sets them apart; the small cases are counted by hand."""

from __future__ import annotations

from itertools import product
from math import comb, sqrt

import numpy as np
import pytest

from app.consensus.opinion.statements import (
    Counts,
    against_the_others,
    beyond_half,
    count,
    informed,
    informed_again,
    smoothed,
)
from tests.builders.opinions import of_matrix


def counts_of(agree: list[list[int]], seen: list[list[int]]) -> Counts:
    agrees, all_of_them = np.array(agree, dtype=float), np.array(seen, dtype=float)
    return Counts(all_of_them, agrees, all_of_them - agrees)


def test_positions_are_counted_by_group_and_passes_are_seen() -> None:
    positions = of_matrix([[1, None], [1, -1], [0, -1], [-1, 1]])
    counts = count(positions, np.array([0, 0, 1, 1]))
    assert counts.seen.tolist() == [[2, 1], [2, 2]]
    assert counts.agree.tolist() == [[2, 0], [0, 1]]
    assert counts.disagree.tolist() == [[0, 1], [1, 1]]


def test_group_informed_consensus_is_the_geometric_mean_of_smoothed_shares() -> None:
    counts = counts_of([[8], [1]], [[10], [4]])
    assert informed(counts.agree, counts.seen)[0] == pytest.approx(sqrt(9 / 12 * 2 / 6))


def test_nobody_asked_is_neither_for_nor_against() -> None:
    assert smoothed(np.zeros(1), np.zeros(1)).tolist() == [0.5]


def test_what_one_camp_likes_ranks_below_what_both_can_live_with() -> None:
    """In all 740 of 1,000 agree with the first and 600 with the second."""
    counts = counts_of([[720, 480], [20, 120]], [[800, 800], [200, 200]])
    assert counts.agree.sum(axis=0).tolist() == [740, 600]
    first, second = informed(counts.agree, counts.seen)
    assert first < second
    low, high = np.percentile(
        informed_again(counts, 400, np.random.default_rng(1)), [5, 95], axis=0
    )
    assert high[0] < low[1]


def test_how_many_people_are_in_a_group_has_no_influence_on_the_ranking() -> None:
    small = counts_of([[6, 3], [60, 90]], [[10, 10], [100, 100]])
    large = counts_of([[6, 3], [600, 900]], [[10, 10], [1000, 1000]])
    for counts in (small, large):
        first, second = informed(counts.agree, counts.seen)
        assert first > second


def test_the_range_is_that_of_drawing_the_answers_anew() -> None:
    """Every outcome of 3 of 4 and 2 of 3 answers drawn anew, with its likelihood."""
    counts = counts_of([[3], [2]], [[4], [3]])

    def binomial(k: int, n: int, p: float) -> float:
        return comb(n, k) * p**k * (1 - p) ** (n - k)

    exact = sum(
        binomial(a, 4, 3 / 4) * binomial(b, 3, 2 / 3) * sqrt((a + 1) / 6 * (b + 1) / 5)
        for a, b in product(range(5), range(4))
    )
    drawn = informed_again(counts, 20_000, np.random.default_rng(3))
    assert drawn.mean() == pytest.approx(exact, abs=0.005)


def test_more_answers_make_the_range_narrower() -> None:
    counts = counts_of([[6, 60, 600], [6, 60, 600]], [[10, 100, 1000], [10, 100, 1000]])
    low, high = np.percentile(
        informed_again(counts, 400, np.random.default_rng(1)), [5, 95], axis=0
    )
    width = high - low
    assert width[0] > width[1] > width[2]


def test_a_group_against_the_others_in_standard_errors() -> None:
    # 30 of 40 against 10 of 40: smoothed 31/42 and 11/42, together 42/84.
    sure = against_the_others(counts_of([[30], [10]], [[40], [40]]))
    expected = (20 / 42) / sqrt(0.25 * 2 / 42)
    assert sure[0, 0] == pytest.approx(expected)
    assert sure[1, 0] == pytest.approx(-expected)


def test_three_groups_are_each_set_against_the_two_others_together() -> None:
    sure = against_the_others(counts_of([[9], [5], [5]], [[10], [10], [10]]))
    # 10/12 against 11/22, together 21/34.
    expected = (10 / 12 - 11 / 22) / sqrt(21 / 34 * 13 / 34 * (1 / 12 + 1 / 22))
    assert sure[0, 0] == pytest.approx(expected)


def test_beyond_half_in_standard_errors() -> None:
    # 18 of 23: smoothed 19 of 25; (19 - 12.5) / (5 / 2).
    assert beyond_half(counts_of([[18]], [[23]]))[0, 0] == pytest.approx(2.6)
    assert beyond_half(counts_of([[5]], [[10]]))[0, 0] == 0
