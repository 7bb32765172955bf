"""The life of a clause: which token is the same as one before, and whose it is by the strict rule."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.rules.changes import Change, Kind
from app.consensus.rules.following import follow
from app.consensus.rules.life import GONE, Life, State, unpack
from app.text.attribution import digest
from app.text.clauses import outline
from app.text.identity import carry
from app.text.outline import Outline
from app.text.provenance import Origin
from app.text.tokens import lcs_length

HISTORIES = st.lists(st.lists(st.sampled_from("abcdef"), max_size=12), min_size=1, max_size=9)


def life_of(*texts: str) -> Life:
    """A clause of blank-separated words, a revision each; by the saver whatever came."""
    life = Life()
    for number, text in enumerate(texts, start=1):
        words = text.split()
        life.follow(number, words, (Origin(number),) * len(words))
    return life


def ids(life: Life) -> list[tuple[int, ...]]:
    return [state.ids for state in life.states()]


def policy(*texts: str) -> dict[str, Life]:
    """The lives of a policy's clauses, by id, after these versions."""
    lives: dict[str, Life] = {}
    before: Outline = ()
    next_id = 1
    for number, text in enumerate(texts, start=1):
        carried = carry(before, text, next_id=next_id)
        follow(lives, before, carried.outline, number)
        before, next_id = carried.outline, carried.next_id
    return lives


def revisions(state: State) -> list[int]:
    return [origin.revision for origin in state.origins]


def test_what_stays_keeps_its_id_and_what_comes_gets_the_next() -> None:
    life = life_of("keep left here", "keep well left", "well left there")
    assert ids(life) == [(0, 1, 2), (0, 3, 1), (3, 1, 4)]
    assert life.words == ["keep", "left", "here", "well", "there"]
    assert life.moments == [[1, 3], [1], [1, 2], [2], [3]]


def test_a_clause_as_it_once_was_has_its_tokens_back() -> None:
    life = life_of("ends at ten", "ends at nine", "ends at ten")
    assert ids(life) == [(0, 1, 2), (0, 1, 3), (0, 1, 2)]
    assert life.moments[2] == [1, 2, 3]
    assert life.moments[3] == [2, 3]


def test_a_single_word_that_comes_back_into_other_words_is_a_new_one() -> None:
    life = life_of("ends at ten daily", "ends at daily", "ends at ten always")
    assert ids(life)[2] == (0, 1, 4, 5)


def test_two_words_that_come_back_together_are_the_same_ones() -> None:
    life = life_of("a free path stays", "a stays", "a free path goes")
    assert ids(life)[2] == (0, 1, 2, 4)


def test_of_the_runs_that_went_the_longest_comes_back() -> None:
    """p q came back at 3 beside r, and went with it."""
    life = life_of("x p q y", "x y", "x p q r y", "x y z", "x p q r z")
    assert ids(life) == [(0, 1, 2, 3), (0, 3), (0, 1, 2, 4, 3), (0, 3, 5), (0, 1, 2, 4, 5)]


def test_of_equal_runs_that_went_the_one_that_went_first_comes_back() -> None:
    life = life_of("m u v n u v o", "m u v n o", "m n o", "m n u v o p")
    assert ids(life)[1:] == [(0, 1, 2, 3, 6), (0, 3, 6), (0, 3, 4, 5, 6, 7)]


def test_a_token_comes_back_only_once() -> None:
    life = life_of("m u v n", "m n", "m u v o u v n")
    assert ids(life)[2] == (0, 1, 2, 4, 5, 6, 3)


def test_a_token_that_only_moved_in_the_clause_is_never_called_kept() -> None:
    """Back to the first order: what moves was there a moment ago, so it did not come back."""
    life = life_of("one two", "two one", "one two")
    for before, state in pairwise(life.states()):
        assert len(set(before.ids) & set(state.ids)) == 1


def test_a_clause_that_goes_and_returns_is_the_same_again() -> None:
    life = life_of("quiet after ten", "", "quiet after ten")
    assert [state.wording == GONE for state in life.states()] == [False, True, False]
    assert ids(life) == [(0, 1, 2), (), (0, 1, 2)]
    assert life.moments == [[1, 2, 3]] * 3


def test_the_wording_of_a_state_is_the_one_that_positions_are_bound_to() -> None:
    assert life_of("quiet after ten").now.wording == digest(["quiet", "after", "ten"])


def test_no_words_changed_is_no_step() -> None:
    life = life_of("quiet after ten")
    assert life.follow(2, ["quiet", "after", "ten"], (Origin(1),) * 3) is None
    assert len(life.steps) == 1


