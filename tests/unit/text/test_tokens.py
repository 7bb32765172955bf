"""Tokens and how alike two lists of them are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.tokens import lcs_length, similarity, token_spans, tokens

WORDS = st.text(alphabet="条例第五 abc12，.！é\u0301ＡＢ　\n㎡ﬁİ", max_size=40)
LISTS = st.lists(st.sampled_from("abcd"), max_size=14)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        (" \n\t　", []),
        ("停车费5元", ["停", "车", "费", "5", "元"]),
        ("第十二条，自2026年", ["第", "十", "二", "条", ",", "自", "2026", "年"]),
        ("Sec. 3-31. Dogs", ["sec", ".", "3", "-", "31", ".", "dogs"]),
        ("ＦＵＬＬ　Ｗｉｄｔｈ，１２", ["full", "width", ",", "12"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("café", ["café"]),
        ("cafe\u0301", ["café"]),
        ("a_b", ["a", "_", "b"]),
        ("㎡", ["m2"]),
        ("don't", ["don", "'", "t"]),
        ("a\u200bb", ["a", "\u200b", "b"]),
        ("𠀀〇々", ["𠀀", "〇", "々"]),
        ("Москва 2", ["москва", "2"]),
    ],
)
def test_a_token_is_one_han_character_one_run_or_one_mark(text: str, wanted: list[str]) -> None:
    assert tokens(text) == wanted


def test_simplified_and_traditional_stay_different_tokens() -> None:
    assert tokens("條") != tokens("条")


@settings(max_examples=60)
@given(WORDS)
def test_spans_point_at_the_text_as_it_was_given(text: str) -> None:
    spans = token_spans(text)
    assert [token for token, _, _ in spans] == tokens(text)
    ends = [0]
    for token, start, end in spans:
        assert ends[-1] <= start < end <= len(text)
        assert tokens(text[start:end]) == [token]
        assert not text[ends[-1] : start].strip()
        ends.append(end)
    assert not text[ends[-1] :].strip()


@settings(max_examples=60)
@given(WORDS)
def test_a_character_that_folds_to_several_changes_no_other_token(text: str) -> None:
    """Texts that fold one for one take another way through the code than the rest."""
    assert tokens(f"{text}\nﬁ") == [*tokens(text), "fi"]


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("", "", 0),
        ("abc", "", 0),
        ("abc", "abc", 3),
        ("abcbdab", "bdcaba", 4),
        ("xay", "xby", 2),
        ("ab", "ba", 1),
        ("aaaa", "aa", 2),
        ("xaxbxcx", "abc", 3),
    ],
)
def test_the_longest_common_subsequence_of_known_pairs(a: str, b: str, wanted: int) -> None:
    assert lcs_length(list(a), list(b)) == wanted


def by_table(a: list[str], b: list[str]) -> int:
    """The textbook recurrence, slow and plain."""
    row = [0] * (len(b) + 1)
    for x in a:
        above = row[:]
        for j, y in enumerate(b):
            row[j + 1] = above[j] + 1 if x == y else max(row[j], above[j + 1])
    return row[-1]


@settings(max_examples=60)
@given(LISTS, LISTS)
def test_the_bits_count_what_the_table_counts(a: list[str], b: list[str]) -> None:
    assert lcs_length(a, b) == by_table(a, b) == lcs_length(b, a)


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [("", "", 1.0), ("ab", "ab", 1.0), ("ab", "cd", 0.0), ("abcd", "ab", 2 / 3)],
)
def test_similarity_is_twice_the_common_part_of_both(a: str, b: str, wanted: float) -> None:
    assert similarity(list(a), list(b)) == pytest.approx(wanted)


def test_lists_too_long_to_compare_count_their_equal_ends_only() -> None:
    a = ["x", *("a", "b") * 30_000, "y"]
    b = ["x", *("b", "c") * 30_000, "y"]
    assert lcs_length(a, b) == 2


def test_half_a_megabyte_of_law_is_cut_into_tokens_at_once() -> None:
    law = "第五条 机动车停放时限不得超过30分钟，违者处以200元罚款。\n" * 5600
    started = time.process_time()
    assert len(tokens(law)) == 27 * 5600
    assert time.process_time() - started < 1
