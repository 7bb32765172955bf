"""Suggestions brought onto a later text: by table, by law (hypothesis) and on real histories."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.clauses import body_of, cut, outline
from app.text.identity import carry
from app.text.operations import Operation, clause_operation, insertion, operations_of
from app.text.outline import Outline
from app.text.rebase import Applied, Misfit, MisfitKind, Rebase, apply, fit, warnings
from app.text.structure import Fault, FaultCode

ZH = (
    "# 停车管理办法\n\n第一条 为了规范停车，制定本办法。\n\n"
    "第二条 车辆应当停放在车位内。临时停车不得超过三十分钟。\n\n"
    "第三条 违反规定的，处二百元罚款。情节严重的，处五百元罚款。\n\n"
    "第四条 本办法自公布之日起施行。\n"
)
EN = (
    "# Street Music\n\n§ 1 Music may be played from 9 am to 9 pm. Drums are not played.\n\n"
    "§ 2 No fee is due. A permit is not needed.\n\n§ 3 Loudspeakers need a permit of the office.\n"
)
BIKES = "共享自行车企业应当按照规定投放车辆，及时清理违规停放和损坏的自行车，保持道路畅通。"


def after(parent: Outline, text: str) -> Outline:
    """The outline of a later revision."""
    return carry(parent, text, next_id=len(parent) + 1).outline


def suggested(base: str, text: str) -> tuple[Operation, ...]:
    found = operations_of(outline(base), text)
    assert found
    return found


def on(base: str, head: str, wanted: str) -> Applied | Misfit:
    """What becomes of the suggestion ``base`` → ``wanted`` once the text is ``head``."""
    old = outline(base)
    return apply(after(old, head), old, suggested(base, wanted))


def changed(text: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def plain(text: str) -> str:
    """A text without blank lines."""
    return "\n".join(line for line in text.split("\n") if line.strip())


FITS = [
    pytest.param(
        ZH,
        changed(ZH, "规范停车", "规范城市停车"),
        changed(ZH, "二百元", "五十元"),
        changed(ZH, "规范停车", "规范城市停车", "二百元", "五十元"),
        id="another article changed",
    ),
    pytest.param(
        ZH,
        changed(ZH, "第四条", "第五条", "第三条", "第四条", "第二条", "第三条"),
        changed(ZH, "二百元", "五十元"),
        changed(ZH, "第四条", "第五条", "第三条", "第四条", "第二条", "第三条", "二百元", "五十元"),
        id="the article has another number now",
    ),
    pytest.param(
        EN,
        changed(EN, "§ 2 ", "§ 5 "),
        changed(EN, "§ 2 No fee", "§ 2a No fee"),
        None,
        id="both gave the section another number",
    ),
    pytest.param(
        EN,
        changed(EN, "No fee is due.", "No fee is due for music."),
        changed(EN, "§ 2 No", "§ 2a No"),
        changed(EN, "§ 2 No fee is due.", "§ 2a No fee is due for music."),
        id="only the number was suggested",
    ),
    pytest.param(
        ZH,
        changed(ZH, "处五百元", "处八百元"),
        changed(ZH, "二百元", "五十元"),
        None,
        id="neighbouring sentences of one article touch",
    ),
    pytest.param(
        EN,
        changed(EN, "9 pm. Drums", "9 pm. Singing is free. Drums"),
        changed(EN, "9 am", "8 am"),
        None,
        id="a sentence put right behind the changed one",
    ),
    pytest.param(
        changed(ZH, "车位内。", "车位内。\n\n车位由街道办事处划定。\n\n"),
        changed(ZH, "车位内。", "车位内。\n\n车位由街道办事处划定。\n\n", "三十分", "二十分"),
        changed(ZH, "车位内。", "划线内。\n\n车位由街道办事处划定。\n\n"),
        changed(ZH, "车位内。", "划线内。\n\n车位由街道办事处划定。\n\n", "三十分", "二十分"),
        id="different paragraphs of one article",
    ),
    pytest.param(
        ZH,
        changed(ZH, "二百元", "三百元"),
        changed(ZH, "二百元", "五十元"),
        None,
        id="the same words changed by both",
    ),
    pytest.param(
        ZH,
        changed(ZH, "第三条 违反规定的，处二百元罚款。情节严重的，处五百元罚款。\n\n", ""),
        changed(ZH, "二百元", "五十元"),
        None,
        id="the article is gone",
    ),
    pytest.param(
        ZH,
        changed(ZH, "二百元", "三百元"),
        changed(ZH, "第三条 违反规定的，处二百元罚款。情节严重的，处五百元罚款。\n\n", ""),
        None,
        id="to be removed and changed meanwhile",
    ),
    pytest.param(
        ZH,
        changed(ZH, "第三条", "第三条之一"),
        changed(ZH, "第三条 违反规定的，处二百元罚款。情节严重的，处五百元罚款。\n\n", ""),
        changed(ZH, "第三条 违反规定的，处二百元罚款。情节严重的，处五百元罚款。\n\n", ""),
        id="to be removed and only renumbered meanwhile",
    ),
    pytest.param(
        EN,
        EN + "\n§ 4 The office publishes the permits.\n",
        changed(EN, "§ 3 ", "§ 2a Sundays are quiet.\n\n§ 3 "),
        changed(EN, "§ 3 ", "§ 2a Sundays are quiet.\n\n§ 3 ")
        + "\n§ 4 The office publishes the permits.\n",
        id="a new section between two that stayed",
    ),
    pytest.param(
        ZH,
        changed(ZH, "\n\n第四条", f"\n\n第三条之二 {BIKES}\n\n第四条"),
        changed(ZH, "\n\n第四条", "\n\n第三条之一 占用盲道的，加倍处罚。\n\n第四条"),
        changed(
            ZH,
            "\n\n第四条",
            f"\n\n第三条之一 占用盲道的，加倍处罚。\n\n第三条之二 {BIKES}\n\n第四条",
        ),
        id="two new articles at one place stand one behind the other",
    ),
    pytest.param(
        EN,
        changed(EN, "§ 2 No fee is due. A permit is not needed.\n\n", ""),
        changed(EN, "§ 3 ", "§ 2a Sundays are quiet.\n\n§ 3 "),
        changed(EN, "§ 2 No fee is due. A permit is not needed.", "§ 2a Sundays are quiet."),
        id="the section above the new one is gone and its neighbours stayed",
    ),
    pytest.param(
        EN,
        changed(EN, "§ 2 No fee is due. A permit is not needed.", "Part 9\n------\n\nOf money."),
        changed(EN, "§ 3 ", "§ 2a Sundays are quiet.\n\n§ 3 "),
        None,
        id="the section above the new one is gone and something else is there",
    ),
    pytest.param(
        EN,
        EN + "\n§ 4 The office publishes the permits.\n",
        EN + "\n§ 4 Dogs are kept on a leash.\n",
        EN + "\n§ 4 Dogs are kept on a leash.\n\n§ 4 The office publishes the permits.\n",
        id="both added at the end",
    ),
    pytest.param(
        ZH,
        "附：说明。\n\n" + ZH,
        "征求意见稿。\n\n" + ZH,
        "征求意见稿。\n\n附：说明。\n\n" + ZH,
        id="both put words before everything",
    ),
    pytest.param(
        ZH,
        changed(ZH, "\n\n第四条 本办法自公布之日起施行。", ""),
        changed(ZH, "规范停车", "规范城市停车"),
        changed(ZH, "规范停车", "规范城市停车", "\n\n第四条 本办法自公布之日起施行。", ""),
        id="the last article is gone",
    ),
    pytest.param(
        ZH,
        changed(ZH, "规范停车", "规范城市停车"),
        changed(ZH, "\n\n第四条 本办法自公布之日起施行。", ""),
        changed(ZH, "规范停车", "规范城市停车", "\n\n第四条 本办法自公布之日起施行。", ""),
        id="the last article to be removed",
    ),
    pytest.param(
        ZH.replace("\n\n", "\n"),
        changed(ZH, "规范停车", "规范城市停车").replace("\n\n", "\n"),
        ZH.replace("\n\n", "\n") + "第五条 本办法由交通部门解释。\n",
        changed(ZH, "规范停车", "规范城市停车").replace("\n\n", "\n")
        + "第五条 本办法由交通部门解释。\n",
        id="a text without blank lines stays so",
    ),
]


@pytest.mark.parametrize(("base", "head", "wanted", "result"), FITS)
def test_a_suggestion_on_a_later_text(
    base: str, head: str, wanted: str, result: str | None
) -> None:
    found = on(base, head, wanted)
    old = outline(base)
    said = fit(after(old, head), old, suggested(base, wanted))
    if result is None:
        assert isinstance(found, Misfit)
        assert said == "rework"
    else:
        assert isinstance(found, Applied)
        assert found.text == result
        assert said == "fits"
        assert not found.is_contained


@pytest.mark.parametrize(
    ("head", "wanted", "clause", "kind"),
    [
        (changed(EN, "No fee", "A fee"), changed(EN, "No fee", "A gift"), "c3", "changed"),
        (
            changed(EN, "§ 2 No fee is due. A permit is not needed.\n\n", ""),
            changed(EN, "No fee", "A gift"),
            "c3",
            "gone",
        ),
        (
            changed(
                EN, "§ 2 No fee is due. A permit is not needed.", "Part 9\n------\n\nOf money."
            ),
            changed(EN, "§ 3 ", "§ 2a Sundays are quiet.\n\n§ 3 "),
            "c3",
            "place",
        ),
    ],
)
def test_a_misfit_names_the_clause_and_the_trouble(
    head: str, wanted: str, clause: str, kind: str
) -> None:
    assert on(EN, head, wanted) == Misfit((clause,), (MisfitKind(kind),))


def test_one_misfit_keeps_the_whole_suggestion_back() -> None:
    head = changed(ZH, "二百元", "三百元")
    wanted = changed(ZH, "二百元", "五十元", "规范停车", "规范城市停车", "公布", "印发")
    assert on(ZH, head, wanted) == Misfit(("c4",), (MisfitKind.CHANGED,))


def test_one_reword_on_its_own_base_replaces_exactly_that_slice() -> None:
    text = ZH.replace("\n\n第三条", "\n\n\n\n第三条").replace("施行。\n", "施行。  \n")
    base = outline(text)
    operation = clause_operation(base[2], "第二条 一切车辆。\n\n（一）汽车；\n\n（二）自行车。\n\n")
    assert operation is not None
    found = apply(base, base, [operation])
    assert isinstance(found, Applied)
    words = "第二条 车辆应当停放在车位内。临时停车不得超过三十分钟。"
    assert found.text == changed(text, words, operation.text)
    assert found.changed == ("c3",)


def test_the_target_keeps_its_id_however_it_is_rewritten() -> None:
    base = outline(ZH)
    operation = clause_operation(base[2], f"第二条 {BIKES}")
    assert operation is not None
    head = after(base, changed(ZH, "# 停车管理办法\n\n", ""))
    found = apply(head, base, [operation])
    assert isinstance(found, Applied)
    then = carry(head, found.text, next_id=9, keep=found.keep).outline
    assert [(c.id, c.text.strip()) for c in then][1] == ("c3", f"第二条 {BIKES}")


def test_a_moved_article_regains_its_id() -> None:
    words = "第三条 违反规定的，处二百元罚款。情节严重的，处五百元罚款。"
    wanted = changed(ZH, f"{words}\n\n", "", "第一条", f"{words}\n\n第一条")
    base = outline(ZH)
    head = after(base, changed(ZH, "公布", "印发"))
    found = apply(head, base, operations_of(base, wanted))
    assert isinstance(found, Applied)
    assert found.text == changed(wanted, "公布", "印发")
    then = carry(head, found.text, next_id=9, keep=found.keep).outline
    assert [c.id for c in then] == ["c1", "c4", "c2", "c3", "c5"]


def test_a_moved_article_that_was_taken_out_meanwhile_is_not_put_back() -> None:
    words = "第三条 违反规定的，处二百元罚款。情节严重的，处五百元罚款。"
    wanted = changed(ZH, f"{words}\n\n", "", "第一条", f"{words}\n\n第一条")
    found = on(ZH, changed(ZH, f"{words}\n\n", ""), wanted)
    assert found == Misfit(("c4",), (MisfitKind.GONE,))


def test_an_article_that_both_moved_to_different_places_needs_a_person() -> None:
    words = "第一条 为了规范停车，制定本办法。"
    bare = changed(ZH, f"{words}\n\n", "")
    wanted = changed(bare, "\n\n第四条", f"\n\n{words}\n\n第四条")
    head = f"{bare}\n{words}\n"
    assert on(ZH, head, wanted) == Misfit(("c2",), (MisfitKind.ORDER,))


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(changed(ZH, "二百元", "五十元"), id="reword"),
        pytest.param(changed(ZH, "第一条 为了规范停车，制定本办法。\n\n", ""), id="remove"),
        pytest.param(changed(ZH, "\n\n第四条", f"\n\n第三条之一 {BIKES}\n\n第四条"), id="insert"),
        pytest.param("说明。\n\n" + ZH + "\n第五条 附则。\n", id="insert at both ends"),
        pytest.param(
            changed(ZH, "第一条 为了规范停车，制定本办法。\n\n", "")
            + "\n第一条 为了规范停车，制定本办法。\n",
            id="move",
        ),
        pytest.param(
            changed(ZH, "第一条 为了规范停车，制定本办法。\n\n", "")
            + "\n第九条 为了规范停车，制定本办法，并公布。\n",
            id="move and reword",
        ),
        pytest.param(
            changed(ZH, "\n\n第四条", "\n\n## 附则\n\n本章为附则。\n\n第四条"),
            id="heading with words",
        ),
    ],
)
def test_a_suggestion_in_the_text_already_is_contained_also_after_further_edits(
    wanted: str,
) -> None:
    base = outline(ZH)
    operations = suggested(ZH, wanted)
    once = apply(base, base, operations)
    assert isinstance(once, Applied)
    assert once.text == wanted
    head = carry(base, once.text, next_id=6, keep=once.keep).outline
    later = after(head, once.text.replace("车位内", "划线内"))
    for now in (head, later):
        again = apply(now, base, operations)
        assert isinstance(again, Applied)
        assert again.is_contained
        assert again.text == "".join(clause.text for clause in now)
        assert fit(now, base, operations) == "contained"


def test_an_inserted_article_that_was_renumbered_since_is_contained() -> None:
    base = outline(ZH)
    operations = suggested(ZH, changed(ZH, "\n\n第四条", f"\n\n第三条之一 {BIKES}\n\n第四条"))
    numbered = changed(ZH, "\n\n第四条", f"\n\n第四条 {BIKES}\n\n第五条")
    assert fit(after(base, numbered), base, operations) == "contained"


def test_operations_of_an_unknown_clause_fit_nowhere() -> None:
    base = outline(ZH)
    words = insertion("c77", "第九条 附则。")
    assert words is not None
    operations = [
        Operation("reword", "c77", None, "0" * 64, "第九条 附则。"),
        Operation("remove", "c78", None, "0" * 64, ""),
        words,
    ]
    found = apply(base, base, operations)
    assert isinstance(found, Misfit)
    assert dict(zip(found.clauses, found.kinds, strict=True)) == {
        "c77": MisfitKind.GONE,
        "c78": MisfitKind.GONE,
    }
    assert len(found.clauses) == 3


def test_warnings_name_only_faults_that_the_head_did_not_have() -> None:
    text = changed(ZH, "为了规范停车", "依照第九条")
    base = outline(text)
    operations = suggested(text, changed(text, "\n\n第四条", f"\n\n第三条 {BIKES}\n\n第四条"))
    found = apply(base, base, operations)
    assert isinstance(found, Applied)
    then = carry(base, found.text, next_id=9, keep=found.keep).outline
    assert warnings(base, then) == (Fault(FaultCode.DUPLICATE_LABEL, "第3条"),)
    assert warnings(base, base) == ()


# Laws of generated texts: no two sentences are alike, and their words w…x occur nowhere else.

HAN = "为了规范城市停车秩序保护居民权利制定本办法应当公开收费标准街道路口学校医院公园广场垃圾分类"


def sentence(number: int) -> str:
    chosen = "".join(HAN[(number * 7 + k * k * k) % len(HAN)] for k in range(9))
    return f"{chosen}w{number}x。"


def law(articles: list[list[int]], *, numbered: bool) -> str:
    if not articles:
        return ""
    blocks = [
        (f"第{place}条 " if numbered else f"第{sentences[0]}条 ")
        + "".join(sentence(n) for n in sentences)
        for place, sentences in enumerate(articles, start=1)
    ]
    return "\n\n".join(blocks) + "\n"


@st.composite
def edits(draw: st.DrawFn, base: list[list[int]], start: int) -> list[list[int]]:
    articles = [list(sentences) for sentences in base]
    for step in range(draw(st.integers(0, 4))):
        new = start + step * 10
        place = draw(st.integers(0, max(0, len(articles) - 1)))
        act = draw(st.sampled_from(["reword", "add", "delete", "insert", "move"]))
        if act == "insert" or not articles:
            articles.insert(place, [new, new + 1])
        elif act == "delete":
            articles.pop(place)
        elif act == "move":
            articles.insert(draw(st.integers(0, len(articles) - 1)), articles.pop(place))
        elif act == "add":
            articles[place].append(new)
        else:
            articles[place][-1] = new
    return articles


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text, what a person would make of it, and what it is now."""
    numbered = draw(st.booleans())
    count = draw(st.integers(1, 6))
    base = [[n * 10 + s for s in range(draw(st.integers(2, 5)))] for n in range(1, count + 1)]
    wanted, head = draw(edits(base, 1000)), draw(edits(base, 2000))
    return (
        law(base, numbered=numbered),
        law(wanted, numbered=numbered),
        law(head, numbered=numbered),
    )


