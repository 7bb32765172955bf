"""A changed text as operations on its base: what is said of each clause."""

from __future__ import annotations

import pytest

from app.text.clauses import outline
from app.text.operations import Operation, clause_operation, insertion, operations_of
from app.text.outline import Outline

ZH = (
    "# 停车管理办法\n\n第一条 为了规范停车，制定本办法。\n\n"
    "第二条 车辆应当停放在车位内。临时停车不得超过三十分钟。\n\n"
    "第三条 违反规定的，处二百元罚款。\n\n第四条 本办法自公布之日起施行。\n"
)
EN = (
    "# Street Music\n\n§ 1 Music may be played from 9 am to 9 pm.\n\n"
    "§ 2 No fee is due. A permit is not needed.\n\n§ 3 Loudspeakers need a permit of the office.\n"
)


def said(base: Outline, text: str) -> list[tuple[str, str | None, str]]:
    """(kind, id of the clause or of the one above, words) of each operation."""
    return [
        (str(each.kind), each.after if each.kind == "insert" else each.clause, each.text)
        for each in operations_of(base, text)
    ]


def without(words: str, text: str) -> str:
    assert words in text
    return text.replace(words, "")


def test_an_equal_text_is_no_operation() -> None:
    assert operations_of(outline(ZH), ZH) == ()
    assert operations_of((), "") == ()


def test_blank_lines_alone_are_no_operation() -> None:
    assert operations_of(outline(ZH), ZH.replace("\n\n", "\n\n\n")) == ()
    assert operations_of(outline(EN), "\n" + EN.replace("\n\n", "\n")) == ()


def test_a_reword_names_the_clause_and_the_words_the_person_saw() -> None:
    base = outline(ZH)
    found = operations_of(base, ZH.replace("二百元", "五十元"))
    words = "第三条 违反规定的，处五十元罚款。"
    assert found == (Operation("reword", "c4", None, base[3].hash, words),)


@pytest.mark.parametrize(
    ("base", "text", "wanted"),
    [
        pytest.param(
            EN,
            EN.replace("No fee", "A fee"),
            [("reword", "c3", "§ 2 A fee is due. A permit is not needed.")],
            id="one section reworded",
        ),
        pytest.param(
            ZH,
            without("第三条 违反规定的，处二百元罚款。\n\n", ZH),
            [("remove", "c4", "")],
            id="one article removed",
        ),
        pytest.param(
            ZH,
            ZH.replace("第三条", "第二条之一 残疾人车位不得占用。\n\n第三条"),
            [("insert", "c3", "第二条之一 残疾人车位不得占用。")],
            id="one article inserted",
        ),
        pytest.param(
            EN,
            EN.replace(
                "§ 3", "§ 2a Quiet Sundays are kept.\n\n§ 2b Dogs are kept on a leash.\n\n§ 3"
            ),
            [("insert", "c3", "§ 2a Quiet Sundays are kept.\n\n§ 2b Dogs are kept on a leash.")],
            id="two neighbours inserted are one operation",
        ),
        pytest.param(
            ZH,
            "本草案征求意见。\n\n" + ZH,
            [("insert", None, "本草案征求意见。")],
            id="words put before everything",
        ),
        pytest.param(
            ZH,
            ZH + "\n第五条 本办法由交通部门解释。\n",
            [("insert", "c5", "第五条 本办法由交通部门解释。")],
            id="an article added at the end",
        ),
        pytest.param(
            ZH,
            ZH.replace(
                "第三条 违反规定的，处二百元罚款。", "第三条 占用盲道的车辆由队伍拖走并公告。"
            ),
            [("reword", "c4", "第三条 占用盲道的车辆由队伍拖走并公告。")],
            id="an article rewritten beyond likeness is still the same",
        ),
        pytest.param(
            ZH,
            ZH.replace("第四条", "第五条").replace("第三条", "第四条"),
            [
                ("reword", "c4", "第四条 违反规定的，处二百元罚款。"),
                ("reword", "c5", "第五条 本办法自公布之日起施行。"),
            ],
            id="other numbers are other words",
        ),
        pytest.param(
            "",
            "第一条 车辆应当停放在车位内。\n",
            [("insert", None, "第一条 车辆应当停放在车位内。")],
            id="the first words of an empty text",
        ),
        pytest.param("§ 1 Music may be played.\n", "", [("remove", "c1", "")], id="a text emptied"),
    ],
)
def test_what_is_said_of_a_changed_text(
    base: str, text: str, wanted: list[tuple[str, str | None, str]]
) -> None:
    assert said(outline(base), text) == wanted


def test_a_moved_article_is_removed_and_inserted_with_the_same_words() -> None:
    words = "第三条 违反规定的，处二百元罚款。"
    text = without(words + "\n\n", ZH).replace("第一条", f"{words}\n\n第一条")
    assert said(outline(ZH), text) == [("insert", "c1", words), ("remove", "c4", "")]


def test_an_insert_behind_a_removed_article_stands_after_the_one_above() -> None:
    text = ZH.replace(
        "第三条 违反规定的，处二百元罚款。",
        "## 第二章 附则\n\n第三条 占用盲道的车辆由队伍拖走并公告。",
    )
    assert said(outline(ZH), text) == [
        ("insert", "c3", "## 第二章 附则\n\n第三条 占用盲道的车辆由队伍拖走并公告。"),
        ("remove", "c4", ""),
    ]


def test_one_clause_edited_alone() -> None:
    clause = outline(ZH)[2]
    assert clause_operation(clause, clause.text) is None
    assert clause_operation(clause, f"\n{clause.text.strip()}\n\n") is None
    assert clause_operation(clause, " \n\n") == Operation("remove", "c3", None, clause.hash, "")
    words = "第二条 车辆应当停放在车位内。\n\n（一）不得占用盲道；\n\n（二）不得占用出口。"
    assert clause_operation(clause, words + "\n\n") == Operation(
        "reword", "c3", None, clause.hash, words
    )


def test_the_indent_of_the_first_line_belongs_to_the_words() -> None:
    clause = outline("    甲方缴费。\n\n乙方收费。\n")[0]
    assert clause_operation(clause, "\n    甲方缴费。\n") is None
    changed = clause_operation(clause, "    甲方按月缴费。\n")
    assert changed is not None
    assert changed.text == "    甲方按月缴费。"


def test_an_insertion_needs_words() -> None:
    assert insertion("c2", " \n\n") is None
    assert insertion(None, "\n§ 4 Drums are not played.\n\n") == Operation(
        "insert", None, None, "", "§ 4 Drums are not played."
    )
