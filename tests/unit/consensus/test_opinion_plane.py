"""The plane in which people differ most: what it is made of and what has no influence on it."""

from __future__ import annotations

import numpy as np
import pytest

from app.consensus.opinion.plane import find_plane, place
from app.consensus.opinion.positions import arrange
from tests.builders.opinions import camps, noise, of_matrix


def test_what_a_person_did_not_see_counts_as_the_mean_of_those_who_did() -> None:
    positions = of_matrix([[1, 1], [1, -1], [-1, None]])
    (block,) = positions.blocks()
    assert block == pytest.approx(np.array([[2 / 3, 1], [2 / 3, -1], [-4 / 3, 0]]))


def test_the_variances_are_those_of_a_full_decomposition() -> None:
    positions, _camp = camps([300, 200], statements=40, taken=25)
    plane = find_plane(positions)
    whole = np.concatenate(list(positions.blocks()))
    singular = np.linalg.svd(whole, compute_uv=False)
    full = singular**2 / positions.people
    assert plane.variances == pytest.approx(full[:2], rel=1e-6)
    assert plane.variance == pytest.approx(full.sum(), rel=1e-6)


def test_blocks_of_people_give_the_same_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    positions, _camp = camps([60, 40])
    whole = find_plane(positions), place(positions, find_plane(positions))
    monkeypatch.setattr("app.consensus.opinion.positions.BLOCK", 7)
    parts = find_plane(positions), place(positions, find_plane(positions))
    assert parts[0].axes == pytest.approx(whole[0].axes, abs=1e-9)
    assert parts[1] == pytest.approx(whole[1], abs=1e-9)


def test_two_camps_lie_on_either_side_along_the_first_axis() -> None:
    positions, camp = camps([60, 40])
    along = place(positions, find_plane(positions))[:, 0]
    assert (along[camp == 0] > 0).mean() in (pytest.approx(0, abs=0.05), pytest.approx(1, abs=0.05))
    assert np.sign(np.median(along[camp == 0])) == -np.sign(np.median(along[camp == 1]))


def test_who_took_few_positions_is_not_drawn_to_the_middle_for_it() -> None:
    many = [1] * 8
    few = [1] * 2 + [None] * 6
    positions = of_matrix([many, many, few, [-1] * 8, [-1] * 8, [-1] * 2 + [None] * 6])
    points = place(positions, find_plane(positions))
    assert points[2, 0] == pytest.approx(points[0, 0] / 2, rel=0.1)
    # Without the scaling it would be a quarter: two answers of eight.


def test_the_order_in_which_positions_come_has_no_influence() -> None:
    chance = np.random.default_rng(5)
    person, statement = np.nonzero(chance.random((40, 20)) < 0.7)
    choice = chance.integers(-1, 2, len(person))
    order = chance.permutation(len(person))
    ones = np.zeros(len(person))
    first = arrange(person, statement, choice, ones, statements=20, least=7)
    other = arrange(
        person[order] + 1000, statement[order], choice[order], ones, statements=20, least=7
    )
    assert np.array_equal(first.choice, other.choice)
    assert np.array_equal(first.person, other.person)
    assert np.array_equal(find_plane(first).axes, find_plane(other).axes)


def test_only_who_took_enough_positions_counts() -> None:
    positions = of_matrix([[1] * 7, [1] * 6 + [None], [0] * 7], least=7)
    assert positions.people == 2
    assert len(positions) == 14


def test_a_person_is_confirmed_when_one_of_the_positions_was() -> None:
    positions = arrange(
        [9, 9, 4], [0, 1, 0], [1, 1, 1], [False, True, False], statements=2, least=1
    )
    assert positions.is_confirmed.tolist() == [False, True]  # in the order of the numbers: 4, 9


def test_where_everybody_answers_alike_there_is_no_variance() -> None:
    plane = find_plane(of_matrix([[1, -1, 0]] * 10))
    assert plane.variance == 0
    assert plane.variances.tolist() == [0, 0]


def test_noise_has_no_direction_that_stands_out() -> None:
    plane = find_plane(noise(2000, statements=20, taken=20))
    assert plane.variances[0] < 1.5 * plane.variance / 20
