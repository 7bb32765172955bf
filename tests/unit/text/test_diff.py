"""Comparing two texts: runs that give both back, what became of each clause, and the limits."""

import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.clauses import outline
from app.text.compare import ClauseChange, compare, compare_texts, seen
from app.text.diff import MAX_CHARACTERS, MAX_PAIRS, middle_of, pieces, word_diff
from app.text.identity import carry

A = (
    "# 停车办法\n\n第一条 停车费每小时200元，逾期30日加收。不得拒绝。\n\n"
    "第二条 养犬人应当登记，遛犬应当牵绳，犬只不得进入学校。\n\n第三条 夜间不得施工。抢险除外。\n"
)
COMBINING, FAMILY, FLAG = (
    "e\u0301",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e8\U0001f1f3",
)
words = st.text(
    st.sampled_from("甲乙丙丁。 ，a1b2-\n\u0301\u200d\U0001f468\U0001f469\U0001f1e8"), max_size=40
)


def old_text(comparison):
    return "".join(text for row in comparison.rows for sign, text in row.runs if sign in "=-")


def new_text(comparison):
    return "".join(text for row in comparison.rows for sign, text in row.runs if sign in "=+")


def changes(comparison):
    """Labels before and after with the changes, of rows that are not unchanged."""
    return [
        (row.label_before, row.label_after, sorted(row.change))
        for row in comparison.rows
        if row.change != {ClauseChange.UNCHANGED}
    ]


def moved(text, block, after):
    blocks = text.strip().split("\n\n")
    one = next(b for b in blocks if block in b)
    blocks.remove(one)
    place = next(i for i, b in enumerate(blocks) if after in b) + 1
    return "\n\n".join([*blocks[:place], one, *blocks[place:]]) + "\n"


@given(words, words)
@settings(max_examples=60, deadline=None)
def test_runs_of_a_word_diff_give_both_wordings_back(before, after):
    runs = word_diff(before, after, 5).runs
    assert "".join(text for sign, text in runs if sign in "=-") == before
    assert "".join(text for sign, text in runs if sign in "=+") == after


@given(words, words)
@settings(max_examples=60, deadline=None)
def test_no_run_cuts_a_grapheme_cluster(before, after):
    runs = word_diff(before, after, 5).runs
    for text, signs in ((before, "=-"), (after, "=+")):
        ends, place = set(), 0
        for cluster in regex.findall(r"\X", text):
            place += len(cluster)
            ends.add(place)
        place = 0
        for sign, run in runs:
            if sign in signs:
                place += len(run)
                assert place in ends


@given(words)
@settings(max_examples=60, deadline=None)
def test_pieces_concatenate_to_the_text(text):
    assert "".join(pieces(text)) == text


def test_pieces_are_words_han_characters_and_whole_clusters():
    assert pieces("第2条 fees停") == ["第", "2", "条", " ", "fees", "停"]
    assert pieces(FAMILY + FLAG) == [FAMILY, FLAG]
    assert pieces("caf" + COMBINING) == ["caf" + COMBINING]
    assert pieces("甲\u0301乙") == ["甲\u0301", "乙"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"a {FAMILY}", "a \U0001f468\u200d\U0001f469\u200d\U0001f466"),
        (f"b {COMBINING}", "b e\u0300"),
        (f"c {FLAG}", "c \U0001f1e8\U0001f1ed"),
    ],
)
def test_a_changed_cluster_is_replaced_whole(before, after):
    assert word_diff(before, after, 5).runs == (
        ("=", before[:2]),
        ("-", before[2:]),
        ("+", after[2:]),
    )


def test_one_changed_character_changes_only_that_character():
    assert word_diff("应当每日公布收费标准", "应当每月公布收费标准").runs == (
        ("=", "应当每"),
        ("-", "日"),
        ("+", "月"),
        ("=", "公布收费标准"),
    )


def test_the_middle_of_two_wordings_is_whole_lines():
    found = middle_of("一\n二甲\n三\n", "一\n二乙\n三\n")
    assert found == ("一\n", "二甲\n", "二乙\n", "三\n")