def words(text: str) -> set[str]:
    return set(re.findall(r"w\d+x", text))


@given(histories())
@settings(max_examples=60, deadline=None)
def test_operations_give_the_text_they_were_made_of(history: tuple[str, str, str]) -> None:
    base, wanted, _ = history
    old = outline(base)
    operations = operations_of(old, wanted)
    found = apply(old, old, operations)
    assert isinstance(found, Applied)
    assert plain(found.text) == plain(wanted)
    assert found.is_contained is (base == wanted)
    head = carry(old, found.text, next_id=99, keep=found.keep).outline
    again = apply(head, old, operations)
    assert isinstance(again, Applied)
    assert again.is_contained
    assert again.text == found.text


@given(histories())
@settings(max_examples=60, deadline=None)
def test_no_word_is_lost_and_none_comes_back(history: tuple[str, str, str]) -> None:
    base, wanted, head = history
    old = outline(base)
    now = after(old, head)
    operations = operations_of(old, wanted)
    found = apply(now, old, operations)
    assert (fit(now, old, operations) == "rework") is isinstance(found, Misfit)
    if isinstance(found, Applied):
        gone, new = words(base) - words(wanted), words(wanted) - words(base)
        assert words(found.text) == (words(head) - gone) | new


@given(histories())
@settings(max_examples=40, deadline=None)
def test_what_does_not_touch_the_targets_stays_byte_for_byte(
    history: tuple[str, str, str],
) -> None:
    base, wanted, head = history
    old = outline(base)
    now = after(old, head)
    found = apply(now, old, operations_of(old, wanted))
    if isinstance(found, Applied):
        for clause in now:
            if clause.id not in found.changed:
                assert clause.text.rstrip("\n") in found.text


