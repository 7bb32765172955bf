"""Three-way merge: its laws on generated laws, git as an oracle, and bounded time."""

import re
import subprocess
import time

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.text.clauses import outline
from app.text.identity import carry
from app.text.merge import ConflictKind, Conflicts, Merged, merge_texts, three_way

HAN = "为了规范城市停车秩序保护居民权利制定本办法应当公开收费标准街道路口学校医院公园广场垃圾分类"

LATIN = re.findall(
    r"\w+",
    "office street park owner shall may keep record every dog fee hour notice permit vendor tree"
    " waste noise night school gate market bridge corner driver space meter report clean repair"
    " inspect publish collect measure",
)


def sentence(language: str, number: int) -> str:
    """A sentence that no other number gives; its word ``w<number>x`` occurs once."""
    if language == "en":
        chosen = (LATIN[(number * 7 + k * k * k) % len(LATIN)] for k in range(6))
        return f"The {' '.join(chosen)} w{number}x. "
    words = "".join(HAN[(number * 7 + k * k * k) % len(HAN)] for k in range(9))
    return f"{words}w{number}x。"


def label(language: str, number: int) -> str:
    return f"§ {number} " if language == "en" else f"第{number}条 "


def text_of(language: str, articles: list[list[int]]) -> str:
    """Articles as lists of sentence numbers, numbered by their first sentence for ever."""
    blocks = [
        label(language, numbers[0]) + "".join(sentence(language, n) for n in numbers).strip()
        for numbers in articles
        if numbers
    ]
    return "\n\n".join(blocks) + "\n" if blocks else ""


@st.composite
def laws(draw):
    """(language, base, mine, theirs) as articles of sentences; numbers of new sentences are new."""
    language = draw(st.sampled_from(["zh", "en"]))
    count = draw(st.integers(1, 5))
    base = [[a * 10 + s for s in range(1, draw(st.integers(2, 6)))] for a in range(1, count + 1)]
    return language, base, *(draw(edited(base, start)) for start in (1000, 2000))


@st.composite
def edited(draw, base, start):
    articles = [list(numbers) for numbers in base]
    for step in range(draw(st.integers(0, 4))):
        new = start + step * 10
        a = draw(st.integers(0, max(0, len(articles) - 1)))
        act = draw(st.sampled_from(["replace", "add", "drop", "delete", "insert", "move"]))
        if act == "insert" or not articles:
            articles.insert(a, [new, new + 1, new + 2])
        elif act == "delete":
            articles.pop(a)
        elif act == "move":
            articles.insert(draw(st.integers(0, len(articles) - 1)), articles.pop(a))
        else:
            # The first sentence stays, because the article is numbered by it here.
            s = draw(st.integers(1, len(articles[a])))
            if act == "add":
                articles[a].insert(s, new)
            elif s < len(articles[a]):
                articles[a][s : s + 1] = [new] if act == "replace" else []
    return articles


def words(text: str) -> list[str]:
    return re.findall(r"w\d+x", text)


@given(laws())
@settings(max_examples=40, deadline=None)
def test_merging_with_an_unchanged_or_equal_side_gives_the_other(law):
    language, base, mine, _ = law
    b, o = text_of(language, base), text_of(language, mine)
    for sides in ((b, b, o), (b, o, b), (b, o, o)):
        merged = merge_texts(*sides)
        assert isinstance(merged, Merged)
        assert merged.text == o
        assert merged.warnings == ()


@given(laws())
@settings(max_examples=60, deadline=None)
def test_swapping_the_sides_gives_the_same_clean_text(law):
    language, *versions = law
    b, m, t = (text_of(language, version) for version in versions)
    one, other = merge_texts(b, m, t), merge_texts(b, t, m)
    assert isinstance(one, Merged) is isinstance(other, Merged)
    if isinstance(one, Merged) and isinstance(other, Merged):
        assert one.text == other.text
        assert one.warnings == other.warnings
    else:
        assert sorted(c.kind for c in one.conflicts) == sorted(c.kind for c in other.conflicts)


@given(laws())
@settings(max_examples=60, deadline=None)
def test_no_word_of_either_side_vanishes_without_a_conflict(law):
    language, *versions = law
    b, m, t = (text_of(language, version) for version in versions)
    merged = merge_texts(b, m, t)
    assume(isinstance(merged, Merged))
    old, mine, theirs = set(words(b)), set(words(m)), set(words(t))
    stays = (mine & theirs) | (mine - old) | (theirs - old)
    assert sorted(words(merged.text)) == sorted(stays)


@given(laws())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_a_conflict_shows_whole_slices_of_the_three_texts(law):
    language, *versions = law
    b, m, t = (text_of(language, version) for version in versions)
    merged = merge_texts(b, m, t)
    assume(isinstance(merged, Conflicts))
    for conflict in merged.conflicts:
        if conflict.kind in (ConflictKind.TEXT, ConflictKind.DELETE):
            assert conflict.base in b
            assert conflict.mine in m
            assert conflict.theirs in t
            assert conflict.mine != conflict.theirs


