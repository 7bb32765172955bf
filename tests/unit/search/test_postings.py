"""Packed postings and the joining of segments."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.postings import TermPool, pack, tag_of, term_key, unpack


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(0, 200_000), st.integers(1, 255), min_size=1))
def test_packed_postings_come_back(postings):
    docs = sorted(postings)
    weights = [postings[doc] for doc in docs]
    back, back_weights = unpack(pack(docs, weights))
    assert list(back) == docs
    assert list(back_weights or [1] * len(docs)) == weights


def test_weights_that_say_nothing_take_no_room():
    assert len(pack([1, 2, 3], [1, 1, 1])) == 1 + 3 * 2


def test_terms_come_out_in_order_each_once():
    pool = TermPool()
    pool.add(0, "words", {"停车": 3, "收费": 1})
    pool.add(1, "words", {"停车": 1})
    pool.add(1, "tags", {"public": 1})
    assert list(pool.iter_postings()) == [
        (term_key("tags", "public"), pack([1], [1])),
        (term_key("words", "停车"), pack([0, 1], [3, 1])),
        (term_key("words", "收费"), pack([0], [1])),
    ]


def test_joined_segments_keep_only_what_lives_under_its_new_number():
    pool = TermPool()
    pool.add(0, "words", {"停车": 2})
    old = [
        (term_key("words", "停车"), pack([0, 1], [5, 7])),
        (term_key("words", "犬"), pack([0], [1])),
    ]
    pool.join(old, [None, 1])
    assert list(pool.iter_postings()) == [(term_key("words", "停车"), pack([0, 1], [2, 7]))]


def test_a_weight_beyond_a_byte_is_cut():
    pool = TermPool()
    pool.add(0, "words", {"停车": 9_999})
    assert unpack(next(pool.iter_postings())[1])[1] == bytes([255])


def test_only_tags_are_read_as_tags():
    assert tag_of(term_key("tags", "in:policy")) == "in:policy"
    assert tag_of(term_key("words", "in")) is None
