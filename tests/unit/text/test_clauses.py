"""Where a text is cut, what its clauses are called, and that nothing is lost."""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.text.clauses import body_of, cut, outline, parts_of, title_of
from app.text.labels import han_number, label_key, own_number_end
from app.text.outline import Clause, ClauseKind

LINES = [
    "第一条 停车。",
    "　　第二条　收费。",
    "### § 50-2601 Findings.",
    "Sec. 3-31. Dogs.",
    "# 条例",
    "## 第一章 总则",
    "第一节 一般规定",
    "标题",
    "===",
    "---",
    "",
    "  ",
    "（一）项",
    "1. item",
    "- bullet",
    "    (a) para",
    "```",
    "~~~~",
    "| a | b |",
    "|---|---|",
    "<div>",
    "</div>",
    "<!--",
    "-->",
    "words",
]
TEXTS = st.lists(st.sampled_from(LINES), max_size=14).map("\n".join)


def kinds(text: str) -> list[str]:
    return [clause.kind.value for clause in cut(text)]


def labels(text: str) -> list[str]:
    return [clause.label for clause in cut(text)]


def texts(text: str) -> list[str]:
    return [clause.text for clause in cut(text)]


@settings(max_examples=60)
@given(TEXTS)
def test_slices_concatenate_to_the_text(text: str) -> None:
    clauses = cut(text)
    assert "".join(texts(text)) == text
    assert all(text[c.start : c.end] == c.text != "" for c in clauses)
    assert all(c.id == "" for c in clauses)


@settings(max_examples=60)
@given(TEXTS)
def test_every_clause_begins_a_line_and_holds_words(text: str) -> None:
    for clause in cut(text) if text.strip() else ():
        assert clause.start == 0 or text[clause.start - 1] == "\n"
        assert clause.text.strip()


@settings(max_examples=40)
@given(TEXTS)
def test_articles_carry_a_label_and_blocks_stand_alone(text: str) -> None:
    found = set(kinds(text))
    for clause in cut(text):
        assert bool(clause.label) == (clause.kind is ClauseKind.ARTICLE) or (
            clause.kind is ClauseKind.HEADING
        )
    assert "block" not in found or found == {"block"}


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("第一条 为了", "第一条"),
        ("第一条", "第一条"),
        ("第一条　为了", "第一条"),
        ("第5条 为了", "第5条"),
        ("第 5 條 為", "第 5 條"),
        ("第 5 條 之 1 為", "第 5 條 之 1"),
        ("第十二条之一 为了", "第十二条之一"),
        ("第１２条 全角", "第１２条"),
        ("第一百二十三条。", "第一百二十三条"),
        ("第二〇条 为了", "第二〇条"),
        ("　　第一条 缩进", "第一条"),
        ("    第一条 缩进", "第一条"),
        ("## 第一条 标题", "第一条"),
        ("##第一条 标题", "第一条"),
        ("**第一条** 为了", "第一条"),
        ("第五条（停放时限）车辆", "第五条"),
        ("第五条【停放时限】车辆", "第五条"),
        ("§ 50-2601 Findings", "§ 50-2601"),
        ("§50-2601.02a. Findings", "§ 50-2601.02a.".replace("§ ", "§")),
        ("### §§ 3 Findings", "§§ 3"),
        ("Sec. 3-31. Dogs.", "Sec. 3-31."),
        ("SEC. 3. DOGS", "SEC. 3."),
        ("Section 5-9.10", "Section 5-9.10"),
        ("SECTION 1. Title", "SECTION 1."),
        ("Article IV. Hawkers", "Article IV."),
        ("# Article IV. Hawkers", "Article IV."),
        ("Art. 5 Scope", "Art. 5"),
        ("**Article 5.** Scope", "Article 5."),
        ("   Article 5. Scope", "Article 5."),
    ],
)
def test_a_label_line_begins_an_article(line: str, label: str) -> None:
    assert [(c.kind, c.label) for c in cut(f"{line}\n")] == [(ClauseKind.ARTICLE, label)]


