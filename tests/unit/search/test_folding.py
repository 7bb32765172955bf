"""Folding: what reads the same gets one shape, and every place finds its way back."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("停車場管理", "停车场管理"),
        ("ＰＡＲＫＩＮＧ　５", "parking 5"),
        ("Straße", "strasse"),
        ("ﬁnes…", "fines..."),
        ("cafe\u0301", "caf\u00e9"),
        ("ｶﾞ", "ガ"),
        ("停\u200b车", "停车"),
    ],
)
def test_what_reads_the_same_folds_into_one_shape(written, folded):
    assert fold(written).text == folded


def test_composed_and_decomposed_letters_fold_alike():
    word = "Zürich 가나다"
    assert fold(unicodedata.normalize("NFD", word)).text == fold(word).text


def test_a_word_after_an_expanded_character_finds_its_way_back():
    text = "…½ ﬁnes 停車"
    folded = fold(text)
    start = folded.text.index("停车")
    begin, end = folded.original(start, start + 2)
    assert text[begin:end] == "停車"


def test_part_of_an_expanded_character_maps_to_the_whole_of_it():
    text = "aﬁb"
    begin, end = fold(text).original(1, 2)  # the f of ﬁ
    assert text[begin:end] == "ﬁ"


def test_the_span_of_a_decomposed_letter_holds_its_accent():
    text = "un cafe\u0301 noir"
    folded = fold(text)
    start = folded.text.index("caf\u00e9")
    begin, end = folded.original(start, start + 4)
    assert text[begin:end] == "cafe\u0301"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_every_folded_character_comes_from_a_place_in_the_text(text):
    folded = fold(text)
    spans = [folded.original(i, i + 1) for i in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
