"""Small numbers: nobody finds out what one of a few people did."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.rules.agreement import Tally
from app.consensus.rules.cells import GROUPS, blurred, part_of, told_apart

Told = tuple[tuple[tuple[str, str], ...], str]
MOST = 14  # people; every way to spread so many over the four groups is tried


def _told(counts: tuple[int, ...]) -> Told:
    roles, everybody = blurred(dict(zip(GROUPS, counts, strict=True)))
    return tuple(roles.items()), everybody


@pytest.mark.parametrize(
    ("counts", "roles", "everybody"),
    [
        ({}, {}, "0"),
        ({"resident": 3}, {}, "1-4"),
        ({"resident": 2, "officer": 2}, {}, "1-4"),
        ({"resident": 56}, {"resident": "56"}, "56"),
        ({"resident": 56, "officer": 0}, {"resident": "56", "officer": "0"}, "56"),
        ({"resident": 56, "volunteer": 3, "officer": 2},
         {"resident": "56", "volunteer": "1-4", "officer": "1-4"}, "61"),
        # One of few: the next smallest goes with it, or the sum would give it away.
        ({"resident": 56, "volunteer": 8, "officer": 2},
         {"resident": "56", "volunteer": "1+", "officer": "1+"}, "66"),
        ({"resident": 56, "officer": 2}, {"resident": "1+", "officer": "1+"}, "58"),
        # Twice one is two, and twice four is eight.
        ({"resident": 56, "volunteer": 1, "officer": 1},
         {"resident": "1+", "volunteer": "1+", "officer": "1+"}, "58"),
        ({"volunteer": 4, "officer": 4}, {"volunteer": "1+", "officer": "1+"}, "8"),
        ({"resident": 9, "supervisor": 3, "administrator": 2}, {"resident": "9", "other": "5"}, "14"),
    ],
)  # fmt: skip
def test_few_people_of_a_role_are_not_counted_in_public(
    counts: dict[str, int], roles: dict[str, str], everybody: str
) -> None:
    assert blurred(counts) == (roles, everybody)


def test_no_count_can_be_found_that_was_left_out() -> None:
    """Whoever knows the rule and tries all counts finds at least two for each left-out role."""
    ways: dict[Told, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(MOST + 1), repeat=len(GROUPS)):
        if sum(counts) <= MOST:
            ways[_told(counts)].append(counts)
    for (roles, everybody), possible in ways.items():
        for place, group in enumerate(GROUPS):
            is_told = dict(roles).get(group, "").isdecimal() or everybody == "0"
            assert is_told == (len({counts[place] for counts in possible}) == 1)


@given(st.tuples(*[st.integers(0, 400) | st.integers(0, 6)] * 4))
@settings(max_examples=60, deadline=None)
def test_what_is_told_is_true(counts: tuple[int, ...]) -> None:
    roles, everybody = blurred(dict(zip(GROUPS, counts, strict=True)))
    for group, count in zip(GROUPS, counts, strict=True):
        told = roles.get(group)
        assert told in (None, str(count)) or (told == "1-4" and 1 <= count <= 4) or told == "1+"
        assert told != "1+" or count
        assert count == 0 or count >= 5 or told in (None, "1-4", "1+")
    assert everybody in (str(sum(counts)), "1-4")


_TALLIES = st.builds(Tally, *[st.integers(0, 6)] * 3)


@given(st.dictionaries(st.sampled_from([*GROUPS, "supervisor"]), _TALLIES))
@settings(max_examples=60, deadline=None)
def test_no_fewer_than_five_positions_are_told_apart(tallies: dict[str, Tally]) -> None:
    told = told_apart(tallies)
    everybody = sum(tally.n for tally in tallies.values())
    assert all(tally.n >= 5 for tally in told.values())
    assert 0 <= everybody - sum(tally.n for tally in told.values()) < 5
    for role, tally in told.items():
        assert role == "other" or tally == tallies[role]


def test_a_single_volunteer_does_not_hide_the_officers() -> None:
    told = told_apart({"officer": Tally(9, 5), "resident": Tally(40), "volunteer": Tally(1)})
    assert told == {"officer": Tally(9, 5), "resident": Tally(40)}


def test_a_part_is_told_only_where_the_rest_is_not_a_few() -> None:
    assert part_of(Tally(20), Tally(20)) == Tally(20)
    assert part_of(Tally(20), Tally(15)) == Tally(15)
    assert part_of(Tally(20), Tally(16)) is None
    assert part_of(Tally(20), Tally(4)) is None