@pytest.mark.parametrize(
    "line",
    [
        "第一条规定的车辆",
        "第一条、第二条的规定",
        "第五条（三）项规定",
        "第条 空",
        "第一款 款",
        "依照第一条 的规定",
        "> 第一条 引用",
        "- 第一条 列表",
        "（一）项",
        "(a) item",
        "1. item",
        "Section of the law",
        "Section 5 of the Act applies.",
        "Sections 5 apply",
        "section 5 applies",
        "Article 5, second sentence",
        "Sec. 3x-y",
        "§ N",
        "    Section 5. indented four",
        "####### 第一条 七",
    ],
)
def test_a_line_that_only_mentions_an_article_begins_none(line: str) -> None:
    assert ClauseKind.ARTICLE not in {c.kind for c in cut(f"{line}\n")}


def test_consecutive_lines_without_blank_lines_are_articles_of_their_own() -> None:
    assert texts("第一条 甲\n款\n第二条 乙\n") == ["第一条 甲\n款\n", "第二条 乙\n"]


def test_blank_lines_belong_to_the_slice_before() -> None:
    assert texts("第一条 甲\n\n \n第二条 乙\n\n") == ["第一条 甲\n\n \n", "第二条 乙\n\n"]


def test_blank_lines_above_the_first_slice_belong_to_it() -> None:
    assert texts("\n \n第一条 甲\n") == ["\n \n第一条 甲\n"]
    assert labels("\n \n第一条 甲\n") == ["第一条"]
    assert texts("\n\nwords\n") == ["\n\nwords\n"]


def test_what_stands_before_the_first_article_is_a_lead() -> None:
    assert kinds("说明\n\n第一条 甲\n") == ["lead", "article"]


def test_a_heading_among_articles_is_only_itself_and_a_lead_follows() -> None:
    text = "# 条例\n\n2018年通过\n\n依据\n\n## 第一章 总则\n\n第一条 甲\n\n款\n"
    assert list(zip(kinds(text), texts(text), strict=True)) == [
        ("heading", "# 条例\n\n"),
        ("lead", "2018年通过\n\n依据\n\n"),
        ("heading", "## 第一章 总则\n\n"),
        ("article", "第一条 甲\n\n款\n"),
    ]
    assert [c.path for c in cut(text)] == [
        (),
        ("条例",),
        ("条例",),
        ("条例", "第一章 总则"),
    ]


def test_text_after_a_heading_on_the_next_line_is_its_lead() -> None:
    assert texts("# A\nwords\n§ 1 x\n") == ["# A\n", "words\n", "§ 1 x\n"]


def test_without_articles_a_heading_carries_its_text() -> None:
    text = "intro\n\n# A\n\nwords\n\n## B\n\n1. item\n"
    assert list(zip(kinds(text), labels(text), strict=True)) == [
        ("lead", ""),
        ("heading", "A"),
        ("heading", "B"),
    ]
    assert cut(text)[2].path == ("A",)


def test_chapters_nest_by_their_kind() -> None:
    text = "第一编 总\n第一章 甲\n第一节 乙\n第一条 丙\n第二章 丁\n第二条 戊\n"
    assert cut(text)[3].path == ("第一编 总", "第一章 甲", "第一节 乙")
    assert cut(text)[5].path == ("第一编 总", "第二章 丁")


