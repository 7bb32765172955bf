"""The table of answers and the report: what came, what became of it, and sums that agree."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.access.actor import Confirmation, Role
from app.database import committing, db
from app.discussions.models import Comment
from app.moderation.services import Decision
from app.papers.rules import Format, Paper, Standing
from app.policies.services.moving import set_phase
from app.suggestions.models import Contribution
from app.suggestions.queries.answers_table import totals
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.drafting_answers import save_draft
from tests.builders.accounts import make_actor, make_department
from tests.builders.moderation import act_on_comment
from tests.builders.papers import (
    WHY_NOT,
    Consulted,
    lines_of_word,
    make_consulted,
    make_paper,
    words_of_pdf,
)
from tests.builders.policies import make_policy
from tests.builders.suggestions import hide_suggestion, make_contribution, make_suggestion

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "papers"


@pytest.fixture
def consulted(app: Flask, noon: datetime) -> Consulted:
    return make_consulted()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_csv_holds_every_contribution(consulted: Consulted) -> None:
    made = make_paper(Paper.ANSWERS, Format.CSV)
    with (GOLDEN / "answers.csv").open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    assert _rows(made) == wanted


def test_the_docx_is_the_table_that_was_written_by_hand(consulted: Consulted) -> None:
    made = make_paper(Paper.ANSWERS, Format.DOCX)
    assert lines_of_word(made) == _golden("answers.zh.txt")


def test_the_report_is_the_one_that_was_written_by_hand(consulted: Consulted) -> None:
    assert lines_of_word(make_paper(Paper.REPORT, Format.DOCX)) == _golden("report.zh.txt")


def test_the_report_as_pdf_says_the_same(consulted: Consulted) -> None:
    words = words_of_pdf(make_paper(Paper.REPORT, Format.PDF))
    for line in _golden("report.zh.txt"):
        told = line.partition(": ")[2] if not line.startswith("|") else line.replace("|", "")
        assert "".join(told.replace(" / ", "").split()) in words, line


def _golden(name: str) -> list[str]:
    return (GOLDEN / name).read_text(encoding="utf-8").splitlines()


def test_the_sums_agree_with_the_contributions(consulted: Consulted, noon: datetime) -> None:
    counted = totals(consulted.policy.id)
    rows = _rows(make_paper(Paper.ANSWERS, Format.CSV))
    assert counted.all == len({row["number"].partition("-")[0] for row in rows}) == 3


@pytest.mark.parametrize("standing", [Standing.PUBLIC, Standing.OFFICE])
def test_hidden_words_stand_in_no_table(app: Flask, noon: datetime, standing: Standing) -> None:
    officer = make_actor(Role.OFFICER)
    policy = make_policy(officer, slug="bicycles", mode="reviewed")
    hidden = make_suggestion(policy, "c2", "第一条 张三住在甲一号。\n\n", reason="张三告诉我的")
    make_contribution(policy, reason="支持")
    hide_suggestion(hidden)
    for ending in (Format.CSV, Format.HTML, Format.DOCX):
        made = make_paper(Paper.ANSWERS, ending, standing=standing)
        words = "\n".join(lines_of_word(made)) if ending is Format.DOCX else made.read_text()
        assert "张三" not in words
        assert "支持" in words
    row = _rows(make_paper(Paper.ANSWERS, Format.CSV, standing=standing))[0]
    assert (row["outcome"], row["contribution"]) == ("hidden", "")


def test_answers_that_wait_are_in_the_paper_of_the_office_only(app: Flask, noon: datetime) -> None:
    made = make_consulted()
    with committing():
        set_phase("bicycles", "response", actor=made.officer)
    with committing():
        save_draft("bicycles", 2, NewAnswer("explained", "宽度将在明年复核。"), actor=made.officer)
    public = make_paper(Paper.ANSWERS, Format.HTML).read_text(encoding="utf-8")
    office = make_paper(Paper.ANSWERS, Format.HTML, standing=Standing.OFFICE)
    assert "明年复核" not in public
    assert "明年复核" in office.read_text(encoding="utf-8")
    assert "不得公开" in office.read_text(encoding="utf-8")


def test_a_page_of_too_many_rows_says_so_and_folds_what_is_the_same(
    consulted: Consulted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.papers.services.making.MOST_ROWS", 2)
    page = make_paper(Paper.ANSWERS, Format.HTML).read_text(encoding="utf-8")
    assert "最多2行" in page
    assert "盲道要更宽。" in page
    assert "我们楼下总是堵着。" not in page
    assert "我们楼下总是堵着。" in "\n".join(lines_of_word(make_paper(Paper.ANSWERS, Format.DOCX)))


def test_what_came_late_is_listed_apart(app: Flask, noon: datetime) -> None:
    make_consulted()

    with committing():
        db.session.execute(
            update(Contribution).where(Contribution.number == 3).values(is_late=True)
        )
    lines = lines_of_word(make_paper(Paper.ANSWERS, Format.DOCX))
    place = lines.index("Heading 2: 逾期提交")
    assert [line for line in lines[place:] if "我们楼下总是堵着" in line]
    assert not [line for line in lines[:place] if "我们楼下总是堵着" in line]
    assert "| 逾期提交 | 1 |" in lines
    assert "Normal: 编号：3。" in lines_of_word(make_paper(Paper.REPORT, Format.DOCX))


def test_words_of_somebody_unconfirmed_are_for_the_office_only(app: Flask, noon: datetime) -> None:
    officer = make_actor(Role.OFFICER, department_id=make_department("市交通委员会").id)
    policy = make_policy(officer, slug="bicycles", mode="reviewed", department="市交通委员会")
    unknown = make_actor(confirmation=Confirmation.NONE)
    make_contribution(policy, unknown, reason="楼下的车太多了，走不过去。")
    public = "\n".join(lines_of_word(make_paper(Paper.ANSWERS, Format.DOCX)))
    office = make_paper(Paper.ANSWERS, Format.DOCX, standing=Standing.OFFICE)
    assert "走不过去" not in public
    assert "| 意见总数 | 1 |" in public
    assert "走不过去" in "\n".join(lines_of_word(office))


def test_the_reason_given_to_hidden_words_is_in_no_report(
    consulted: Consulted, noon: datetime
) -> None:
    assert WHY_NOT in "\n".join(lines_of_word(make_paper(Paper.REPORT, Format.DOCX)))
    with committing():
        comment = db.session.scalars(
            select(Comment)
            .join(Contribution, Contribution.thread_id == Comment.thread_id)
            .where(Contribution.number == 2)
        ).one()
    decision = Decision("hide", "personal_data", "Names a neighbour")
    act_on_comment(comment.id, decision, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    lines = lines_of_word(make_paper(Paper.REPORT, Format.DOCX))
    assert WHY_NOT not in "\n".join(lines)
    assert [line for line in lines if line.startswith("| 意见总数")] == ["| 意见总数 | 3 |"]
