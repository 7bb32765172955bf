"""The small diff3: matching, regions, touching changes and its bounds."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.diff3 import CELLS, Change, longest_rising, matching, regions

units = st.lists(st.sampled_from("abcde\n"), max_size=14)


def plain_lcs(a: list[str], b: list[str]) -> int:
    """Textbook table, as an oracle."""
    above = [0] * (len(b) + 1)
    for x in a:
        row = [0]
        for j, y in enumerate(b):
            row.append(above[j] + 1 if x == y else max(above[j + 1], row[j]))
        above = row
    return above[-1]


@given(units, units)
@settings(max_examples=60, deadline=None)
def test_matching_is_a_longest_rising_list_of_equal_units(a, b):
    pairs = matching(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(p[0] < q[0] and p[1] < q[1] for p, q in zip(pairs, pairs[1:], strict=False))
    assert len(pairs) == plain_lcs(a, b)


@given(units, units, units)
@settings(max_examples=60, deadline=None)
def test_regions_concatenate_to_each_of_the_three_sequences(base, mine, theirs):
    found = regions(base, mine, theirs, lambda run: run != ("\n",))
    assert [u for r in found for u in r.base] == base
    assert [u for r in found for u in r.mine] == mine
    assert [u for r in found for u in r.theirs] == theirs


@given(units, units, units)
@settings(max_examples=60, deadline=None)
def test_swapping_the_sides_swaps_the_regions(base, mine, theirs):
    one = [(r.base, r.mine, r.theirs) for r in regions(base, mine, theirs)]
    other = [(r.base, r.theirs, r.mine) for r in regions(base, theirs, mine)]
    assert one == other


CASES = [
    ("nothing changed", "abc", "abc", "abc", "abc"),
    ("one side changed", "abc", "aXc", "abc", "aXc"),
    ("both changed the same", "abc", "aXc", "aXc", "aXc"),
    ("changes apart", "abcde", "aXcde", "abcYe", "aXcYe"),
    ("touching changes clash", "abcd", "aXcd", "abYd", None),
    ("same place clashes", "abc", "aXc", "aYc", None),
    ("two insertions at one place clash", "ab", "aXb", "aYb", None),
    ("equal insertions are one", "ab", "aXb", "aXb", "aXb"),
    ("insertions apart", "abc", "aXbc", "abYc", "aXbYc"),
    ("deleted and changed clash", "abc", "ac", "aXc", None),
    ("deleted by both", "abc", "ac", "ac", "ac"),
    ("insertion beside a change clashes", "abc", "aXbc", "aYc", None),
    ("from nothing", "", "X", "", "X"),
    ("to nothing", "abc", "", "abc", ""),
]


@pytest.mark.parametrize(("base", "mine", "theirs", "expected"), [c[1:] for c in CASES])
def test_table_of_small_merges(base, mine, theirs, expected):
    found = regions(base, mine, theirs)
    if any(region.change is Change.CLASH for region in found):
        assert expected is None
    else:
        assert "".join(unit for region in found for unit in region.merged) == expected


def test_changes_kept_apart_by_too_little_are_one_clash():
    apart = regions("a\nb", "X\nb", "a\nY")
    touching = regions("a\nb", "X\nb", "a\nY", lambda run: run != ("\n",))
    assert Change.CLASH not in [region.change for region in apart]
    assert [region.change for region in touching] == [Change.CLASH]


def test_two_changes_of_one_side_never_clash_however_near():
    found = regions("a\nb", "X\nY", "a\nb", lambda run: run != ("\n",))
    assert Change.CLASH not in [region.change for region in found]


def test_longest_rising_subsequence_is_found():
    assert longest_rising([3, 1, 2, 5, 4, 6]) in ([1, 2, 3, 5], [1, 2, 4, 5])
    assert longest_rising([]) == []


def test_beyond_the_bound_units_that_stand_once_still_match():
    size = int(CELLS**0.5) + 100
    a = ["start a", *(f"u{i}" for i in range(size)), "end a"]
    b = ["start b", *(f"u{i}" for i in range(size)), "end b"]
    assert len(matching(a, b)) == size


@pytest.mark.parametrize("shape", ["one unit repeated", "every line rewritten"])
def test_hostile_sequences_take_bounded_time(shape):
    if shape == "one unit repeated":
        a, b = ["a", *["x"] * 300_000], ["b", *["x"] * 150_000, "c", *["x"] * 150_000, "d"]
    else:
        a = [u for i in range(4_000) for u in (f"a{i}", "\n")]
        b = [u for i in range(4_000) for u in (f"b{i}", "\n")] + ["end"]
    began = time.process_time()
    matching(a, b)
    assert time.process_time() - began < 2
