"""What people may type, and what it costs to read the worst of it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.grammar import MAX_CLAUSES, Need, parse


def needs(question):
    return [tuple(need.term for need in clause.needs) for clause in parse(question).wanted]


def test_words_are_needed_one_by_one_by_their_stem():
    assert needs("Parking permits") == [("park",), ("permit",)]


def test_a_quoted_phrase_needs_its_words_side_by_side():
    (clause,) = parse('"public hearings"').wanted
    assert Need("grams", "public hear") in clause.needs


@pytest.mark.parametrize("quoted", ['"停车收费"', "“停车收费”", "「停車收費」", "＂停车收费＂"])
def test_every_kind_of_quotation_mark_makes_a_phrase(quoted):
    assert needs(quoted) == [("停车", "车收", "收费")]


def test_a_chinese_question_without_quotes_needs_its_words_in_any_order():
    assert needs("停车收费") == [("停车", "收费")]


def test_a_substring_across_word_boundaries_needs_its_characters():
    assert needs("民共") == [("民共",)]
    assert needs("犬") == [("犬",)]


def test_a_minus_excludes_a_word_and_a_phrase():
    question = parse('停车 -收费 -"night rates"')
    assert [clause.needs[0].term for clause in question.wanted] == ["停车"]
    assert {clause.needs[0].term for clause in question.unwanted} == {"收费", "night rate"}


def test_a_hyphen_inside_a_word_excludes_nothing():
    assert parse("e-bike").unwanted == ()


@pytest.mark.parametrize("written", ["第五条", "第5条", "第 5 條"])
def test_an_article_is_asked_for_by_its_label(written):
    assert needs(written) == [("第5条",)]


def test_wildcards_operators_and_field_prefixes_are_plain_words():
    assert needs("w* title:parks OR NOT") == [("w",), ("titl",), ("park",), ("not",)]


def test_stop_words_are_dropped_unless_nothing_else_is_asked():
    assert needs("the noise of bars") == [("nois",), ("bar",)]
    assert needs("the") == [("the",)]


def test_particles_are_not_needed():
    assert needs("小区的停车场") == [("小区", "停车", "车场")]


@pytest.mark.parametrize(
    "question", ["", " ", '"', "-", "***", "。，！", '""', "-停车", "\ud800", "\0"]
)
def test_a_question_without_a_wanted_word_finds_nothing(question):
    assert parse(question).wanted == ()


FLOODS = [
    "w* " * 3000, "NOT " * 300, "x" * 10_000, '"' * 500, "-" * 5000, "。，" * 4000, "停" * 10_000,
    "a b " * 3000, '"a b" ' * 2000, "第" * 5000, "(((" * 3000, "e\u0301" * 5000, "\u202e\ud800\0" * 3000,
    "第五条" * 3000, "title:" * 2000, "…" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("flood", FLOODS, ids=range(len(FLOODS)))
def test_a_flood_is_read_within_50_ms(flood):
    parse("warm 起来")
    started = time.process_time()
    question = parse(flood)
    assert time.process_time() - started < 0.05
    assert len(question.wanted) <= MAX_CLAUSES


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_every_string_has_an_answer(text):
    assert len(parse(text).wanted) <= MAX_CLAUSES
