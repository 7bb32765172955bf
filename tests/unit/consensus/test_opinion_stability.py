"""Groups are told only where they are found again; "no stable groups" is a correct answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.consensus.opinion.likeness import adjusted_rand
from app.consensus.opinion.positions import Ints, Positions, arrange
from app.consensus.opinion.stability import Reason, find_stable_groups
from app.consensus.opinion.summary import summarise
from tests.builders.opinions import camps, draw, noise, of_matrix


def halves(sizes: list[int]) -> Any:
    """Puts people into groups of these sizes, in their order; samples as the people come."""
    member = np.repeat(np.arange(len(sizes)), sizes)

    def find(positions: Positions, _seed: int) -> Ints:
        return member[: positions.people]

    return find


def test_two_camps_of_sixty_and_forty_are_two_groups() -> None:
    positions, camp = camps([60, 40])
    outcome = find_stable_groups(positions)
    assert outcome.reason is Reason.NONE
    assert np.bincount(outcome.member).tolist() == [60, 40]
    assert adjusted_rand(outcome.member, camp) == 1
    assert outcome.same == 1


@pytest.mark.parametrize("seed", range(4))
def test_tossed_coins_are_no_groups(seed: int) -> None:
    assert find_stable_groups(noise(150, seed=seed)).reason is Reason.UNSTABLE


def test_forty_nine_people_are_too_few_and_fifty_are_not() -> None:
    assert find_stable_groups(camps([29, 20])[0]).reason is Reason.FEW_PEOPLE
    assert find_stable_groups(camps([30, 20])[0]).reason is Reason.NONE


def test_a_group_of_four_is_not_told_and_one_of_five_is() -> None:
    assert find_stable_groups(camps([56, 4], apart=1)[0]).reason is Reason.SMALL_GROUP
    assert find_stable_groups(camps([55, 5], apart=1)[0]).reason is Reason.NONE


def test_a_group_of_less_than_one_in_twenty_is_not_told() -> None:
    positions = noise(200)
    assert find_stable_groups(positions, halves([191, 9])).reason is Reason.SMALL_GROUP


def test_one_person_who_differs_from_all_is_not_told_of() -> None:
    loner = [-1] * 10
    told = summarise(of_matrix([[1] * 10] * 60 + [loner]))
    assert told["reason"] == "small_group"
    assert "groups" not in told


@pytest.mark.parametrize("choice", [1, 0, -1])
def test_where_everybody_answers_alike_or_passes_there_are_no_groups(choice: int) -> None:
    assert find_stable_groups(of_matrix([[choice] * 8] * 60)).reason is Reason.ALIKE


def test_without_positions_there_are_too_few_people() -> None:
    told = summarise(of_matrix([]))
    assert (told["reason"], told["people"], told["positions"]) == ("few_people", 0, 0)


def test_groups_of_another_number_in_the_samples_are_unstable() -> None:
    calls = 0

    def find(positions: Positions, _seed: int) -> Ints:
        nonlocal calls
        calls += 1
        odd = np.arange(positions.people) % 2
        return odd if calls <= 1 + 15 else np.where(np.arange(positions.people) < 3, 2, odd)

    outcome = find_stable_groups(noise(200), find)
    assert outcome.likeness is not None
    assert outcome.same == 0.75  # 15 of 20
    assert outcome.reason is Reason.UNSTABLE


def test_equal_positions_give_equal_numbers() -> None:
    first, second = (summarise(camps([60, 40])[0]) for _ in range(2))
    assert first == second


def test_nothing_is_told_of_groups_that_are_not_stable() -> None:
    told = summarise(noise(120))
    assert set(told) == {"reason", "people", "positions", "least", "likeness", "same"}


def test_what_is_told_is_of_groups_and_in_steps_of_five() -> None:
    told = summarise(camps([80, 60], statements=40, taken=30)[0])
    assert [group["people"] for group in told["groups"]] == [80, 60]
    rows = told["agreed"] + told["rejected"] + told["apart"]
    assert told["apart"]
    for row in rows:
        assert len(row["shares"]) == len(row["seen"]) == 2
        assert all(share % 5 == 0 for share in row["shares"] + row.get("across", []))
        assert min(row["seen"]) >= 5


def test_what_few_of_a_group_answered_is_not_told() -> None:
    """Everybody agrees with the last two statements; four of the second camp were asked the last."""
    camp = np.repeat([0, 1], [60, 40])
    agreeing = np.array([[0.9] * 10 + [1, 1], [0.1] * 10 + [1, 1]])
    person, statement, choice = draw(camp, agreeing, taken=12, seed=1, passing=0)
    asked = (statement != 11) | (person < 64)
    told = summarise(
        arrange(
            person[asked], statement[asked], choice[asked], np.zeros(asked.sum()),
            statements=12, least=7,
        )
    )  # fmt: skip
    assert [group["people"] for group in told["groups"]] == [60, 40]
    assert [row["statement"] for row in told["agreed"]] == [10]
    assert {row["statement"] for row in told["apart"]} <= set(range(10))


def test_common_ground_is_what_most_of_every_group_agree_with() -> None:
    first, second = [1] * 4 + [-1] * 4, [-1] * 4 + [1] * 4
    told = summarise(of_matrix([[*first, 1, -1]] * 40 + [[*second, 1, -1]] * 30))
    assert [row["statement"] for row in told["agreed"]] == [8]
    assert told["agreed"][0]["shares"] == [100, 100]
    assert [row["statement"] for row in told["rejected"]] == [9]
    assert [row["statement"] for row in told["apart"]] == [0, 1, 2, 3, 4]  # five are enough


def test_groups_are_known_by_what_they_say_and_the_others_do_not() -> None:
    first, second = [1] * 4 + [-1] * 4, [-1] * 4 + [1] * 4
    told = summarise(of_matrix([[*first, 1]] * 40 + [[*second, 1]] * 30))
    typical = [{(one["statement"], one["choice"]) for one in g["typical"]} for g in told["groups"]]
    assert all(len(some) == 3 for some in typical)
    assert all((place < 4) == (choice == "agree") for place, choice in typical[0])
    assert all((place < 4) == (choice == "disagree") for place, choice in typical[1])


@pytest.mark.parametrize(
    ("confirmed", "told"),
    [
        (0, [0, 0]),
        (1, [1, 4]),
        (4, [1, 4]),
        (5, [5, 5]),
        (35, [35, 35]),
        (36, [36, 39]),
        (40, [40, 40]),
    ],
)
def test_one_to_four_confirmed_people_are_not_told_apart(confirmed: int, told: list[int]) -> None:
    positions = of_matrix([[1] * 8] * 40 + [[-1] * 8] * 30)
    positions.is_confirmed[:confirmed] = True
    assert summarise(positions)["groups"][0]["confirmed"] == told