def words_in(text: str) -> set[str]:
    """Longer words, or runs of Han characters, without the articles' own numbers."""
    return {word for clause in cut(text) for word in re.findall(r"\w{4,}", body_of(clause))}


def words_of(operations: Iterable[Operation]) -> set[str]:
    """What inserts bring; a reword may be merged with what else became of its clause."""
    return {word for each in operations if each.kind == "insert" for word in words_in(each.text)}


@pytest.mark.corpus
def test_the_steps_of_real_histories_are_operations(corpus: Path) -> None:
    """Revision n → n+1 as a suggestion on n gives n+1, is contained in it, and meets all later."""
    steps = 0
    for series in sorted(corpus.glob("histories/*")):
        texts = [file.read_text(encoding="utf-8") for file in sorted(series.glob("*.md"))]
        outlines = [*carried(texts)]
        for n, text in enumerate(texts[1:], start=1):
            base = outlines[n - 1]
            operations = operations_of(base, text)
            found = apply(base, base, operations)
            assert isinstance(found, Applied)
            assert plain(found.text) == plain(text)
            then = carry(base, found.text, next_id=9_999, keep=found.keep).outline
            assert fit(then, base, operations) == "contained", (series.name, n)
            for head in outlines[n + 1 :][:6]:
                later = apply(head, base, operations)
                assert isinstance(later, Misfit) or words_of(operations) <= words_in(later.text)
            steps += 1
    assert steps > 60