def test_by_the_strict_rule_who_restores_some_words_is_their_author() -> None:
    text = "第一条 甲乙丙丁戊己。\n"
    lives = policy(text, "第一条 甲丁戊己。\n", "第一条 甲乙丙丁戊己庚。\n")
    states = [*lives["c1"].states()]
    assert revisions(states[2]) == [1, 3, 3, 1, 1, 1, 3, 1]
    assert states[2].ids[:6] == states[0].ids[:6]  # the same tokens, by another person


def test_by_the_strict_rule_too_a_whole_clause_restored_is_its_first_authors() -> None:
    text = "第一条 甲乙丙丁戊己。\n"
    lives = policy(text, "第一条 甲丁戊己。\n", text)
    assert revisions(lives["c1"].now) == [1] * 7


def test_origins_of_what_stayed_may_change_hands_when_the_whole_clause_is_restored() -> None:
    """At 3 the restorer's words make another clause; at 4 it is that of 1, word for word."""
    first = "第一条 甲乙丙丁戊己庚辛。\n"
    lives = policy(first, "第一条 甲丁戊己庚辛。\n", "第一条 甲乙丙丁戊己庚辛壬。\n", first)
    assert revisions([*lives["c1"].states()][2]) == [1, 3, 3, 1, 1, 1, 1, 1, 3, 1]
    assert revisions(lives["c1"].now) == [1] * 9
    assert unpack(lives["c1"].pack()).now == lives["c1"].now


def test_a_part_split_off_takes_its_author_along_and_counts_as_gone_and_come() -> None:
    one, two = "甲乙丙丁戊己庚辛壬癸子丑寅卯。", "春夏秋冬东西南北天地日月山川。"
    lives: dict[str, Life] = {}
    whole = outline(f"第一条 {one}{two}\n")
    follow(lives, (), whole, 1)
    parts = carry(whole, f"第一条 {one}\n\n第二条 {two}\n", next_id=2).outline
    changes = follow(lives, whole, parts, 2)
    assert changes == {
        "c1": Change(0, 15, Kind.SUBSTANTIVE), "c2": Change(15, 0, Kind.SUBSTANTIVE)
    }  # fmt: skip
    assert revisions(lives["c2"].now) == [1] * 15
    joined = carry(parts, f"第一条 {one}{two}\n", next_id=3).outline
    changes = follow(lives, parts, joined, 3)
    assert {ident: change[:2] for ident, change in changes.items()} == {
        "c1": (15, 0),
        "c2": (0, 15),
    }
    assert [*lives["c1"].states()][0].ids == lives["c1"].now.ids


def test_nothing_comes_back_in_a_change_too_large_to_lay_side_by_side() -> None:
    life = Life()
    first = ["a", "b"] * 2001 + ["x"]
    life.follow(1, first, (Origin(1),) * len(first))
    other = ["c", "d"] * 2001 + ["a", "b", "a"]
    change = life.follow(2, other, (Origin(2),) * len(other))
    assert change is not None
    assert change.is_bulk
    assert min(life.now.ids) == len(first)


@settings(max_examples=60)
@given(HISTORIES)
def test_kept_is_a_longest_common_subsequence_and_the_words_are_those_of_the_text(
    texts: list[list[str]],
) -> None:
    life = life_of(*map(" ".join, texts))
    states = [State(0, GONE, (), ()), *life.states()]
    seen = [words for words, before in zip(texts, [[], *texts], strict=False) if words != before]
    assert [life.tokens(state.ids) for state in states[1:]] == seen
    for before, state in pairwise(states):
        was, now = life.tokens(before.ids), life.tokens(state.ids)
        kept = [ident for ident in before.ids if ident in set(state.ids)]
        assert len(kept) == lcs_length(was, now)
        assert kept == [ident for ident in state.ids if ident in set(before.ids)]


@settings(max_examples=60)
@given(HISTORIES)
def test_a_token_comes_and_goes_by_turns(texts: list[list[str]]) -> None:
    life = life_of(*map(" ".join, texts))
    alive = set(life.now.ids)
    for ident, moments in enumerate(life.moments):
        assert moments == sorted(set(moments))
        assert (len(moments) % 2 == 1) == (ident in alive)
    for state in life.states():
        assert len(set(state.ids)) == len(state.ids) == len(state.origins)


@settings(max_examples=60)
@given(HISTORIES, HISTORIES)
def test_a_life_that_was_stored_goes_on_as_if_it_had_not_been(
    texts: list[list[str]], more: list[list[str]]
) -> None:
    life = life_of(*map(" ".join, texts))
    again = unpack(life.pack())
    for number, words in enumerate(more, start=100):
        origins = (Origin(number),) * len(words)
        assert life.follow(number, words, origins) == again.follow(number, words, origins)
    assert again.moments == life.moments
    assert again.words == life.words
    assert [*again.states()] == [*life.states()]
