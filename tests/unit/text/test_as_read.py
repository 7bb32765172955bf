"""Texts without their marks, and the marks brought back after an edit."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.as_read import as_read, as_read_over, as_read_pieces, as_written
from app.text.clauses import cut
from app.text.outline import ClauseKind

ROOT = Path(__file__).resolve().parents[3]

LAW = """# 停放办法

## 第一章 总则

### 第一条 目的

为了规范停放，制定本办法。

### 第二条 范围

本市适用本办法。

## 第二章 管理

### 第三条 时限

停放不超过三日。
"""
LAW_AS_READ = LAW.replace("### ", "").replace("## ", "").replace("# ", "")

ENGLISH = """# Parking

## Purpose

Bicycles need room.

## Scope

This covers all streets.
"""

FRAGMENTS = st.sampled_from(
    ["# Title", "## 第一章 总则", "第二章 管理", "### 第一条 目的", "**第二条** 车辆。", "第三条", "§ 3",
     "__Section 4.__ Fees", "## **Definitions**", "Heading ##", "### Closed ##", "#", "# # x", "===",
     "---", "-----", "", "", "```", "~~~", "| a | b |", "| - | - |", "<div>", "</div>", "1\\. one",
     "\\# no heading", "a \\* b", "`\\*`", "[l\\_k](u\\_v)", "\\\\*", "- item", "    deep", "Fees",
     "# **第四条 时限**", "Part 2. Fees", "  ## indented", "## ", "words\twith tab ", "\u3000第五条 全角"]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=14).map("\n".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## Definitions\n", "Definitions\n"),
        ("##Definitions ##\n", "Definitions\n"),
        ("### **Definitions**\n", "Definitions\n"),
        ("Scope\n-----\n\nWords.\n", "Scope\n\nWords.\n"),
        ("**第一条** 车辆。\n", "第一条 车辆。\n"),
        ("### **Article 1.** Dogs\n", "Article 1. Dogs\n"),
        ("__Sec. 3-31.__ Dogs bark.\n", "Sec. 3-31. Dogs bark.\n"),
        ("# A\n\n1\\. not a list, 2 \\* 3\n", "A\n\n1. not a list, 2 * 3\n"),
    ],
)
def test_marks_are_not_shown(text: str, words: str) -> None:
    assert as_read(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "```\n# a comment\n**第一条** x\n```\n",
        "| **Article 1** | b |\n|---|---|\n| # c | d |\n",
        "- item\n- **bold** words\n\n1. one\n\n(a) two\n",
        "See [the law](https://example.org/a_b), `\\*` and <https://example.org>.\n",
        "#\n\n# # x\n",
    ],
)
def test_tables_lists_links_and_fences_stay_as_they_are(text: str) -> None:
    assert as_read(text) == text


def test_a_law_reads_without_any_mark_and_comes_back() -> None:
    assert as_read(LAW) == LAW_AS_READ
    assert as_written(LAW_AS_READ, LAW) == LAW


@pytest.mark.parametrize(
    ("old", "new", "raw_old", "raw_new"),
    [
        ("三日", "两日", "三日", "两日"),
        ("第三条 时限", "第三条 停放时限", "### 第三条 时限", "### 第三条 停放时限"),
        ("停放办法\n\n", "停车办法\n\n", "停放办法\n\n", "停车办法\n\n"),
        ("第二章 管理", "第二章 停放管理", "## 第二章 管理", "## 第二章 停放管理"),
        ("停放不超过三日。\n", "停放不超过三日。\n\n第四条 罚则\n\n罚款。\n",
         "停放不超过三日。\n", "停放不超过三日。\n\n### 第四条 罚则\n\n罚款。\n"),
        ("停放不超过三日。\n", "停放不超过三日。\n\n第三章 附则\n",
         "停放不超过三日。\n", "停放不超过三日。\n\n## 第三章 附则\n"),
        ("第二条 范围\n\n本市适用本办法。\n\n", "", "### 第二条 范围\n\n本市适用本办法。\n\n", ""),
        ("停放不超过三日。\n", "停放不超过三日。\n\n#### 附件\n",
         "停放不超过三日。\n", "停放不超过三日。\n\n#### 附件\n"),
        ("停放不超过三日。\n", "停放不超过三日。\n\n```\n第四条 例\n```\n",
         "停放不超过三日。\n", "停放不超过三日。\n\n```\n第四条 例\n```\n"),
    ],
)  # fmt: skip
def test_an_edit_of_the_words_is_the_same_edit_of_the_text(
    old: str, new: str, raw_old: str, raw_new: str
) -> None:
    assert as_written(LAW_AS_READ.replace(old, new), LAW) == LAW.replace(raw_old, raw_new)


def test_a_renamed_heading_without_number_keeps_its_mark() -> None:
    words = as_read(ENGLISH).replace("Scope", "Where it applies").replace("Parking", "Bicycles")
    assert as_written(words, ENGLISH) == ENGLISH.replace("Scope", "Where it applies").replace(
        "Parking", "Bicycles"
    )


def test_a_renamed_heading_keeps_its_underline() -> None:
    assert as_written("Area\n\nWords.\n", "Scope\n-----\n\nWords.\n") == "Area\n-----\n\nWords.\n"


def test_a_paragraph_put_in_the_place_of_a_heading_is_no_heading() -> None:
    paragraph = "This covers all streets and squares, and every park that the city has opened."
    words = as_read(ENGLISH).replace("Scope", paragraph)
    assert as_written(words, ENGLISH) == ENGLISH.replace("## Scope", paragraph)


def test_a_moved_heading_takes_its_mark_along() -> None:
    words = "Parking\n\nScope\n\nThis covers all streets.\n\nPurpose\n\nBicycles need room.\n"
    raw = "# Parking\n\n## Scope\n\nThis covers all streets.\n\n## Purpose\n\nBicycles need room.\n"
    assert as_written(words, ENGLISH) == raw


def test_a_heading_also_listed_in_the_contents_keeps_its_mark_when_the_list_goes() -> None:
    base = "Contents\n\nPurpose\nScope\n\n" + ENGLISH
    assert as_written(as_read(ENGLISH), base) == ENGLISH


def test_new_articles_take_the_emphasis_of_their_sisters() -> None:
    base = "**第一条** 一。\n\n**第二条** 二。\n"
    words = as_read(base) + "\n第三条 三。\n"
    assert as_written(words, base) == base + "\n**第三条** 三。\n"


def test_articles_without_marks_stay_without() -> None:
    base = "第一条 一。\n\n第二条 二。\n"
    assert as_written(base + "\n第三条 三。\n", base) == base + "\n第三条 三。\n"


def test_a_changed_line_keeps_the_backslashes_of_its_signs() -> None:
    base = "Rates: 2 \\* 3.\n\n1\\. no item\n"
    words = "Rates: 2 * 3 * 4.\n\n1. still no item\n"
    assert as_written(words, base) == "Rates: 2 \\* 3 \\* 4.\n\n1\\. still no item\n"


def test_one_clause_alone_keeps_its_marks() -> None:
    assert as_written("第三条 停放时限\n\n两日。", "### 第三条 时限\n\n三日。") == (
        "### 第三条 停放时限\n\n两日。"
    )


def test_a_mark_that_the_base_cannot_give_back_stays_visible() -> None:
    draft = LAW + "\n#### 附件\n"
    words = as_read_over(draft, LAW)
    assert words == LAW_AS_READ + "\n#### 附件\n"
    assert as_written(words, LAW) == draft


def test_a_draft_that_took_marks_away_cannot_be_shown_without_them() -> None:
    assert as_read_over("第一条 一。\n", "### 第一条 一。\n") is None


@settings(max_examples=60)
@given(TEXTS)
def test_unchanged_words_give_the_text_byte_for_byte(text: str) -> None:
    assert as_written(as_read(text), text) == text


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_words_shown_over_another_base_give_the_text_or_are_not_shown(text: str, base: str) -> None:
    words = as_read_over(text, base)
    assert words is None or as_written(words, base) == text


@settings(max_examples=60)
@given(TEXTS, st.sampled_from(["新的一句。", "Another sentence."]))
def test_a_paragraph_added_at_the_end_changes_nothing_above(text: str, paragraph: str) -> None:
    assert as_written(f"{as_read(text)}\n\n{paragraph}", text) == f"{text}\n\n{paragraph}"


def laws(corpus: Path) -> list[str]:
    files = [*corpus.rglob("*.md"), *(ROOT / "wiki_pages").rglob("*.md")]
    return [path.read_text() for path in sorted(files)]


@pytest.mark.corpus
def test_every_real_law_comes_back_and_shows_no_heading_mark(corpus: Path) -> None:
    for text in laws(corpus):
        words = as_read(text)
        assert as_written(words, text) == text
        assert not [line for line in words.split("\n") if line.startswith("#")]


@pytest.mark.corpus
def test_editing_one_article_of_a_real_law_loses_no_clause_and_no_mark(corpus: Path) -> None:
    edited = 0
    for text in laws(corpus)[::3]:
        clauses = cut(text)
        articles = [clause for clause in clauses if clause.kind is ClauseKind.ARTICLE]
        if not articles:
            continue
        article = articles[len(articles) // 2]
        words = article.text.rstrip("\n")
        rest = text[article.start + len(words) :]
        changed = text[: article.start] + words + "新增一句" + rest
        shown = as_read(text[: article.start]) + as_read(words) + "新增一句" + as_read(rest)
        assert as_written(shown, text) == changed
        assert len(cut(as_written(shown, text))) == len(clauses)
        edited += 1
    assert edited > 30


@pytest.mark.parametrize(
    "line", ["# a\n", "\n", "第一条 a\n", "a\n===\n\n", "\\*a", "# a" + " " * 2000 + "b\n", "# # "]
)
def test_hostile_texts_take_time_in_proportion_to_their_length(line: str) -> None:
    def seconds(characters: int) -> float:
        text = line * (characters // len(line))
        begun = time.process_time()
        as_written(as_read(text).replace("a", "b"), text)
        return time.process_time() - begun

    small = min(seconds(5_000) for _ in range(3))
    assert seconds(40_000) < 8 * 4 * small + 0.1


@pytest.mark.parametrize("cuts", [(), (4,), (1, 2, 3), (5, 9, 30)])
def test_pieces_of_a_text_are_read_as_the_whole_is(cuts: tuple[int, ...]) -> None:
    ends = [0, *cuts, len(LAW)]
    pieces = [LAW[start:end] for start, end in zip(ends, ends[1:], strict=False)]
    assert "".join(as_read_pieces(pieces)) == as_read(LAW)


def test_a_mark_belongs_to_the_piece_it_stood_in() -> None:
    pieces = ["### 第五条 ", "停放\n\n**时限**", "\\* 三日", "\n"]
    assert as_read_pieces(pieces) == ["第五条 ", "停放\n\n**时限**", "* 三日", "\n"]


@pytest.mark.corpus
def test_pieces_of_real_laws_are_read_as_the_whole_is(corpus: Path) -> None:
    for text in laws(corpus)[::4]:
        pieces = [text[start : start + 97] for start in range(0, len(text), 97)]
        assert "".join(as_read_pieces(pieces)) == as_read(text)
