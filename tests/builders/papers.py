"""A draft that went through a consultation, for tests of what is published about it, and readers of
the files: words only, no look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf import PdfReader

from app import clock
from app.access.actor import Actor, Role
from app.database import committing, db
from app.papers import pdf_writer
from app.papers.queries.standing import reader_for, stamp_of
from app.papers.rules import Format, Order, Paper, Standing
from app.papers.services.making import make
from app.policies.models import Policy
from app.policies.queries import get_policy
from app.policies.services.moving import set_phase
from app.policies.versions import get_version
from app.suggestions.queries.proposal import Adoption
from app.suggestions.services.adopting import adopt
from app.suggestions.services.answering import NewAnswer
from app.suggestions.services.drafting_answers import save_draft
from app.suggestions.services.publishing_answers import publish_due
from tests.builders.accounts import make_actor, make_department
from tests.builders.consultations import make_call
from tests.builders.policies import make_policy, save_text
from tests.builders.suggestions import make_contribution, make_suggestion

CONSULTED = """# 停放办法

## 第一章 总则

第一条 为了规范停放，制定本办法。

第二条 共享自行车连续停放超过三日的，运营企业应当移走。

第三条 禁止占用盲道停放。

第四条 街道办事处负责本区域停放秩序。

第五条 违反本办法的，予以警告。

第六条 本办法自2026年10月1日起施行。
"""
SUGGESTED = "第二条 共享自行车连续停放超过三日的，运营企业应当移走，并告知街道办事处。\n\n"
FINAL = """# 停放办法

## 第一章 总则

第一条 为了规范停放，制定本办法。

第二条 共享自行车连续停放超过三日的，运营企业应当移走，并告知街道办事处。

第三条 运营企业应当公布投诉电话。

第四条 禁止占用盲道停放。

第五条 街道办事处负责本区域停放秩序。

第六条 本办法自2026年10月1日起施行。
"""
WHY = "居民和街道都需要知道车去了哪里。"
WHY_NOT = "盲道的宽度已由国家标准规定。"


@dataclass(frozen=True, slots=True)
class Consulted:
    """The draft at ``bicycles``, its officer and its department's name."""

    policy: Policy
    officer: Actor


def make_consulted() -> Consulted:
    """Opened at noon of 2 March 2026 on the text CONSULTED; three residents wrote: no. 1 was adopted
    in version 2, no. 2 was not, no. 3 was taken as an experience; version 3 is FINAL, handed in for
    review on 2 May. The answers are published. All in Chinese, in Beijing."""
    officer = make_actor(Role.OFFICER, department_id=make_department("市交通委员会").id)
    policy = make_policy(
        officer, slug="bicycles", mode="reviewed", text=CONSULTED, department="市交通委员会"
    )
    start = clock.now()
    make_call(policy, officer)
    with clock.frozen(start + timedelta(days=1)):
        make_suggestion(policy, _clause(policy, "第二条"), SUGGESTED, reason=WHY)
        make_contribution(policy, clause=_clause(policy, "第三条"), reason="盲道要更宽。")
        make_contribution(policy, reason="我们楼下总是堵着。")
    with clock.frozen(start + timedelta(days=41)):
        db.session.refresh(policy)
        _adopt(officer)
        _answer(2, "not_adopted", WHY_NOT, officer)
        _answer(3, "noted", "已转街道办事处处理。", officer)
        save_text("bicycles", FINAL, actor=officer, base=2, summary="增加投诉电话，删去警告")
    with clock.frozen(start + timedelta(days=50)):
        publish_answers(policy)
    with clock.frozen(start + timedelta(days=61)), committing():
        set_phase("bicycles", "legality_review", actor=officer)
    db.session.refresh(policy)
    return Consulted(policy, officer)


def publish_answers(policy: Policy) -> None:
    """What waits as drafts is published now."""
    with committing():
        db.session.get_one(Policy, policy.id).answers_at = clock.now()
    publish_due()


