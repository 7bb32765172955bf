"""The pages of the office's duty: from a draft's people to its papers."""

from __future__ import annotations

import io
import re
import time

import openpyxl
from playwright.sync_api import FilePayload, Page, Response, expect

from tests.browser.kind import Kind, Way
from tests.browser.office_words import WORDS
from tests.browser.visitors import ADMINISTRATOR, OFFICER, RESIDENT, SECOND
from tests.builders.word_files import word_file

MADE_WITHIN = 60.0  # seconds, on a busy machine
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def wait_until_made(page: Page, path: str) -> Response:
    """The answer once the worker has written the paper at ``path``."""
    until = time.monotonic() + MADE_WITHIN
    while page.request.get(path).status == 202 and time.monotonic() < until:
        time.sleep(0.2)
    answer = page.goto(path)
    assert answer is not None
    return answer


def follow(selector: str, then: Way | None = None) -> Way:
    """Press the first link of the main text that the selector finds."""

    def way(page: Page) -> None:
        page.locator(f"main {selector}").first.click()
        page.wait_for_load_state()
        if then:
            then(page)

    return way


def _press(value: str) -> Way:
    def way(page: Page) -> None:
        with page.expect_navigation():
            page.locator(f"main button[value={value}]").click()

    return way


def _to_refused(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")


def _to_draft_read(page: Page) -> None:
    page.check("[name=outcome][value=noted]")
    page.fill("[name=reason]", WORDS["zh"].reason)
    _press("preview")(page)


def _to_found(page: Page) -> None:
    words = "\n\n".join((WORDS["zh"].title, WORDS["zh"].text))
    file = FilePayload(name="draft.docx", mimeType=WORD, buffer=word_file(words.splitlines()))
    page.set_input_files("[name=file]", files=file)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    expect(page.locator(".word-found")).to_be_visible()


def _to_table_looked_at(page: Page) -> None:
    """One row has an answer, one a mistake."""
    answer = page.request.get(page.url.replace("upload", "work.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(answer.body()))
    sheet = book.active
    codes = [cell.value for cell in sheet[1]]
    for row, outcome in ((3, "noted"), (4, "?")):
        sheet.cell(row, codes.index("outcome") + 1).value = outcome
        sheet.cell(row, codes.index("reason") + 1).value = WORDS["zh"].reason
    stream = io.BytesIO()
    book.save(stream)
    page.set_input_files(
        "[name=file]", FilePayload(name="a.xlsx", mimeType="", buffer=stream.getvalue())
    )
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()


def _to_entered(page: Page) -> None:
    page.select_option("[name=channel]", "call")
    page.fill("[name=received_on]", time.strftime("%Y-%m-%d", time.gmtime()))
    page.check("[name=kind][value=comment]")
    page.fill("[name=text]", f"{WORDS['zh'].letter} {id(page)}")
    page.locator("main form[enctype] button[type=submit]").first.click()
    page.wait_for_url(re.compile("entered="))


_act = follow("a[href*='/acts/']")
OFFICE_KINDS = (
    Kind("people", "{beginning}/people"),
    Kind("people-owner", "{beginning}/people", OFFICER, way=_open_all),
    Kind("opinions", "{beginning}/opinions"),
    Kind("opinion-sign", "{beginning}/opinions/sign", RESIDENT),
    Kind("meetings", "{beginning}/meetings"),
    Kind("meeting-new", "{beginning}/meetings/new", OFFICER, way=_to_refused),
    Kind("meeting-edit", "{beginning}/meetings", OFFICER, way=follow("a[href$='/edit']")),
    Kind("meeting-record", "{beginning}/meetings", OFFICER, way=follow("a[href$='/record']")),
    Kind("meeting-gone", "{beginning}/meetings", OFFICER, way=follow("a[href$='/call-off']")),
    Kind("departments", "{beginning}/departments"),
    Kind("department-new", "{beginning}/departments/new", OFFICER, way=_to_refused),
    Kind("department-edit", "{beginning}/departments", OFFICER, way=follow("a[href$='/edit']")),
    Kind("annexes", "{beginning}/annexes"),
    Kind("annex-edit", "{beginning}/annexes", OFFICER, way=follow("a[href$='/edit']")),
    Kind("acts", "{beginning}/acts", OFFICER),
    Kind("act-asked", "{beginning}/acts", OFFICER, way=_act),
    Kind("act-second", "{beginning}/acts", SECOND, way=_act),
    Kind("act-print", "{beginning}/acts", SECOND, way=follow("a[href*='/acts/']", follow("a[href*='print=1']"))),
    Kind("act-agreed", "{agreed}/acts", OFFICER, way=_act),
    Kind("home-second", "/", SECOND),
    Kind("office-asking", "{asking}", OFFICER),
    Kind("office-answering", "{answering}", OFFICER),
    Kind("public-published", "{published}"),
    Kind("phase-begun", "{beginning}/phase", OFFICER),
    Kind("phase-answering", "{answering}/phase", OFFICER),
    Kind("course", "{published}/course"),
    Kind("notice", "{asking}/consultation"),
    Kind("notice-overdue", "{answering}/consultation"),
    Kind("correct-clause", "{asking}/correct?clause=c2", OFFICER, way=_to_refused),
    Kind("corrections", "{asking}/corrections"),
    Kind("take-back", "{asking}/consultation/take-back", OFFICER),
    Kind("intake", "{asking}/intake", OFFICER),
    Kind("intake-entered", "{asking}/intake", OFFICER, way=_to_entered),
    Kind("slip", "{asking}/suggestions/1/slip", OFFICER),
    Kind("printed-answer", "{published}/suggestions/6/printed-answer", OFFICER),
    Kind("from-paper-answered", "{published}/suggestions/6"),
    Kind("desk", "{answering}/answers/work?number=2", OFFICER, way=_open_all),
    Kind("desk-points", "{answering}/answers/work?number=1", OFFICER),
    Kind("desk-preview", "{answering}/answers/work?number=4", OFFICER, way=_to_draft_read),
    Kind("desk-refused", "{answering}/answers/work?number=3", OFFICER, way=_press("save")),
    Kind("desk-passed", "{answering}/answers/work?mine=1", SECOND),
    Kind("table-upload", "{answering}/answers/upload", OFFICER),
    Kind("table-looked-at", "{answering}/answers/upload", OFFICER, way=_to_table_looked_at),
    Kind("answers-missing", "{answering}/answers/publish", OFFICER),
    Kind("answers-publish", "{ready}/answers/publish", OFFICER),
    Kind("answers", "{published}/answers"),
    Kind("answers-late", "{published}/answers?became=late"),
    Kind("sources", "{published}/sources"),
    Kind("sources-office", "{answering}/sources", OFFICER),
    Kind("sources-again", "{ready}/sources", OFFICER, way=follow("a[href*='again=']")),
    Kind("legality-form", "{reviewing}/legality", OFFICER),
    Kind("legality", "{published}/legality"),
    Kind("decision-form", "{deciding}/decision", OFFICER),
    Kind("decision-recorded", "{announcing}/decision", OFFICER),
    Kind("decision-publish", "{announcing}/decision/publish", OFFICER),
    Kind("decision", "{published}/decision"),
    Kind("overdue", "/overdue"),
    Kind("holidays", "/admin/holidays", ADMINISTRATOR),
    Kind("settings-administrator", "/settings", ADMINISTRATOR),
    Kind("papers", "{published}/papers"),
    Kind("paper-text", "{published}/papers/text.html"),
    Kind("paper-explanation", "{published}/papers/explanation.html"),
    Kind("paper-comparison", "{published}/compare/1...3.html"),
    Kind("paper-answers", "{published}/papers/answers.html"),
    Kind("paper-report", "{published}/papers/report.html"),
    Kind("from-word", "/policies/from-word", OFFICER),
    Kind("from-word-found", "/policies/from-word", OFFICER, way=_to_found),
    Kind("into-draft", "{beginning}/from-word", OFFICER),
)  # fmt: skip