def carried(texts: list[str]) -> Iterator[Outline]:
    found = carry((), texts[0], next_id=1)
    yield found.outline
    for text in texts[1:]:
        found = carry(found.outline, text, next_id=found.next_id)
        yield found.outline


def test_five_hundred_suggestions_on_a_long_law_take_little_time() -> None:
    """On 1,300 articles, of which the head changed, moved and renumbered many."""
    articles = [
        f"车辆{n}停放在第{n}号车位内，收费标准公开。费用按月结算。不得占用盲道{n}。"
        for n in range(1300)
    ]
    base = outline("\n\n".join(f"第{n}条 {each}" for n, each in enumerate(articles, 1)) + "\n")
    operations = [
        operation
        for clause in base[::3]
        if (operation := clause_operation(clause, clause.text.replace("公开", "公布")))
    ]
    operations += [each for n in range(100) if (each := insertion(f"c{n + 1}", "第九条 附则。"))]
    newer = [each.replace("盲道", "人行道") for each in articles]
    newer.insert(3, BIKES)
    head = after(base, "\n\n".join(f"第{n}条 {each}" for n, each in enumerate(newer, 1)) + "\n")
    begun = time.process_time()
    rebase = Rebase(base, head)
    said = [rebase.fit([operation]) for operation in operations]
    assert time.process_time() - begun < 2
    assert len(said) > 500
    assert set(said) == {"fits"}
