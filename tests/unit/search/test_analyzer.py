"""What a document contributes to the index."""

import pytest

from app.search.analyzer import labels, number_value, terms_of
from app.search.folding import fold


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("五", 5), ("十", 10), ("十二", 12), ("二十", 20), ("一百零二", 102), ("一千三百", 1300),
     ("〇五", 5), ("两百", 200), ("007", 7)],
)  # fmt: skip
def test_chinese_numerals_are_read(numeral, value):
    assert number_value(numeral) == value


@pytest.mark.parametrize("written", ["第五条", "第5条", "第 5 條", "第５条", "第 五 條"])
def test_an_article_label_is_one_term_however_it_is_written(written):
    assert terms_of("", f"依照{written}办理", ()).words["第5条"] == 1


def test_an_inserted_article_has_its_own_label():
    assert [label for label, _, _ in labels(fold("第十二條之一與第 12 条").text)] == [
        "第12条之1",
        "第12条",
    ]


def test_a_year_after_a_label_is_not_part_of_it():
    assert [label for label, _, _ in labels("第五条之二十年")] == ["第5条"]


def test_grams_hold_single_characters_and_substrings_across_word_boundaries():
    grams = terms_of("", "中华人民共和国", ()).grams
    assert {"犬"}.isdisjoint(grams)
    assert {"民", "民共", "华人", "和国"} <= grams


def test_words_hold_the_words_inside_long_words():
    words = terms_of("", "中華人民共和國道路交通安全法", ()).words
    assert {"中华人民共和国", "人民", "道路", "交通", "安全"} <= words.keys()


def test_english_words_are_counted_by_their_stem():
    assert terms_of("", "Parking, parked; PARKS", ()).words == {"park": 3}


def test_a_word_of_the_title_counts_more():
    terms = terms_of("Parking", "parking", ())
    assert terms.words["park"] > terms_of("", "parking parking", ()).words["park"]


def test_neighbours_join_across_blank_and_hyphen_but_not_across_a_full_stop_or_paragraph():
    grams = terms_of("", "public\nhearing. e-bike\n\nlane", ()).grams
    assert grams == {"public hear", "e bike"}
