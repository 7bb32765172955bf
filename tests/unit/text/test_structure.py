"""Faults of structure that a merge made and neither side had."""

import pytest

from app.text.clauses import outline
from app.text.merge import Merged, merge_texts
from app.text.structure import Fault, FaultCode, new_faults

BASE = (
    "## 第一章 总则\n\n第一条 为了规范停车，制定本办法。\n\n第二条 车辆应当停放在车位内。\n\n"
    "## 第二章 罚则\n\n第三条 违反规定的，处二百元罚款。\n\n第四条 情节轻微的，可以免予处罚。\n\n"
    "第五条 处罚决定应当公示。\n"
)


def warnings(mine: str, theirs: str, base: str = BASE) -> tuple[Fault, ...]:
    merged = merge_texts(base, mine, theirs)
    assert isinstance(merged, Merged)
    return merged.warnings


def behind(words: str, new: str, text: str = BASE) -> str:
    assert words in text
    return text.replace(words, f"{words}\n\n{new}")


def test_two_articles_with_one_number_added_in_different_chapters():
    mine = behind("停放在车位内。", "第六条 残疾人专用车位不得占用。")
    theirs = behind("应当公示。", "第六条 本办法自公布之日起施行。")
    assert warnings(mine, theirs) == (Fault(FaultCode.DUPLICATE_LABEL, "第6条"),)


def test_the_same_heading_added_twice():
    mine = behind("停放在车位内。", "## 第三章 附则")
    theirs = behind("应当公示。", "## 第三章 附则")
    assert warnings(mine, theirs) == (Fault(FaultCode.DUPLICATE_HEADING, "第三章 附则"),)


def test_an_article_cited_by_one_and_deleted_by_the_other():
    mine = BASE.replace("第四条 情节轻微的，可以免予处罚。\n\n", "")
    theirs = behind("应当公示。", "第六条 依照第四条免予处罚的，应当记录。")
    assert warnings(mine, theirs) == (Fault(FaultCode.LOST_REFERENCE, "第四条", "第六条"),)


def test_an_article_cited_by_one_and_renumbered_by_the_other():
    mine = BASE.replace("第五条", "第六条").replace("第四条", "第五条").replace("第三条", "第四条")
    mine = behind("停放在车位内。", "第三条 残疾人专用车位不得占用。", mine)
    theirs = behind("制定本办法。", "依照第四条免予处罚的除外。")
    assert warnings(mine, theirs) == (Fault(FaultCode.SHIFTED_REFERENCE, "第四条", "第一条"),)


def test_a_fence_that_neither_side_left_open():
    closed = [("c1", clause) for clause in outline("甲\n\n```\n样式\n```\n")]
    left_open = [("c1", clause) for clause in outline("甲\n\n```\n样式\n")]
    assert new_faults(closed, closed, left_open) == (Fault(FaultCode.OPEN_FENCE, "```"),)
    assert new_faults(closed, left_open, left_open) == ()


def test_what_a_side_had_already_is_no_warning():
    base = BASE.replace("第五条 处罚", "第四条 处罚").replace(
        "二百元罚款", "二百元罚款，依照第九条公布"
    )
    mine, theirs = base.replace("二百元", "三百元"), base.replace("车位内", "泊位内")
    assert warnings(mine, theirs, base) == ()


def test_citing_another_law_is_no_lost_reference():
    mine = BASE.replace("第四条 情节轻微的，可以免予处罚。\n\n", "")
    theirs = behind("应当公示。", "第六条 《城市道路管理条例》第四条另有规定的除外。")
    assert warnings(mine, theirs) == ()


def test_a_clean_merge_has_no_warnings():
    assert warnings(BASE.replace("二百元", "三百元"), BASE.replace("车位内", "泊位内")) == ()


@pytest.mark.parametrize(
    ("label", "citation"),
    [("§ 3", "under § 3"), ("Section 3", "see section 3"), ("Sec. 3", "in Section 3")],
)
def test_english_citations_are_found(label, citation):
    word = label.rstrip("3")
    base = (
        f"{word}1 Parking costs money.\n\n{word}2 Dogs shall be held.\n\n{label} Fees are public.\n"
    )
    mine = base.replace(f"\n\n{label} Fees are public.", "")
    theirs = base.replace("costs money.", f"costs money {citation} only.")
    (warning,) = warnings(mine, theirs, base)
    assert warning.code is FaultCode.LOST_REFERENCE


def test_a_fault_carries_the_parameters_of_its_message():
    fault = Fault(FaultCode.LOST_REFERENCE, "第四条", "第六条")
    assert fault.params == {"label": "第四条", "where": "第六条"}
