"""The comparison table of two versions, compared with what a person wrote down from the texts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.access.actor import Actor, Role
from app.database import db
from app.moderation.services import Decision
from app.papers.rules import Format, Paper
from app.policies.models import Revision
from tests.builders.accounts import make_actor
from tests.builders.moderation import act_on_summary
from tests.builders.papers import (
    Consulted,
    fonts_of_pdf,
    lines_of_word,
    make_consulted,
    make_paper,
    words_of_pdf,
)
from tests.builders.policies import make_policy, save_text

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "papers"


@pytest.fixture
def consulted(app: Flask, noon: datetime) -> Consulted:
    return make_consulted()


def _lines(name: str) -> list[str]:
    return (GOLDEN / name).read_text(encoding="utf-8").splitlines()


def test_the_csv_holds_every_clause_byte_for_byte(consulted: Consulted) -> None:
    made = make_paper(Paper.COMPARISON, Format.CSV, pair=(1, 3)).read_bytes()
    wanted = (GOLDEN / "comparison.zh.csv").read_bytes()
    # The standard of CSV ends its rows with CRLF; a line end within a cell stays as it is.
    rows = wanted.replace(b"\n", b"\r\n").replace(
        "意见。\r\n居民".encode(), "意见。\n居民".encode()
    )
    assert made == rows


@pytest.mark.parametrize(
    ("locale", "golden"), [("zh_Hans_CN", "comparison.zh.txt"), ("en", "comparison.en.txt")]
)
def test_the_docx_is_the_table_that_was_written_by_hand(
    consulted: Consulted, locale: str, golden: str
) -> None:
    made = make_paper(Paper.COMPARISON, Format.DOCX, pair=(1, 3), locale=locale)
    assert lines_of_word(made) == _lines(golden)


def test_the_pdf_says_the_same_words_in_embedded_fonts(consulted: Consulted) -> None:
    made = make_paper(Paper.COMPARISON, Format.PDF, pair=(1, 3))
    words = words_of_pdf(made)
    for wanted in (
        "征求意见稿（2026年3月2日）送审稿（2026年5月2日）原因",
        "第三条至第四条改为第四条至第五条，文字未修改",
        "第五条违反本办法的，予以警告。",
        "采纳第1号意见。",
    ):
        assert wanted in words
    fonts = fonts_of_pdf(made)
    assert fonts
    assert all(fonts.values())


def test_the_page_marks_what_came_and_went(consulted: Consulted) -> None:
    page = make_paper(Paper.COMPARISON, Format.HTML, pair=(1, 3)).read_text(encoding="utf-8")
    assert "<ins>，并告知街道办事处</ins>" in page
    assert "<del>第五条 违反本办法的，予以警告。</del>" in page
    assert page.count("<tr>") == 1 + 6


def test_going_back_gives_no_reason_that_nobody_gave(consulted: Consulted) -> None:
    made = make_paper(Paper.COMPARISON, Format.DOCX, pair=(3, 1))
    lines = lines_of_word(made)
    assert lines[2] == "| 送审稿（2026年5月2日） | 征求意见稿（2026年3月2日） | 原因 |"
    assert "| [-第三条 运营企业应当公布投诉电话。-] |  | 删去。 |" in lines


MOVED = """# Bicycle rules

Article 1

Bicycles stand in racks.

Article 2

The city counts bicycles every year.

Article 3

Racks are free.

Article 4

A bicycle left for three days is removed.
"""


@pytest.fixture
def owner(app: Flask, noon: datetime) -> Actor:
    return make_actor(Role.OFFICER)


def test_a_clause_that_moved_is_told_from_one_that_changed(owner: Actor) -> None:
    make_policy(owner, slug="moved", language="en", text=MOVED)
    first, one, two, three, four = MOVED.split("\n\nArticle ")
    bodies = [part.split("\n\n", 1)[1].strip() for part in (one, two, three, four)]
    order = [bodies[1], bodies[2], bodies[3], bodies[0].replace("stand", "are left")]
    text = "\n\n".join(
        [first, *(f"Article {n}\n\n{body}" for n, body in enumerate(order, start=1))]
    )
    save_text("moved", text + "\n", actor=owner, base=1, summary="Racks come last")
    lines = lines_of_word(
        make_paper(Paper.COMPARISON, Format.DOCX, slug="moved", pair=(1, 2), locale="en")
    )
    assert "| Article 1 / Bicycles stand in racks. |  | Moved; see Article 4. |" in lines
    assert (
        "| Article 2 to Article 4 are now Article 1 to Article 3, their words unchanged |" in lines
    )
    last = lines[-1]
    assert "Moved; it was Article 1. / Racks come last" in last
    assert "[-stand-]" in last
    assert "{+are left+}" in last


def test_a_reason_that_a_volunteer_hid_is_in_no_table(owner: Actor) -> None:
    make_policy(owner, slug="open", language="en", text=MOVED, mode="open")
    better = MOVED.replace("Racks are free.", "Racks cost nothing.")
    save_text("open", better, actor=make_actor(), base=1, summary="My neighbour Li asked for it")
    saved = db.session.scalars(select(Revision.id).where(Revision.number == 2)).one()
    shown = make_paper(Paper.COMPARISON, Format.CSV, slug="open", pair=(1, 2))
    assert "My neighbour Li asked for it" in shown.read_text(encoding="utf-8")
    decision = Decision("hide", "personal_data", "Names a neighbour")
    act_on_summary(saved, decision, actor=make_actor(Role.VOLUNTEER))
    db.session.commit()
    made = make_paper(Paper.COMPARISON, Format.CSV, slug="open", pair=(1, 2))
    assert made != shown
    assert "neighbour" not in made.read_text(encoding="utf-8")
