"""Word files and pasted texts become law Markdown, and what they hold besides is named."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from docx import Document

from app.errors import RuleBroken
from app.text import word_package
from app.text.as_read import as_read
from app.text.clauses import cut
from app.text.outline import Outline
from app.text.word import WordText, read_lines, read_word
from app.text.word_numbering import han, written_as
from tests.builders.word_files import (
    paragraph,
    part,
    raw_word_file,
    run,
    saved,
    word_file,
    zipped,
)

LAW = [
    "停放管理办法",
    "第一章　总则",
    "第一条　为了规范停放，制定本办法。",
    "第二条 本办法适用于本市。",
    "　　前款所称停放，包括：",
    "（一）自行车；",
    "（二）三轮车。",
    "第二章　附则",
    "第三条\t本办法自2026年10月1日起施行。",
]


def shape(outline: Outline) -> list[tuple[Any, ...]]:
    return [(one.kind, one.label, one.path, one.hash) for one in outline]


def remarks(found: WordText) -> dict[str, Any]:
    return {one.text.partition(",")[0]: one.values.get("count") for one in found.not_understood}


def test_a_law_from_word_has_its_title_chapters_articles_and_paragraphs() -> None:
    found = read_word(word_file(LAW))
    assert found.title == "停放管理办法"
    assert found.text == (
        "# 停放管理办法\n\n## 第一章 总则\n\n第一条 为了规范停放，制定本办法。\n\n"
        "第二条 本办法适用于本市。\n\n前款所称停放，包括：\n\n（一）自行车；\n\n（二）三轮车。\n\n"
        "## 第二章 附则\n\n第三条 本办法自2026年10月1日起施行。\n"
    )
    assert [one.label for one in found.outline][-3:] == ["第二条", "第二章 附则", "第三条"]
    assert found.not_understood == ()


def test_pasted_lines_read_like_the_file() -> None:
    assert read_lines("\r\n".join(LAW)).text == read_word(word_file(LAW)).text


def test_every_law_of_the_corpus_comes_back_from_word(corpus: Path) -> None:
    laws = [file.read_text() for file in sorted((corpus / "zh").glob("*.md"))[::4]]
    assert len(laws) > 8
    for law in laws:
        back = read_word(word_file(as_read(law).split("\n")))
        assert shape(back.outline) == shape(cut(law))


def test_a_law_of_1300_articles_comes_back_in_time() -> None:
    lines = ["民事办法"]
    for number in range(1, 1301):
        if number % 100 == 1:
            lines.append(f"第{han(number // 100 + 1)}章　第{number // 100 + 1}部分")
        lines += [f"第{han(number)}条　第{number}处停放，按照规定办理。", f"（一）甲{number}；"]
    data = word_file(lines)
    started = time.perf_counter()
    found = read_word(data)
    assert time.perf_counter() - started < 3
    assert shape(found.outline) == shape(read_lines("\n".join(lines)).outline)
    articles = [one.label for one in found.outline if one.label.endswith("条")]
    assert (len(articles), articles[-1]) == (1300, "第一千三百条")


def test_the_levels_of_headings_follow_the_units_there_are() -> None:
    lines = ["民事办法", "第一编 总则", "第一章 基本规定", "第一节 一般规定", "第一条 甲。"]
    assert read_lines("\n".join(lines)).outline[-1].path == (
        "民事办法",
        "第一编 总则",
        "第一章 基本规定",
        "第一节 一般规定",
    )


def test_an_article_number_without_a_blank_counts_when_it_is_the_next() -> None:
    found = read_lines(
        "办法\n第一条为了规范停放。\n第一条规定的情形除外。\n第二条自公布之日起施行。"
    )
    assert [one.label for one in found.outline] == ["办法", "第一条", "第二条"]
    assert found.outline[1].text.endswith("第一条规定的情形除外。\n\n")


def test_headings_of_word_are_headings_in_an_english_text() -> None:
    document = Document()
    document.add_paragraph("Bicycle parking", style="Title")
    document.add_heading("Where to park", level=1)
    document.add_paragraph("Article 1. Bicycles stand in racks.")
    document.add_heading("Chapter II. Removal", level=1)
    document.add_paragraph("Article 2. Whatever stands for 3 days is removed.")
    assert read_word(saved(document)).text == (
        "# Bicycle parking\n\n## Where to park\n\nArticle 1. Bicycles stand in racks.\n\n"
        "## Chapter II. Removal\n\nArticle 2. Whatever stands for 3 days is removed.\n"
    )


def test_signs_that_markdown_knows_stay_signs() -> None:
    lines = ["办法", "# 不是标题", "- 不是列表", "乘以5*3和6*7", "签名：______", "<b>", "甲_乙_丙"]
    text = read_lines("\n".join(lines)).text
    assert text.split("\n\n")[1:] == [
        "\\# 不是标题", "\\- 不是列表", "乘以5\\*3和6\\*7", "签名：______", "\\<b>", "甲\\_乙\\_丙\n",
    ]  # fmt: skip


def test_invisible_characters_are_left_out() -> None:
    assert read_lines("办法\n第一条 停\u200b放\u202e。").text == "# 办法\n\n第一条 停放。\n"


NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:lvlText w:val="第%1条"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
    '<w:lvlText w:val="（%2）"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%3."/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="hebrew1"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="20"/></w:lvlOverride></w:num>',
)


def numbered(words: str, number: int, level: int = 0) -> str:
    return paragraph(
        words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    )


def test_automatic_numbers_are_written_out_and_named() -> None:
    body = (
        numbered("甲", 1) + numbered("乙", 1, 1) + numbered("丙", 1, 1) + numbered("丁", 1, 2)
        + numbered("戊", 1) + numbered("己", 1, 1) + numbered("庚", 4) + numbered("辛", 2)
    )  # fmt: skip
    found = read_word(raw_word_file(paragraph("办法") + body, {"word/numbering.xml": NUMBERING}))
    assert found.text.split("\n\n")[1:] == [
        "第一条 甲", "（一）乙", "（二）丙", "1. 丁", "第二条 戊", "（一）己", "第二十条 庚", "- 辛\n",
    ]  # fmt: skip
    assert remarks(found)["Automatic numbers"] == 7


def test_a_number_of_an_unknown_kind_is_left_out_and_named() -> None:
    data = raw_word_file(
        paragraph("办法") + numbered("甲", 3) + numbered("乙", 9), {"word/numbering.xml": NUMBERING}
    )
    found = read_word(data)
    assert found.text == "# 办法\n\n甲\n\n乙\n"
    assert remarks(found) == {"Automatic numbers of a kind that is not understood": 2}


def test_a_style_may_carry_the_number_and_the_level() -> None:
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="条"/><w:basedOn w:val="b"/>'
        '</w:style><w:style w:type="paragraph" w:styleId="b"><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="h"><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>',
    )
    body = paragraph("总则", '<w:pStyle w:val="h"/>') + paragraph("甲", '<w:pStyle w:val="a"/>')
    parts = {"word/numbering.xml": NUMBERING, "word/styles.xml": styles}
    assert read_word(raw_word_file(paragraph("办法") + body, parts)).text == (
        "# 办法\n\n### 总则\n\n第一条 甲\n"
    )


def test_tracked_changes_are_read_as_accepted_and_counted() -> None:
    body = (
        "<w:p>" + run("第一条 停放") + f"<w:del>{run('三日')}</w:del><w:ins>{run('二日')}</w:ins>"
        + run("的，") + "</w:p>"
        + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("前半") + "</w:p>"
        + paragraph("后半")
    )  # fmt: skip
    body = body.replace("<w:del><w:r><w:rPr></w:rPr><w:t", "<w:del><w:r><w:rPr></w:rPr><w:delText")
    body = body.replace("三日</w:t>", "三日</w:delText>")
    found = read_word(raw_word_file(body))
    assert found.text == "第一条 停放二日的，\n\n前半后半\n"
    assert remarks(found) == {"Tracked changes": 2}


def test_a_table_becomes_a_table_and_a_frame_becomes_paragraphs() -> None:
    document = Document()
    document.add_paragraph("收费办法")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ["区域", "元/小时", "甲|乙", "3"], strict=True):
        cell.text = words
    frame = document.add_table(rows=1, cols=1)
    frame.cell(0, 0).text = "第一条 框内。"
    found = read_word(saved(document))
    assert found.text == (
        "# 收费办法\n\n| 区域 | 元/小时 |\n| --- | --- |\n| 甲\\|乙 | 3 |\n\n第一条 框内。\n"
    )
    assert remarks(found) == {"Tables": 1}


def test_joined_cells_are_named() -> None:
    document = Document()
    document.add_paragraph("收费办法")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1))
    assert remarks(read_word(saved(document)))["Tables with joined cells"] == 1


def test_all_that_is_no_words_is_named() -> None:
    pieces = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("12")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:commentReference w:id="1"/></w:r><w:r><w:footnoteReference w:id="1"/></w:r>'
        "<w:r><w:drawing/></w:r><w:r><w:pict><w:txbxContent><w:p>" + run("框") + "</w:p>"
        "</w:txbxContent></w:pict></w:r>"
        + run("藏", "<w:vanish/>") + run("划", "<w:strike/>") + run("m")
        + run("2", '<w:vertAlign w:val="superscript"/>') + run("甲", '<w:vertAlign w:val="subscript"/>')
        + '<w:r><w:sym w:char="F0A3"/></w:r>'
    )  # fmt: skip
    header = part("hdr", paragraph("南门街道"))
    found = read_word(
        raw_word_file(f"<w:p>{run('第一条 ')}{pieces}</w:p>", {"word/header1.xml": header})
    )
    assert found.text == "第一条 12划m²甲\n"
    assert remarks(found) == {
        "Comments in the margin": 1,
        "Footnotes": 1,
        "Text boxes": 1,
        "Pictures and drawings": 1,
        "Signs of a special font": 1,
        "Fields such as dates and cross-references": 1,
        "Words above or below the pages": None,
        "Hidden words": 1,
        "Words that are struck through": 1,
        "Raised or lowered words": 1,
    }


def test_a_table_of_contents_is_left_out() -> None:
    contents = (
        "<w:sdt><w:sdtPr><w:docPartObj/></w:sdtPr><w:sdtContent>"
        + paragraph("第一章 总则 1") + "</w:sdtContent></w:sdt>"
    )  # fmt: skip
    found = read_word(raw_word_file(paragraph("办法") + contents + paragraph("第一章 总则")))
    assert found.text == "# 办法\n\n## 第一章 总则\n"
    assert "A table of contents" in remarks(found)


def test_a_soft_line_end_begins_a_paragraph_and_a_page_end_does_not() -> None:
    body = (
        f"<w:p>{run('第一条 甲：')}<w:r><w:br/></w:r>{run('（一）乙')}"
        f'<w:r><w:br w:type="page"/></w:r>{run("丙")}</w:p>'
    )
    assert read_word(raw_word_file(body)).text == "第一条 甲：\n\n（一）乙丙\n"


@pytest.mark.parametrize(
    ("form", "number", "written"),
    [
        ("decimal", 12, "12"),
        ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerLetter", 28, "bb"),
        ("decimalEnclosedCircleChinese", 20, "⑳"),
        ("decimalEnclosedCircle", 21, None),
        ("chineseCounting", 15, "十五"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("japaneseCounting", 1005, "一千零五"),
        ("ordinalText", 1, None),
    ],
)
def test_numbers_are_written_as_word_writes_them(
    form: str, number: int, written: str | None
) -> None:
    assert written_as(form, number) == written


def _bomb() -> bytes:
    return zipped({"[Content_Types].xml": "", "word/document.xml": b"0" * (40 * 1024 * 1024)})


def _deep(times: int) -> str:
    return "<w:sdt><w:sdtContent>" * times + "</w:sdtContent></w:sdt>" * times


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a Word file"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old .doc"),
        (b"PK\x03\x04 broken", "damaged"),
        (zipped({"content.xml": "<a/>"}), "not a Word file"),
        (zipped({"word/document.xml": "<a/>"}), "not a Word file"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": "<w:p>"}), "damaged"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "damaged"),
        (raw_word_file("", {"word/vbaProject.bin": b"x"}), "macros"),
        (zipped({"[Content_Types].xml": "macroEnabled", "word/document.xml": ""}), "macros"),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ENTITIES}), "instructions"),
        (raw_word_file("", {"word/styles.xml": ENTITIES}), "instructions"),
        (b"PK" + b"0" * (16 * 1024 * 1024), "too large"),
        (raw_word_file(""), "no words"),
        (raw_word_file(paragraph("字" * 400_000)), "too long"),
        (raw_word_file(_deep(400)), "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(data: bytes, said: str) -> None:
    with pytest.raises(RuleBroken, match=said) as refusal:
        read_word(data)
    assert refusal.value.field == "file"


def test_a_file_that_was_damaged_on_the_way_is_read_or_refused() -> None:
    whole, chance = word_file(LAW), Random(4)
    read = 0
    for _ in range(120):
        data = bytearray(whole)
        place = chance.randrange(len(data))
        if chance.random() < 0.5:
            data[place] ^= 1 + chance.randrange(255)
        else:
            del data[place : place + chance.randrange(1, 60)]
        with suppress(RuleBroken):  # anything else is a fault
            read += bool(read_word(bytes(data)).text)
    assert read < 120


def test_a_file_that_unpacks_without_end_is_refused_unread() -> None:
    data = _bomb()
    assert len(data) < 100_000
    with pytest.raises(RuleBroken, match="far too large"):
        read_word(data)


@pytest.mark.parametrize(
    ("limit", "body"),
    [
        ("MOST_IN_BLOCK", "<w:p>" + "<w:r/>" * 1_000 + "</w:p>"),
        ("MOST_BLOCKS", "<w:p/>" * 1_000),
        ("MOST_ELEMENTS", "<w:p><w:r/></w:p>" * 1_000),
        ("MOST_BODY", paragraph("甲") * 1_000),
    ],
)
def test_a_file_made_to_tire_the_reader_is_refused_at_its_limit(
    monkeypatch: pytest.MonkeyPatch, limit: str, body: str
) -> None:
    data = raw_word_file(paragraph("第一条 甲") + body)
    assert read_word(data).text.startswith("第一条 甲")
    monkeypatch.setattr(word_package, limit, 900)
    with pytest.raises(RuleBroken, match="far too large"):
        read_word(data)


def test_a_text_of_too_many_articles_is_refused() -> None:
    with pytest.raises(RuleBroken, match="articles and paragraphs"):
        read_lines("第一条 甲\n" * 6_000)


def test_an_odd_style_sheet_does_no_harm() -> None:
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="a"/><w:pPr>'
        '<w:outlineLvl w:val="x"/><w:numPr><w:numId w:val="99"/><w:ilvl w:val="-1"/></w:numPr>'
        "</w:pPr></w:style>",
    )
    numbering = part("numbering", '<w:num w:numId="99"/><w:abstractNum/>')
    data = raw_word_file(
        paragraph("第一条 甲", '<w:pStyle w:val="a"/>'),
        {"word/styles.xml": styles, "word/numbering.xml": numbering},
    )
    assert read_word(data).text == "第一条 甲\n"