def _clause(policy: Policy, label: str) -> str:
    outline = get_version(policy.id, policy.head_number).outline
    return next(clause.id for clause in outline if clause.label == label)


def _adopt(officer: Actor) -> None:
    with committing():
        adopt("bicycles", 1, Adoption(base=1, way="whole", reason=WHY), actor=officer)


def _answer(number: int, outcome: str, reason: str, officer: Actor) -> None:
    with committing():
        save_draft("bicycles", number, NewAnswer(outcome, reason), actor=officer)


def order(
    paper: Paper,
    ending: Format,
    *,
    slug: str = "bicycles",
    locale: str = "zh_Hans_CN",
    standing: Standing = Standing.PUBLIC,
    pair: tuple[int, int] = (0, 0),
) -> Order:
    """What a reader of that standing asks for."""
    policy = get_policy(slug, reader_for(slug, standing))
    return Order(slug, paper, ending, locale, standing, stamp_of(policy), *pair)


def need_pango() -> None:
    """Skip the test on a machine that can make no PDF; ``.ci/run`` installs what it takes."""
    missing = pdf_writer.missing_packages()
    if missing:
        pytest.skip(f"PDF needs {' '.join(missing)}")


def make_paper(
    paper: Paper,
    ending: Format,
    *,
    slug: str = "bicycles",
    locale: str = "zh_Hans_CN",
    standing: Standing = Standing.PUBLIC,
    pair: tuple[int, int] = (0, 0),
) -> Path:
    """The file, made here and now."""
    if ending is Format.PDF:
        need_pango()
    return make(order(paper, ending, slug=slug, locale=locale, standing=standing, pair=pair))


def lines_of_word(path: Path) -> list[str]:
    """A DOCX as lines: paragraphs with their style, rows with bars; [-gone-] and {+new+} words."""
    return list(_lines(docx.Document(str(path))))


def _lines(document: WordDocument) -> Iterator[str]:
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # A cell that goes across is named once for each column it covers.
                cells = {cell._tc: _cell(cell.paragraphs) for cell in row.cells}
                yield "| " + " | ".join(cells.values()) + " |"
        elif block.text:
            assert block.style is not None
            yield f"{block.style.name}: {_set(block)}"


def _cell(paragraphs: list[Paragraph]) -> str:
    return " / ".join(_set(paragraph) for paragraph in paragraphs)


def _set(paragraph: Paragraph) -> str:
    text = "".join(_run(run.text, run.font.strike, run.font.underline) for run in paragraph.runs)
    return text.replace("\n", " / ")


def _run(text: str, struck: bool | None, underlined: object) -> str:
    return f"[-{text}-]" if struck else f"{{+{text}+}}" if underlined else text


def bold_words(path: Path) -> list[str]:
    """The words that are set bold by themselves, not by their style."""
    document = docx.Document(str(path))
    return [run.text for block in document.paragraphs for run in block.runs if run.font.bold]


def east_asian_font(path: Path, style: str) -> str | None:
    """The font that a style names for Chinese letters."""
    document = docx.Document(str(path))
    fonts = document.styles[style].element.rPr.rFonts
    return fonts.get(qn("w:eastAsia"))


def words_of_pdf(path: Path) -> str:
    """All words of a PDF without line ends and page numbers, as they stand one behind another."""
    pages = [page.extract_text() for page in PdfReader(path).pages]
    kept = [re.sub(r"\n?\s*\d+\s*$", "", page) for page in pages]
    return re.sub(r"\s+", "", "".join(kept))


def fonts_of_pdf(path: Path) -> dict[str, bool]:
    """By name: whether the font is embedded."""
    found: dict[str, bool] = {}
    for page in PdfReader(path).pages:
        for font in page["/Resources"]["/Font"].values():
            told = font.get_object()
            inner = told["/DescendantFonts"][0].get_object() if "/DescendantFonts" in told else told
            descriptor = inner["/FontDescriptor"].get_object()
            name = str(told["/BaseFont"])
            found[name] = any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))
    return found