def test_a_section_stands_under_the_article_heading_above_it() -> None:
    text = "## Article II. Dogs\n\n### Sec. 3-31. Leash\n\nwords\n"
    assert cut(text)[1].path == ("Article II. Dogs",)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("# A", "A"),
        ("###### A ##", "A"),
        ("#标题", "标题"),
        ("#", ""),
        ("第一章 总则", "第一章 总则"),
        ("第一章总则", "第一章总则"),
        ("　　第十二节　附则", "第十二节　附则"),
        ("第 3 章 附則", "第 3 章 附則"),
        ("第一分编 通则", "第一分编 通则"),
        ("第三編 罰則", "第三編 罰則"),
        ("Title\n===", "Title"),
        ("Title\n---", "Title"),
    ],
)
def test_a_heading_line_is_a_heading(line: str, label: str) -> None:
    assert [(c.kind, c.label) for c in cut(f"{line}\n\nwords\n")] == [(ClauseKind.HEADING, label)]


@pytest.mark.parametrize(
    "lines",
    [
        "####### seven",
        "第三章规定的情形，应当依照本办法处理。",
        "第三章 的规定适用于本市。",
        "two lines\nof words\n---",
        "- item\n---",
        "\n---",
        "a | b\n---|---",
        "=== no",
    ],
)
def test_other_lines_are_no_headings(lines: str) -> None:
    assert ClauseKind.HEADING not in {c.kind for c in cut(f"{lines}\nwords\n")}


@pytest.mark.parametrize(
    "hidden",
    [
        "```\n第二条 乙\n```",
        "~~~~ text\n# h\n~~~\n第二条 乙\n~~~~",
        "   ```\n第二条 乙\n   ```",
        "| 条 | 元 |\n|---|---|\n| 第二条 | 3 |",
        "第九条 | 元\n:--|--:\n第二条 | 3",
        "<div>\n\n第二条 乙\n\n<div>\n</div>\n第三条 丙\n</div>",
        "<!-- \n\n第二条 乙\n-->",
        "<table>\n<tr>\n第二条 乙",
        "<PRE>\n\n# h\n\n</PRE>",
    ],
)
def test_lines_inside_fences_tables_and_html_begin_no_clause(hidden: str) -> None:
    assert labels(f"第一条 甲\n\n{hidden}\n\n第八条 丁\n") == ["第一条", "第八条"]


@pytest.mark.parametrize(
    ("opener", "after"),
    [("```", "第二条"), ("~~~", "第二条"), ("<!--", "第二条"), ("````\n```", "第二条")],
)
def test_what_is_never_closed_hides_no_article(opener: str, after: str) -> None:
    assert labels(f"第一条 甲\n\n{opener}\n\n第二条 乙\n") == ["第一条", after]


def test_an_unclosed_html_block_ends_at_the_blank_line() -> None:
    assert labels("第一条 甲\n\n<div>\n第二条 乙\n\n第三条 丙\n") == ["第一条", "第三条"]


def test_an_article_right_below_a_table_is_an_article() -> None:
    assert labels("第一条 甲\n\n| a |\n|---|\n| 1 |\n第二条 乙\n") == ["第一条", "第二条"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("one\n\ntwo\n", ["one\n\n", "two\n"]),
        ("one\nmore\n\ntwo", ["one\nmore\n\n", "two"]),
        (
            "下列：\n\n（一）甲\n\n（二）乙\n\n其他\n",
            ["下列：\n\n（一）甲\n\n（二）乙\n\n", "其他\n"],
        ),
        ("see:\n\n1. a\n\n2. b\n\n(a) c\n", ["see:\n\n1. a\n\n2. b\n\n(a) c\n"]),
        ("p\n\n- a\n\n- b\n\n  more\n\nq\n", ["p\n\n", "- a\n\n- b\n\n  more\n\n", "q\n"]),
        ("p\n\n```\na\n\nb\n```\n\nq\n", ["p\n\n", "```\na\n\nb\n```\n\n", "q\n"]),
        ("1. a\n\n2. b\n", ["1. a\n\n2. b\n"]),
        ("\n（一）甲\n", ["\n（一）甲\n"]),
    ],
)
def test_without_labels_and_headings_each_block_is_a_clause(text: str, wanted: list[str]) -> None:
    assert texts(text) == wanted
    assert set(kinds(text)) == {"block"}


