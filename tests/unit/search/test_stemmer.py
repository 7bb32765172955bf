"""English stems: the examples of Porter's paper."""

import pytest

from app.search.stemmer import stem


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("cats", "cat"),
        ("feed", "feed"),
        ("agreed", "agre"),
        ("plastered", "plaster"),
        ("motoring", "motor"),
        ("sing", "sing"),
        ("hopping", "hop"),
        ("hoping", "hope"),
        ("falling", "fall"),
        ("filing", "file"),
        ("happy", "happi"),
        ("relational", "relat"),
        ("conditional", "condit"),
        ("vietnamization", "vietnam"),
        ("electrical", "electr"),
        ("hopefulness", "hope"),
        ("adjustment", "adjust"),
        ("adoption", "adopt"),
        ("controlling", "control"),
        ("rate", "rate"),
        ("cease", "ceas"),
    ],
)
def test_porters_own_examples_come_out_as_he_prints_them(word, root):
    assert stem(word) == root


@pytest.mark.parametrize(
    "family",
    [
        ("park", "parks", "parked", "parking"),
        ("permit", "permits", "permitted", "permitting"),
        ("policy", "policies"),
        ("regulate", "regulated", "regulating", "regulation", "regulations"),
    ],
)
def test_the_forms_of_a_word_share_a_stem(family):
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize("word", ["", "a", "停车", "caf\u00e9s", "2026", "x" * 500])
def test_what_is_no_english_word_stays_as_it_is(word):
    assert stem(word) == word
