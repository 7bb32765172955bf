"""Whose suggestions stand against each other, by hand and as properties."""

from __future__ import annotations

from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.rules.open_matters import Sent
from app.consensus.rules.rivals import (
    MOST,
    Proposed,
    edits_between,
    find_rivals,
    newest_of_groups,
)
from tests.conftest import NOON

BEFORE = "bicycles left for three days are removed"


def wants(after: str, *people: int, before: str = BEFORE) -> Proposed:
    return Proposed(frozenset(people), before, after)


def test_two_people_who_want_other_words_in_one_place_are_rivals() -> None:
    one = wants(BEFORE.replace("three", "two"), 1)
    other = wants(BEFORE.replace("three", "five"), 2)
    assert find_rivals([one, other]) == {1, 2}


def test_people_who_want_the_same_or_something_elsewhere_are_none() -> None:
    one = wants(BEFORE.replace("three", "two"), 1)
    same = wants(BEFORE.replace("three", "two"), 2)
    elsewhere = wants(BEFORE.replace("removed", "moved away"), 3)
    assert find_rivals([one, same, elsewhere]) == frozenset()


def test_nobody_is_their_own_rival() -> None:
    first, second = wants(BEFORE.replace("three", "two"), 1), wants("nothing", 1)
    assert find_rivals([first, second]) == frozenset()


def test_taking_the_article_out_stands_against_every_change_of_it() -> None:
    assert find_rivals([wants("", 1), wants(BEFORE.replace("three", "two"), 2)]) == {1, 2}


def test_words_put_in_at_one_spot_stand_against_others_there_and_a_change_around_it() -> None:
    here = wants(BEFORE.replace("left for", "left unused for"), 1)
    there = wants(BEFORE.replace("left for", "left alone for"), 2)
    around = wants(BEFORE.replace("left for three", "kept over four"), 3)
    beside = wants(BEFORE.replace("three days", "three whole days"), 4)
    assert find_rivals([here, there]) == {1, 2}
    assert find_rivals([here, around]) == {1, 3}
    assert find_rivals([here, beside]) == frozenset()


def test_other_wordings_are_not_compared() -> None:
    one = wants("a c", 1, before="a b")
    other = wants("a d", 2, before="a x")
    assert find_rivals([one, other]) == frozenset()


def test_a_letter_of_many_people_is_one_and_all_of_them_are_rivals_of_another_person() -> None:
    def sent(ident: int, person: int, group: int) -> Sent:
        return Sent(ident, "suggestion", person, "resident", NOON, group, True, True, None)

    found = newest_of_groups([sent(1, 7, 1), sent(2, 8, 1), sent(3, 9, 3)])
    assert [(one.id, people) for one, people in found] == [
        (3, frozenset({9})),
        (2, frozenset({7, 8})),
    ]
    letter = wants(BEFORE.replace("three", "two"), 7, 8)
    assert find_rivals([letter, wants(BEFORE.replace("three", "five"), 9)]) == {7, 8, 9}
    many = [sent(ident, ident, ident) for ident in range(1, MOST + 50)]
    assert [one.id for one, _ in newest_of_groups(many)][-1] == 50


WORDS = st.lists(st.sampled_from("abcd"), max_size=6).map(" ".join)


@settings(max_examples=60)
@given(WORDS, st.lists(WORDS, max_size=5))
def test_rivals_are_at_least_two_and_each_wants_a_change(before: str, after: list[str]) -> None:
    found = find_rivals(wants(words, n, before=before) for n, words in enumerate(after))
    assert len(found) != 1
    assert all(edits_between(before, after[person]) for person in found)


def test_three_hundred_suggestions_for_one_article_are_laid_beside_each_other_quickly() -> None:
    words = [f"w{n}" for n in range(150)]
    proposed = [
        wants(" ".join(words[:n % 150] + [f"x{n}"] + words[n % 150 + 1 :]), n, before=" ".join(words))
        for n in range(MOST)
    ]  # fmt: skip
    began = process_time()
    assert len(find_rivals(proposed)) == MOST
    assert process_time() - began < 0.3  # a fifth of that where nothing else runs
