"""The official layout of a text: what becomes a heading, a label, a paragraph."""

from __future__ import annotations

import pytest

from app.papers.blocks import Mark, Paragraph, Style, Table
from app.papers.layout import has_history, is_history, laid_out, plain
from app.text.clauses import outline


def _laid_out(text: str, title: str = "") -> list[tuple[str, int, str]]:
    return [
        (block.style, block.level, block.text)
        for block in laid_out(outline(text), title)
        if isinstance(block, Paragraph)
    ]


def test_parts_chapters_and_sections_have_their_levels() -> None:
    text = "# 条例\n\n## 第一编 总则\n\n### 第一章 原则\n\n#### 第一节 目的\n\n第一条 一。\n"
    assert _laid_out(text, "条例") == [
        (Style.HEADING, 1, "第一编 总则"),
        (Style.HEADING, 2, "第一章 原则"),
        (Style.HEADING, 3, "第一节 目的"),
        (Style.BODY, 0, "第一条　一。"),
    ]


def test_the_label_of_an_article_is_bold_and_nothing_else_is() -> None:
    (block,) = laid_out(outline("第五条 连续停放超过**三日**的，移走。\n"), "")
    assert isinstance(block, Paragraph)
    assert [(run.text, run.mark) for run in block.runs] == [
        ("第五条", Mark.BOLD),
        ("　连续停放超过三日的，移走。", Mark.PLAIN),
    ]


def test_paragraphs_and_items_of_an_article_stand_each_for_itself() -> None:
    text = "第五条 有下列情形之一的，移走：\n\n（一）无人使用的；\n（二）占用盲道的。\n\n移走前应当拍照。\n"
    assert [words for _style, _level, words in _laid_out(text)] == [
        "第五条　有下列情形之一的，移走：",
        "（一）无人使用的；",
        "（二）占用盲道的。",
        "移走前应当拍照。",
    ]


def test_an_english_line_end_is_a_blank() -> None:
    assert _laid_out("Bicycles stand\nin racks.\n") == [(Style.BODY, 0, "Bicycles stand in racks.")]


def test_four_blanks_are_a_level() -> None:
    text = "Section 5. Racks\n\n(a) At schools:\n\n    (1) twelve;\n\n    (2) covered.\n"
    assert [(level, words) for _style, level, words in _laid_out(text)][1:] == [
        (0, "(a) At schools:"),
        (1, "(1) twelve;"),
        (1, "(2) covered."),
    ]


def test_a_caption_in_the_heading_of_an_article_stays_with_its_number() -> None:
    text = "### § 50-2601 Findings.\n\nIt is declared that traffic is free.\n"
    blocks = list(laid_out(outline(text), ""))
    assert isinstance(blocks[0], Paragraph)
    assert blocks[0].text == "§ 50-2601 Findings."
    assert [run.mark for run in blocks[0].runs] == [Mark.BOLD]
    assert blocks[1].text == "It is declared that traffic is free."  # type: ignore[union-attr]


def test_a_table_keeps_its_cells() -> None:
    text = "第一条 收费：\n\n| 时间 | 元 |\n|---|---|\n| 白天 | 2 |\n| 夜里 \\| 周末 | 1 |\n"
    table = next(block for block in laid_out(outline(text), "") if isinstance(block, Table))
    rows = [[cell[0].text for cell in row.cells] for row in table.rows]
    assert table.heads == ("时间", "元")
    assert rows == [["白天", "2"], ["夜里 | 周末", "1"]]


def test_a_history_above_the_first_article_is_the_title_note() -> None:
    text = "# 条例\n\n2018年3月30日 市人民代表大会常务委员会通过\n\n第一条 2020年1月1日以前通过的，有效。\n"
    assert _laid_out(text, "条例") == [
        (Style.NOTE, 0, "2018年3月30日 市人民代表大会常务委员会通过"),
        (Style.BODY, 0, "第一条　2020年1月1日以前通过的，有效。"),
    ]
    assert has_history(outline(text))
    assert not has_history(outline("# 条例\n\n第一条 2020年1月1日以前通过的，有效。\n"))


@pytest.mark.parametrize(
    "line",
    [
        "（2011年8月12日北京市第十三届人民代表大会常务委员会第二十六次会议通过）",
        "2021年9月24日 北京市人民代表大会常务委员会通过的《关于修改部分地方性法规的决定》修正",
        "2004年4月30日国务院令第406号公布",
    ],
)
def test_lines_that_are_a_history(line: str) -> None:
    assert is_history(line)


@pytest.mark.parametrize("line", ["为了规范停放，制定本办法。", "2026年的停车办法", ""])
def test_lines_that_are_none(line: str) -> None:
    assert not is_history(line)


@pytest.mark.parametrize(
    ("marked", "read"),
    [
        ("**bold** and *slanted*", "bold and slanted"),
        ("[the map](https://example.org/a_(b)) shows", "the map shows"),
        ("staff&mdash;ensures", "staff—ensures"),
        ("<b>x</b> `code`", "x code"),
        ("3 * 4 * 5", "3 * 4 * 5"),
        ("snake_case_name", "snake_case_name"),
    ],
)
def test_words_lose_their_marks_and_nothing_else(marked: str, read: str) -> None:
    assert plain(marked) == read