def test_an_empty_text_has_no_clause_and_blank_lines_are_one_lead() -> None:
    assert cut("") == ()
    assert kinds("\n \n") == ["lead"]


def test_lines_are_cut_at_line_feeds_only() -> None:
    assert texts("第一条 甲\u2028第二条 乙\x0c第三条 丙\x85第四条 丁\n") == [
        "第一条 甲\u2028第二条 乙\x0c第三条 丙\x85第四条 丁\n"
    ]


def test_fresh_ids_count_from_one() -> None:
    assert [c.id for c in outline("第一条 甲\n第二条 乙\n")] == ["c1", "c2"]


def only(text: str) -> Clause:
    (clause,) = cut(text)
    return clause


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("第五条（停放时限）车辆停放\n", "停放时限", "车辆停放"),
        ("第五条 【停放时限】 车辆停放\n", "停放时限", "车辆停放"),
        ("第五条（停放时限）\n\n车辆停放\n", "停放时限", "车辆停放"),
        ("第五条 （删除）\n", "", "（删除）"),
        ("第五条 车辆（含摩托车）停放\n", "", "车辆（含摩托车）停放"),
        ("### § 50-2601 Findings. ###\n\nIt is\n", "Findings.", "It is"),
        ("## 第五条 停放时限\n\n车辆停放\n", "停放时限", "车辆停放"),
        ("Sec. 3-31. Dogs\n\nNo dog\n", "Dogs", "No dog"),
        ("Article 5. Short title. This is\n", "", "Short title. This is"),
        ("第五条 车辆应当：\n\n（一）停放\n", "", "车辆应当：\n\n（一）停放"),
        ("Article 5 Scope\n---\nwords\n", "Scope", "words"),
        ("# 第一章 总则\n", "总则", ""),
        ("## Chapter 3. Parking\n\nwords\n", "Parking", "words"),
        ("## 一、总体要求\n\n内容\n", "总体要求", "内容"),
        ("## 1.2 Scope\n\nwords\n", "Scope", "words"),
        ("## 2024 plan\n\nwords\n", "2024 plan", "words"),
        ("Title\n=====\nwords\n", "Title", "words"),
        ("words only\n", "", "words only"),
    ],
)
def test_caption_and_words_of_a_clause(text: str, title: str, body: str) -> None:
    assert (title_of(only(text)), parts_of(only(text)).body) == (title, body)


def test_the_words_of_a_clause_are_all_but_its_number() -> None:
    assert body_of(only("第五条（停放时限）车辆\n")) == "（停放时限）车辆"
    assert body_of(only("### § 5 Findings.\n\nIt is\n\n")) == "Findings.\n\nIt is"
    assert body_of(only("\n words \n")) == "words"


def test_the_hash_is_of_the_words_without_number_and_outer_blanks() -> None:
    plain = hashlib.sha256("停车。".encode()).hexdigest()
    for text in ("第一条 停车。\n", "\n第 9 條　停车。\n\n\n", "§ 3. 停车。", "停车。\n"):
        assert only(text).hash == plain


def test_a_renumbered_chapter_says_the_same_words() -> None:
    assert only("## 第一章 总则\n").hash == only("## 第二章 总则\n\n").hash
    assert only("## 1. Scope\n\nx\n").hash == only("## 2. Scope\n\nx\n").hash
    assert only("## 1. Scope\n\nx\n").hash != only("## 1. Scope\n\ny\n").hash


def test_the_own_number_ends_where_the_words_begin() -> None:
    for text in ("第五条 车辆", "\n## § 5. 车辆", "**第五条**　车辆"):
        assert text[own_number_end(text) :] == "车辆"
    assert own_number_end("车辆") == 0


