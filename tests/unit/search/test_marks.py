"""Marks on the stored text: what was found, in the shape in which it was written."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.grammar import parse
from app.search.marks import mark, snippet


def marked(text, question):
    return [part for part, is_marked in mark(text, parse(question).marks) if is_marked]


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("公共停車場管理", "停车场", ["停車場"]),
        ("依第 五 條辦理", "第5条", ["第 五 條"]),
        ("依第5条、第15条", "第五条", ["第5条"]),
        ("ＰＡＲＫＩＮＧ permits", "parked", ["ＰＡＲＫＩＮＧ"]),
        ("Policies and police", "policy", ["Policies"]),
        ("This noise", "his", []),
        ("停车服务和收费", "停车收费", ["停车", "收费"]),
        ("停车收费标准", "停车收费", ["停车收费"]),
        ("中华人民共和国的居民", "民共和", ["民共和"]),
        ("a public hearing", '"public hearing"', ["public", "hearing"]),
        ("un cafe\u0301 noir", "caf\u00e9", ["cafe\u0301"]),
        ("fee for fees", "-fees", []),
    ],
)
def test_a_found_word_is_marked_as_it_stands(text, question, found):
    assert marked(text, question) == found


def test_marking_never_changes_the_text():
    text = "第一条 ﬁnes… 停\u200b車 cafe\u0301\n\n第二条"
    assert "".join(part for part, _ in mark(text, parse("停车 fines 第二条").marks)) == text


def test_the_stretch_with_most_different_words_is_shown():
    text = "停车。" + "无关的话。" * 100 + "停车应当收费。" + "别的内容。" * 100
    shown = snippet(text, parse("停车 收费").marks, 40)
    assert [part for part, is_marked in shown.parts if is_marked] == ["停车", "收费"]
    whole = "".join(part for part, _ in shown.parts)
    assert text[shown.offset : shown.offset + len(whole)] == whole
    assert len(whole) <= 40


def test_a_word_far_down_in_a_long_law_is_found():
    text = "第一条　内容。\n" * 20_000 + "野生动物"
    shown = snippet(text, parse("野生动物").marks)
    assert ("野生动物", True) in shown.parts
    assert shown.ends_text
    assert not shown.begins_text


@pytest.mark.parametrize("shift", range(-6, 7))
def test_a_word_is_found_wherever_the_looking_pauses(shift):
    text = "x" * (1_499 + shift) + " parking " + "y" * 3_000
    assert ("parking", True) in snippet(text, parse("parking").marks).parts


def test_without_a_found_word_the_beginning_is_shown():
    shown = snippet("第一条 开头。" * 60, parse("没有").marks, 30)
    assert shown.offset == 0
    assert not any(is_marked for _, is_marked in shown.parts)


def test_an_empty_text_has_an_empty_snippet():
    assert snippet("", parse("停车").marks).parts == ()


@pytest.mark.parametrize("cluster", ["e\u0301", "👩‍👩‍👧", "👍🏽", "🇨🇳", "葛\U000e0100"])
def test_no_cluster_is_cut(cluster):
    text = cluster * 200
    for width in range(20, 30):
        shown = "".join(part for part, _ in snippet(text, (), width).parts)
        assert shown == cluster * (len(shown) // len(cluster))
        assert shown


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="停車场park ing第五條5。\n\u0301…ﬁ\u200b", max_size=400),
    st.text(alphabet='停车场park 第五条5"-', max_size=20),
    st.integers(10, 80),
)
def test_a_snippet_is_a_stretch_of_its_text(text, question, width):
    shown = snippet(text, parse(question).marks, width)
    whole = "".join(part for part, _ in shown.parts)
    assert text[shown.offset : shown.offset + len(whole)] == whole
    assert all(part for part, _ in shown.parts)
    assert not any(unicodedata.combining(part[0]) for part, is_marked in shown.parts if is_marked)
