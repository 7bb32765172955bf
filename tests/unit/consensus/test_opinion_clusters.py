"""Points put together by nearness, and how alike two ways of doing so are; counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.opinion.clusters import find_groups, numbered_by_size, silhouette_of
from app.consensus.opinion.likeness import adjusted_rand

FOUR = np.array([[0.0, 0.0], [0.0, 1.0], [4.0, 0.0], [4.0, 1.0]])


def groups_of(points: list[tuple[float, float]] | np.ndarray, seed: int = 1) -> list[int]:
    return find_groups(np.array(points, dtype=float), np.random.default_rng(seed)).tolist()


def heap(x: float, y: float, people: int, seed: int) -> np.ndarray:
    return np.array([x, y]) + np.random.default_rng(seed).normal(scale=0.3, size=(people, 2))


def test_silhouette_of_two_pairs() -> None:
    # Each is 1 from its own; the others are 4 and √17 away.
    beside = (4 + 17**0.5) / 2
    expected = (beside - 1) / beside
    assert silhouette_of(FOUR, np.ones(4), np.array([0, 0, 1, 1])) == pytest.approx(expected)


def test_a_point_of_two_people_counts_as_two_points() -> None:
    member = np.array([0, 0, 1, 1])
    twice = np.array([0, 0, 1, 2, 3])
    weighted = silhouette_of(FOUR, np.array([2.0, 1, 1, 1]), member)
    assert weighted == pytest.approx(silhouette_of(FOUR[twice], np.ones(5), member[twice]))


def test_who_is_alone_in_a_group_counts_nothing() -> None:
    member = np.array([0, 0, 0, 1])
    points = np.array([[0.0, 0.0]] * 3 + [[5.0, 0.0]])
    assert silhouette_of(points, np.ones(4), member) == pytest.approx(3 / 4)


def test_one_group_has_no_silhouette() -> None:
    assert silhouette_of(FOUR, np.ones(4), np.zeros(4, dtype=int)) == 0


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_heaps_that_lie_apart_are_found_whatever_the_chance(number: int) -> None:
    turn = [2 * np.pi * one / number for one in range(number)]
    points = np.concatenate(
        [heap(9 * np.cos(at), 9 * np.sin(at), 60 - 5 * one, one) for one, at in enumerate(turn)]
    )
    expected = [one for one in range(number) for _ in range(60 - 5 * one)]
    for seed in range(3):
        assert groups_of(points, seed) == expected


def test_somebody_far_from_all_is_a_group_of_one() -> None:
    points = np.concatenate([heap(0, 0, 60, 1), [[90.0, 90.0]]])
    assert groups_of(points) == [0] * 60 + [1]


def test_people_at_one_place_are_one_group() -> None:
    assert groups_of([(1.0, 2.0)] * 30) == [0] * 30


def test_nobody_is_no_group() -> None:
    assert groups_of(np.zeros((0, 2))) == []


def test_groups_are_numbered_by_size_and_equal_ones_by_who_comes_first() -> None:
    assert numbered_by_size(np.array([4, 4, 2, 2, 7, 7, 7])).tolist() == [1, 1, 2, 2, 0, 0, 0]


def test_likeness_of_two_small_partitions() -> None:
    # Pairs: 2 together in one, 1 in the other, 1 in both, 6 in all; expected 2*1/6, most 3/2.
    one, other = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])
    assert adjusted_rand(one, other) == pytest.approx((1 - 1 / 3) / (3 / 2 - 1 / 3))
    # 6 and 3 together, 2 in both, 15 in all.
    one, other = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(one, other) == pytest.approx((2 - 18 / 15) / (9 / 2 - 18 / 15))


def test_crossed_halves_are_less_alike_than_by_chance() -> None:
    # 2 and 2 pairs together, none in both, of 6.
    assert adjusted_rand(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx(-0.5)


labels = st.lists(st.integers(0, 4), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(labels, st.permutations(range(5)))
def test_other_numbers_for_the_same_groups_are_wholly_alike(
    member: list[int], names: list[int]
) -> None:
    one = np.array(member)
    assert adjusted_rand(one, np.array(names)[one]) == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=2, max_size=40))
def test_likeness_is_the_same_both_ways_and_at_most_one(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs).T
    assert adjusted_rand(one, other) == pytest.approx(adjusted_rand(other, one))
    assert adjusted_rand(one, other) <= 1 + 1e-12