@pytest.mark.parametrize(
    "same",
    [
        ("第五条", "第5条", "第 5 條", "第５条", "第〇五条", " 第五条 "),
        ("第十二条之一", "第 12 條 之 1", "第12条之1"),
        ("第一百零五条", "第105条"),
        ("第二十条", "第二〇条", "第20條"),
        ("Sec. 3-31.", "Section 3-31", "§ 3-31", "SEC. 3–31", "§§ 3-31."),
        ("Article IV.", "ARTICLE IV", "Art. IV"),
        ("第三章 总则", "第3章 总则"),
        ("Scope  of\tthe Act", "scope of the act."),
    ],
)
def test_labels_that_readers_take_for_the_same_have_one_key(same: tuple[str, ...]) -> None:
    assert len({label_key(label) for label in same}) == 1


def test_different_labels_have_different_keys() -> None:
    different = [
        "第五条",
        "第五十条",
        "第五条之一",
        "第五章",
        "§ 5",
        "§ 5-1",
        "Art. 5",
        "Scope",
        "",
    ]
    assert len({label_key(label) for label in different}) == len(different)


@pytest.mark.parametrize(
    ("figures", "number"),
    [("零", 0), ("十", 10), ("十九", 19), ("二十", 20), ("一百一十", 110), ("一千零一", 1001)]
    + [("两百", 200), ("二〇二六", 2026), ("一二三", 123)],
)
def test_han_numbers(figures: str, number: int) -> None:
    assert han_number(figures) == number


@pytest.mark.parametrize(
    "hostile",
    [
        "```a\n" * 60_000,
        "".join("`" * n + "a\n" for n in range(600, 3, -1)) + "```\n" * 30_000,
        "<div>\n" * 60_000,
        "<div>\n" * 60_000 + "</div>\n",
        "<!--\n" * 60_000,
        "|---\n" * 60_000,
        "---\n" * 60_000,
        "第" * 300_000,
        "第" + "一" * 90_000 + "\n",
        "§ " + "1-" * 90_000,
        " " * 90_000 + "\n" + "\u3000" * 90_000,
        "- a\n\n" * 40_000,
        "\n" * 300_000,
        "#" * 90_000,
        "第一条 " * 60_000,
    ],
)
def test_hostile_texts_are_cut_in_linear_time(hostile: str) -> None:
    started = time.process_time()
    assert "".join(clause.text for clause in cut(hostile)) == hostile
    assert time.process_time() - started < 2


def law_files(corpus: Path) -> Iterator[tuple[dict[str, str], str]]:
    with (corpus / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] != "reasons":
                yield row, (corpus / row["path"]).read_bytes().decode()


@pytest.mark.corpus
def test_every_real_law_is_cut_into_its_articles(corpus: Path) -> None:
    """The manifest counts every ``#`` heading of the Somerville code, so it may say one or more too many."""
    off = {}
    for row, text in law_files(corpus):
        clauses = cut(text)
        assert "".join(c.text for c in clauses) == text
        articles = sum(c.kind is ClauseKind.ARTICLE for c in clauses)
        headings = sum(c.kind is ClauseKind.HEADING for c in clauses)
        if int(row["articles"]) not in (articles, headings):
            off[row["path"]] = (int(row["articles"]), articles, headings)
    assert all(path.startswith("en/en-somerville-") for path in off)
    for counted, articles, headings in off.values():
        assert articles <= counted <= articles + headings or articles == counted + 1


@pytest.mark.corpus
def test_no_clause_of_a_numbered_law_has_an_unlabelled_article_line_inside(corpus: Path) -> None:
    for row, text in law_files(corpus):
        if row["lang"].startswith("zh"):
            lines = [
                line for line in text.split("\n") if line.startswith("第") and "條 " in line[:9]
            ]
            lines += [
                line for line in text.split("\n") if line.startswith("第") and "条 " in line[:9]
            ]
            articles = [c for c in cut(text) if c.kind is ClauseKind.ARTICLE]
            assert len(articles) == len(lines), row["path"]
