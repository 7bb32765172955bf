"""The text in official form: title, 题注, headings, articles, and nothing of the site's."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.consultations.models import Correction, Decision
from app.database import committing, db
from app.papers.rules import Format, Paper
from app.policies.models import Policy
from app.policies.phases import Phase
from app.policies.versions import get_version
from app.text.outline import ClauseKind
from tests.builders.papers import (
    FINAL,
    Consulted,
    bold_words,
    east_asian_font,
    fonts_of_pdf,
    lines_of_word,
    make_consulted,
    make_paper,
    words_of_pdf,
)
from tests.builders.policies import make_policy
from tests.builders.policy_files import imported

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "papers"
ENGLISH = """# Bicycle rules

## Chapter 1. Racks

Article 1

Bicycles stand in **racks**.

- racks at schools
- racks at [stations](https://example.org/map)

| place | racks |
|---|---|
| School | 12 |

Article 2

This applies at once.
"""


@pytest.fixture
def consulted(app: Flask, noon: datetime) -> Consulted:
    return make_consulted()


def _decide(consulted: Consulted, passed_on: date, body: str, number: str = "") -> None:
    with committing():
        db.session.add(
            Decision(
                policy_id=consulted.policy.id,
                revision=3,
                outcome="adopt",
                body=body,
                document_number=number,
                passed_on=passed_on,
                effective_on=date(2026, 7, 1),
                by_id=consulted.officer.person_id,
                at=clock.now(),
            )
        )
        policy = db.session.get_one(Policy, consulted.policy.id)
        policy.phase, policy.announced_at = Phase.PUBLISHED, clock.now()


def test_the_docx_is_the_text_in_official_form(consulted: Consulted) -> None:
    made = make_paper(Paper.TEXT, Format.DOCX)
    assert lines_of_word(made) == (GOLDEN / "text.zh.txt").read_text(encoding="utf-8").splitlines()
    assert bold_words(made) == ["第一条", "第二条", "第三条", "第四条", "第五条", "第六条"]
    assert east_asian_font(made, "Body Text") == "FangSong"


def test_the_pdf_holds_each_clause_and_its_own_fonts(consulted: Consulted) -> None:
    made = make_paper(Paper.TEXT, Format.PDF)
    words = words_of_pdf(made)
    articles = [line.replace(" ", "") for line in FINAL.splitlines() if line.startswith("第")]
    assert len(articles) == 6
    assert "".join(articles) in words
    assert any("CJK" in name for name in fonts_of_pdf(made))
    assert all(fonts_of_pdf(made).values())


def test_the_page_holds_nothing_of_the_site(consulted: Consulted) -> None:
    page = make_paper(Paper.TEXT, Format.HTML).read_text(encoding="utf-8")
    assert "<nav" not in page
    assert "<form" not in page
    assert "<h1>停放办法</h1>" in page
    assert '<p class="body"><b>第三条</b>　运营企业应当公布投诉电话。</p>' in page


def test_the_title_note_tells_body_day_and_every_amendment(
    consulted: Consulted, noon: datetime
) -> None:
    _decide(consulted, date(2026, 5, 8), "市交通委员会", "京交发〔2026〕3号")
    lines = lines_of_word(make_paper(Paper.TEXT, Format.DOCX))
    assert lines[1] == (
        "Subtitle: （2026年5月8日市交通委员会 京交发〔2026〕3号通过　2026年3月2日公布　"
        "自2026年7月1日起施行）"
    )
    _decide(consulted, date(2027, 1, 15), "市人民政府")
    with committing():
        db.session.add(
            Correction(
                policy_id=consulted.policy.id,
                number=3,
                phase=Phase.IN_FORCE,
                clauses="c3",
                is_editorial=True,
                reason="错字",
                by_id=consulted.officer.person_id,
                at=datetime.fromisoformat("2027-02-01T04:00:00+00:00"),
            )
        )
    lines = lines_of_word(make_paper(Paper.TEXT, Format.DOCX))
    assert "2027年1月15日市人民政府修正" in lines[1]
    assert lines[1].index("修正") < lines[1].index("2027年2月1日更正")


def test_an_english_text_keeps_its_lists_and_tables(app: Flask, noon: datetime) -> None:
    make_policy(slug="racks", title="Bicycle rules", language="en", text=ENGLISH)
    assert lines_of_word(make_paper(Paper.TEXT, Format.DOCX, slug="racks", locale="en")) == [
        "Title: Bicycle rules",
        "Subtitle: Version 1, 2 March 2026",
        "Heading 1: Chapter 1. Racks",
        "Body Text: Article 1 Bicycles stand in racks.",
        "Body Text: • racks at schools",
        "Body Text: • racks at stations",
        "| place | racks |",
        "| School | 12 |",
        "Body Text: Article 2 This applies at once.",
    ]


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["zh-pair-beijing-parking", "zh-pair-legislation-law", "en-dc-50-26"]
)
def test_a_real_law_is_whole_in_docx_and_pdf(
    app: Flask, corpus: Path, noon: datetime, name: str
) -> None:
    policy = imported(corpus / "histories" / name)
    outline = get_version(policy.id, policy.head_number).outline
    wanted = [
        "".join(word for word in clause.text.replace("#", "").split())
        for clause in outline
        if clause.kind is ClauseKind.ARTICLE
    ]
    assert len(wanted) > 20
    for ending in (Format.DOCX, Format.PDF):
        made = make_paper(Paper.TEXT, ending, slug=policy.slug)
        if ending is Format.DOCX:
            lines = [line.partition(": ")[2] for line in lines_of_word(made)]
            words = "".join("".join(lines).split())
        else:
            words = words_of_pdf(made)
        missing = [article for article in wanted if article not in words]
        assert missing == []