def test_unchanged_clauses_are_one_equal_run_each():
    found = compare_texts(A, A)
    assert changes(found) == []
    assert [row.runs for row in found.rows] == [(("=", clause.text),) for clause in outline(A)]
    assert not found.invisible_only


def test_a_changed_number_and_modal_word_are_listed_with_their_clause():
    after = A.replace("200元", "300元").replace("应当牵绳", "可以牵绳")
    found = compare_texts(A, after)
    ids = {clause.label: clause.id for clause in outline(A)}
    assert [(s.clause, s.before, s.after) for s in found.numbers] == [(ids["第一条"], "200", "300")]
    assert [(s.clause, s.before, s.after) for s in found.modals] == [
        (ids["第二条"], "应当", "可以")
    ]


def test_a_number_hidden_in_a_rewritten_article_is_listed():
    rewritten = "第一条 本市公园全年开放，收取门票须经核准并说明理由，每张300元。"
    old = A.split("\n\n")[1]
    found = compare_texts(A, A.replace(old, rewritten))
    assert ("200", "300") in [(signal.before, signal.after) for signal in found.numbers]


def test_renumbering_is_told_from_changing():
    found = compare_texts(A, A.replace("第三条", "第四条").replace("第二条", "第三条"))
    assert changes(found) == [
        ("第二条", "第三条", ["renumbered"]),
        ("第三条", "第四条", ["renumbered"]),
    ]
    assert found.numbers == ()


def test_new_and_deleted_clauses_stand_in_their_place():
    after = A.replace(
        "第三条 夜间不得施工。抢险除外。", "第四条 城市公园应当向公众免费开放，设施由街道维护。"
    )
    found = compare_texts(A, after)
    assert changes(found) == [("第三条", "", ["deleted"]), ("", "第四条", ["new"])]
    assert (old_text(found), new_text(found)) == (A, after)


def test_a_moved_clause_is_shown_where_it_stood_and_where_it_stands():
    after = moved(A, "停车费", "抢险").replace("不得拒绝", "禁止拒绝")
    found = compare_texts(A, after)
    assert changes(found) == [
        ("第一条", "第一条", ["moved"]),
        ("第一条", "第一条", ["changed", "moved"]),
    ]
    went, came = [row for row in found.rows if ClauseChange.MOVED in row.change]
    assert went.id == came.id
    assert ("-", "不得") in came.within
    assert (old_text(found), new_text(found)) == (A, after)


def test_shuffled_clauses_of_a_large_text_are_moves():
    blocks = [f"第{n}条 城市{n}号公园由街道{n}组负责日常管理。" for n in range(1, 400)]
    before = "\n\n".join(blocks) + "\n"
    after = "\n\n".join(blocks[200:] + blocks[:200]) + "\n"
    began = time.process_time()
    found = compare_texts(before, after)
    assert time.process_time() - began < 2
    assert {ClauseChange.CHANGED, ClauseChange.NEW, ClauseChange.DELETED}.isdisjoint(
        change for row in found.rows for change in row.change
    )
    assert (old_text(found), new_text(found)) == (before, after)


def test_a_split_names_the_clause_it_comes_from():
    long = (
        "养犬人应当登记，遛犬应当牵绳，犬只不得进入学校。幼犬满三个月之前必须接种疫苗并且领取证书。"
    )
    before = f"第一条 总则内容在此说明。\n\n第二条 {long}\n"
    after = before.replace("学校。幼犬", "学校。\n\n第三条 幼犬")
    found = compare_texts(before, after)
    new = found.rows[-1]
    assert new.change == {ClauseChange.NEW, ClauseChange.SPLIT}
    assert new.split_from == outline(before)[1].id
    assert (old_text(found), new_text(found)) == (before, after)


