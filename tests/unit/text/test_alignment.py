"""Two wordings side by side: the longest common words, and runs that are known from elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.alignment import Block, Gap, Sighting, align, gaps, sightings
from app.text.tokens import lcs_length

WORDS = st.lists(st.sampled_from("甲乙丙，"), max_size=14)


def test_what_stays_is_one_block_on_each_side_of_a_changed_word() -> None:
    assert align(list("超过三日的"), list("超过两日的")) == [Block(0, 0, 2), Block(3, 3, 2)]


@pytest.mark.parametrize(
    ("old", "new", "came"),
    [
        ("甲，乙", "甲，丙，乙", ["丙，"]),
        ("丁甲，乙", "戊甲，丙，乙", ["戊", "丙，"]),
        ("甲，乙", "甲，丙，乙戊", ["丙，", "戊"]),
    ],
)
def test_the_same_words_put_in_at_the_same_place_are_the_same_run(
    old: str, new: str, came: list[str]
) -> None:
    """丙， or ，丙 would both be longest; what else changed must not decide between them."""
    found = gaps(align(list(old), list(new)) or [], len(old), len(new))
    assert [new[g.new_start : g.new_end] for g in found if g.new_start < g.new_end] == came


def test_gaps_say_what_went_and_what_came() -> None:
    blocks = align(["a", "b", "c", "d"], ["a", "x", "c"])
    assert list(gaps(blocks or [], 4, 3)) == [Gap(1, 2, 1, 2), Gap(3, 4, 3, 3)]
    assert list(gaps([], 0, 0)) == []


def test_a_long_wording_is_compared_between_its_equal_ends() -> None:
    old = [str(n) for n in range(9_000)]
    new = [*old[:8_000], "new", *old[8_000:]]
    assert align(old, new) == [Block(0, 0, 8_000), Block(8_000, 8_001, 1_000)]


def test_two_wordings_too_long_and_too_different_are_not_laid_side_by_side() -> None:
    assert align(["a"] * 4_001, ["b"] * 4_000) is None
    assert align(["a"] * 4_000, ["b"] * 4_000) == []


@given(WORDS, WORDS)
@settings(max_examples=60, deadline=None)
def test_no_common_subsequence_is_longer_than_the_one_found(old: list[str], new: list[str]) -> None:
    blocks = align(old, new)
    assert blocks is not None
    assert sum(block.length for block in blocks) == lcs_length(old, new)
    for block in blocks:
        kept = old[block.old : block.old + block.length]
        assert kept == new[block.new : block.new + block.length]
    for one, other in zip(blocks, blocks[1:], strict=False):
        assert one.old + one.length <= other.old
        assert one.new + one.length <= other.new


def test_the_longest_known_run_is_found_at_every_place_of_a_run() -> None:
    [found] = sightings([list("应当立即移走")], [list("立即"), list("不得立即移走车")], 2)
    assert found == {
        2: Sighting(4, 1, 2),  # 立即移走
        3: Sighting(3, 1, 3),
        4: Sighting(2, 1, 4),
    }


def test_of_equally_long_runs_the_first_source_and_its_first_place_count() -> None:
    [found] = sightings([list("甲乙")], [list("丙甲乙甲乙"), list("甲乙")], 2)
    assert found == {0: Sighting(2, 0, 1)}


def test_each_run_has_its_own_answer_and_a_short_one_none() -> None:
    assert sightings([list("甲"), list("甲乙")], [list("甲乙")], 2) == [{}, {0: Sighting(2, 0, 0)}]


def test_a_text_that_repeats_itself_without_end_is_not_looked_through() -> None:
    assert sightings([["的"] * 1_500], [["的"] * 1_500], 2) == [{}]


@given(WORDS, st.lists(WORDS, max_size=3))
@settings(max_examples=60, deadline=None)
def test_known_runs_are_as_long_as_a_plain_search_finds(
    run: list[str], sources: list[list[str]]
) -> None:
    def longest(start: int) -> int:
        lengths = [
            size
            for tokens in sources
            for at in range(len(tokens))
            for size in range(2, len(run) - start + 1)
            if tokens[at : at + size] == run[start : start + size]
        ]
        return max(lengths, default=0)

    [found] = sightings([run], sources, 2)
    for start in range(len(run)):
        assert found[start].length == longest(start) if start in found else longest(start) == 0