@given(laws())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_the_draft_of_a_conflict_holds_all_of_mine_and_what_of_theirs_does_not_clash(law):
    language, *versions = law
    b, m, t = (text_of(language, version) for version in versions)
    found = merge_texts(b, m, t)
    assume(isinstance(found, Conflicts))
    old, mine, theirs = set(words(b)), set(words(m)), set(words(t))
    clashing = set(words("".join(c.base + c.mine + c.theirs for c in found.conflicts)))
    draft = set(words(found.draft))
    assert mine - old <= draft
    assert theirs - old <= draft | clashing
    assert not ((old & mine) - theirs) & draft - clashing


def test_a_draft_keeps_what_a_colleague_saved_elsewhere():
    base = "第一条 甲应当登记。\n\n第二条 乙应当备案。\n\n第三条 丙应当公示。\n"
    mine = base.replace("登记", "申请")
    theirs = base.replace("登记", "报告").replace("备案", "存档")
    found = merge_texts(base, mine, theirs)
    assert isinstance(found, Conflicts)
    assert found.draft == mine.replace("备案", "存档")


def git_merge(folder, base: str, mine: str, theirs: str) -> str | None:
    for name, text in (("base", base), ("mine", mine), ("theirs", theirs)):
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["git", "merge-file", "-p", "mine", "base", "theirs"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.stdout.decode() if done.returncode == 0 else None


def test_what_git_merges_cleanly_without_moves_we_merge_to_the_same_text(tmp_path):
    """Edits of whole paragraphs, each a line of its own between blank lines."""

    @given(laws())
    @settings(max_examples=40, deadline=None)
    def check(law):
        language, base, mine, theirs = law
        for side in (mine, theirs):
            kept = [numbers[0] for numbers in side if numbers[0] < 1000]
            assume(kept == sorted(kept))
        texts = [text_of(language, version) for version in (base, mine, theirs)]
        expected = git_merge(tmp_path, *texts)
        assume(expected is not None)
        merged = merge_texts(*texts)
        if isinstance(merged, Merged):
            assert merged.text.rstrip("\n") == expected.rstrip("\n")
        else:
            # Beside a changed line git puts two additions at one place in a row, unasked.
            assert {conflict.kind for conflict in merged.conflicts} == {ConflictKind.INSERT}

    check()


def numbered(count: int, words: str) -> str:
    return "".join(f"第{n}条 城市管理办法之{n}。{words}{n}元。应当公开。\n\n" for n in range(count))


def test_ids_of_the_merged_slices_are_those_of_the_base_and_of_theirs():
    base = outline("第一条 甲甲甲。\n\n第二条 乙乙乙。\n")
    mine = carry(base, "第一条 甲甲甲。\n\n第二条 乙乙乙。\n\n第三条 丙。\n", next_id=3).outline
    theirs = carry(base, "第零条 丁。\n\n第一条 甲甲甲。\n\n第二条 乙乙乙。\n", next_id=3).outline
    assert mine[2].id == theirs[0].id == "c3"
    merged = three_way(base, mine, theirs)
    assert isinstance(merged, Merged)
    assert merged.ids == ("c3", "c1", "c2", "")
    assert [merged.text[start:][:3] for start in merged.keep] == ["第零条", "第一条", "第二条"]
    stored = carry(theirs, merged.text, next_id=4, keep=merged.keep).outline
    assert [clause.id for clause in stored] == ["c3", "c1", "c2", "c4"]


def test_texts_may_contain_the_marks_of_other_tools():
    base = "第一条 甲。\n<<<<<<< mine\n=======\n>>>>>>> theirs\n\n第二条 乙。\n"
    merged = merge_texts(base, base.replace("甲", "子"), base.replace("乙", "丑"))
    assert isinstance(merged, Merged)
    assert merged.text == base.replace("甲", "子").replace("乙", "丑")


def test_front_matter_is_merged_by_lines():
    base = "---\ntitle: 甲\nkind: rule\nlanguage: zh\n---\n第一条 甲。\n"
    mine, theirs = (
        base.replace("title: 甲", "title: 乙"),
        base.replace("language: zh", "language: en"),
    )
    merged = merge_texts(base, mine, theirs)
    assert isinstance(merged, Merged)
    assert merged.text == mine.replace("language: zh", "language: en")
    clash = merge_texts(base, mine, base.replace("title: 甲", "title: 丙"))
    assert isinstance(clash, Conflicts)
    assert [(c.clause, c.kind) for c in clash.conflicts] == [("", ConflictKind.TEXT)]


@pytest.mark.parametrize(
    "shape", ["every clause changed by both", "clauses in reverse", "one line of full stops"]
)
def test_hostile_merges_take_bounded_time(shape):
    base = numbered(1300, "罚款")
    if shape == "every clause changed by both":
        mine, theirs = numbered(1300, "收费"), base.replace("公开", "公布")
    elif shape == "clauses in reverse":
        mine = "\n\n".join(reversed(base.strip().split("\n\n"))) + "\n"
        theirs = base.replace("公开", "公布")
    else:
        base = "。" * 100_000 + "\n"
        mine, theirs = f"甲{base}", f"{base.strip()}乙{base}"
    began = time.process_time()
    merge_texts(base, mine, theirs)
    assert time.process_time() - began < 10