def test_a_join_names_the_clause_that_went_into_it():
    long = "养犬人应当登记，遛犬应当牵绳，犬只不得进入学校。\n\n第三条 幼犬满三个月之前必须接种疫苗并且领取证书。"
    before = f"第一条 总则内容在此说明。\n\n第二条 {long}\n"
    after = before.replace("学校。\n\n第三条 幼犬", "学校。幼犬")
    found = compare_texts(before, after)
    ids = [clause.id for clause in outline(before)]
    joined = [row for row in found.rows if ClauseChange.JOINED in row.change]
    assert [(row.id, row.merged_from) for row in joined] == [(ids[1], (ids[2],)), (ids[2], ())]
    assert (old_text(found), new_text(found)) == (before, after)


def test_ids_decide_what_is_one_clause_however_the_words_differ():
    before = outline("第一条 甲甲甲甲。\n")
    after = carry(before, "第一条 完全不同的另一句话\n", next_id=2, keep={0: "c1"}).outline
    (row,) = compare(before, after).rows
    assert row.change == {ClauseChange.CHANGED}


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\ufeff", "\u00ad"])
def test_a_change_that_cannot_be_seen_is_said_to_be_one(hidden):
    found = compare_texts(A, A.replace("停车费", f"停{hidden}车费"))
    assert found.invisible_only
    assert [row.invisible for row in found.rows].count(True) == 1
    assert changes(found) == [("第一条", "第一条", ["changed"])]


def test_a_change_that_can_be_seen_beside_one_that_cannot_is_not_invisible():
    found = compare_texts(A, A.replace("停车费", "停\u200b车费").replace("抢险", "救灾"))
    assert not found.invisible_only
    assert [row.invisible for row in found.rows].count(True) == 1


def test_line_breaks_and_emoji_are_seen():
    assert seen("a\nb") != seen("a\n\nb") != seen("a b")
    assert seen("\U0001f468\u200d\U0001f469") != seen("\U0001f468\U0001f469")
    assert seen("a\u00a0b") == seen("a  b")


def test_blank_lines_below_a_clause_do_not_make_it_changed():
    found = compare_texts(A, A.replace("\n\n第三条", "\n\n\n第三条"))
    assert changes(found) == []
    assert new_text(found).count("\n\n\n第三条") == 1


def test_without_time_clauses_are_replaced_whole_and_it_is_said():
    before = outline(A)
    after = carry(before, A.replace("200", "300"), next_id=9).outline
    found = compare(before, after, seconds=0)
    assert found.truncated
    assert [tuple(sign for sign, _ in row.runs) for row in found.rows if len(row.runs) > 1] == [
        ("-", "+")
    ]
    assert not compare(before, after).truncated


def test_too_many_pairs_of_words_are_not_compared():
    side = int(MAX_PAIRS**0.5) + 10
    before, after = ("".join(f"{name}{n} " for n in range(side)) for name in "ab")
    assert len(before) + len(after) < MAX_CHARACTERS
    found = word_diff(before, after, 60)
    assert found.limited
    assert found.runs == (("-", before), ("+", after))


@pytest.mark.parametrize(
    "unit", ["。", "应当", "200 ", "a\u0301", "\U0001f468\u200d", ". ", "第五条"]
)
def test_a_hostile_clause_takes_bounded_time(unit):
    body = unit * (300_000 // len(unit))
    before = outline(f"第一条 甲{body}\n")
    after = carry(before, f"第一条 {body}乙{body}丙\n", next_id=2, keep={0: "c1"}).outline
    began = time.process_time()
    found = compare(before, after)
    assert time.process_time() - began < 1
    assert found.truncated


def test_half_a_megabyte_of_small_edits_is_compared_within_a_second():
    text = "".join(
        f"第{n}条 城市{n}号公园由街道管理，{'开放时间由街道公布。' * 12}\n\n" for n in range(1300)
    )
    after = text.replace("9号公园由", "9号公园应当由")
    old = outline(text)
    new = carry(old, after, next_id=2000).outline
    began = time.process_time()
    found = compare(old, new)
    assert time.process_time() - began < 1
    assert len(found.modals) == 130
    assert not found.truncated
