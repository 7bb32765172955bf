"""The office's way through a whole short consultation: from a Word file to the published papers."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from playwright.sync_api import APIRequestContext, APIResponse, Page, expect

from app.policies.queries import find_policy_id
from app.policies.versions import get_version
from app.text.clauses import cut
from app.text.word import read_word
from tests.browser.office_cases import CASES, Case
from tests.browser.screens import press
from tests.browser.sending import Filled, path_of, send, suggest
from tests.browser.site import COLLEAGUE, PASSWORD, Site
from tests.browser.visitors import OFFICER, RESIDENT, VISITOR, Visitors
from tests.browser.words import LANGUAGES, Words
from tests.builders.word_files import word_file

PHONE = {"width": 360, "height": 740}
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ARTICLE = "clause=c4"  # the second one, behind title, chapter and the first
AND = {"zh": "、", "en": ", "}
WAIT = 30.0  # seconds for the worker on a busy machine


def fill(page: Page, **fields: str) -> None:
    """Fill in fields of the main form; radio buttons and boxes by their values."""
    for name, value in fields.items():
        field = page.locator(f"main [name={name}]")
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            page.check(f"main [name={name}][value='{value}']")
        elif field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def from_word(officer: Page, case: Case, said: Words) -> str:
    """The draft from its Word file; answers its path."""
    officer.goto("/policies/from-word")
    file = {"name": "draft.docx", "mimeType": TYPE, "buffer": word_file(case.lines)}
    officer.set_input_files("[name=file]", files=[file])
    press(officer, said("Look at what is found"))
    expect(officer.locator("main")).to_contain_text(
        said("Nothing is saved yet, and nothing is public.")
    )
    expect(officer.locator(".word-found")).to_contain_text(case.lines[1].replace("\u3000", " "))
    press(officer, said("Go on with this text"))
    fill(officer, title=f"{case.title} {time.time_ns()}", kind="work_plan")
    press(officer, said("Save as version 1"))
    officer.wait_for_url(re.compile(r"/policies/(?!new)[^/?]+$"))
    return path_of(officer.url)


def name_people(officer: Page, policy: str) -> None:
    """Decision maker and legal reviewer, and the explanation that opening asks for."""
    for kind in ("decision_maker", "legal_reviewer"):
        send(officer.context.request, f"{policy}/people", kind=kind, address=COLLEAGUE)
    officer.goto(f"{policy}/people")
    expect(officer.locator("main")).to_contain_text("Second demo officer")
    send(
        officer.context.request, f"{policy}/annexes/new", kind="explanation", title="说明",
        text="示例说明。 An explanation for the demonstration.",
    )  # fmt: skip


def make_public(officer: Page, colleague: Page, site: Site, policy: str, said: Words) -> None:
    officer.goto(f"{policy}/visibility")
    officer.check("[name=sure]")
    press(officer, said("Send for approval"))
    second_officer(officer, colleague, site, policy)


def second_officer(officer: Page, colleague: Page, site: Site, policy: str) -> None:
    """The colleague agrees to what was sent last, and its time comes."""
    if not re.search(r"/acts/\d+$", officer.url):
        officer.goto(f"{policy}/acts")
        officer.locator(f"main a[href^='{policy}/acts/']").first.click()
    officer.wait_for_url(re.compile(r"/acts/\d+$"))
    assert officer.locator("button[value=agree]").count() == 0, "nobody agrees to their own act"
    colleague.goto(path_of(officer.url))
    colleague.click("button[value=agree]")
    expect(colleague.get_by_role("status")).to_be_visible()
    site.let_act_happen(policy.rsplit("/", 1)[1])


def open_for_comment(
    officer: Page, colleague: Page, site: Site, policy: str, case: Case, said: Words
) -> None:
    officer.goto(f"{policy}/consultation/edit")
    closes = datetime.now(UTC).date() + timedelta(days=9)
    fill(
        officer, question=case.question, closes_at=f"{closes}T18:00", short_reason=case.reason,
        clause_1=case.article, question_1=case.question,
    )  # fmt: skip
    press(officer, said("Next: check"))
    press(officer, said("Send for approval"))
    second_officer(officer, colleague, site, policy)
    stands(officer, policy, said("Now: %(phase)s", phase=said("Open for comment")))


def stands(page: Page, policy: str, sentence: str) -> None:
    """Wait until the page of the course says so."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        page.goto(f"{policy}/course")
        if sentence in page.locator("main").inner_text():
            return
        time.sleep(0.3)
    raise AssertionError(f"{sentence!r} not in {page.locator('main').inner_text()!r}")


def say(site: Site, visitors: Visitors, officer: Page, policy: str, case: Case) -> None:
    """Three residents and one letter: numbers 1 to 4."""
    first = visitors.come(RESIDENT).context.request
    suggest(first, policy, ARTICLE, case.suggested, reason=case.reason)
    for number in (2, 3):
        mark = time.time_ns()  # one site serves the journeys of both languages
        address = f"neighbour{mark}@example.org"
        site.flask(
            "people", "create", address, "--name", f"Demo neighbour {mark % 10**5}", "--role", "resident",
            "--password", PASSWORD,
        )  # fmt: skip
        neighbour = visitors.come(VISITOR).context.request
        send(neighbour, "/account/sign-in", email=address, password=PASSWORD)
        suggest(neighbour, policy, "", reason=f"{case.same}{'!' * (number - 2)}", kind="comment")
    officer.goto(f"{policy}/intake")
    today = datetime.now(UTC).date() - timedelta(days=1)
    fill(officer, channel="letter", received_on=str(today), kind="comment", reason=case.letter,
         name="示例来信人")  # fmt: skip
    officer.locator("main form[enctype] button[type=submit]").first.click()
    officer.wait_for_url(re.compile("entered=4"))


def correct(officer: Page, policy: str, case: Case, said: Words) -> None:
    """A slip, put right while comments are open: both wordings stand, the time stays."""
    officer.goto(f"{policy}/correct")
    words = officer.input_value("[name=text]")
    assert case.slip[0] in words
    fill(officer, text=words.replace(*case.slip), matter="editorial", summary=case.reason)
    press(officer, said("Publish the correction"))
    officer.wait_for_url(f"**{policy}/corrections")
    expect(officer.locator("main del").first).to_be_visible()


def answer_by_hand_and_together(officer: Page, policy: str, case: Case, said: Words) -> None:
    """No. 1 is adopted; 2 and 3, which say the same, have one answer."""
    officer.goto(f"{policy}/suggestions/1/adopt?way=whole")
    fill(officer, outcome="adopted", reason=case.reason)
    officer.click("button[value=preview]")
    expect(officer.locator(".diff-row ins").first).to_be_visible()
    officer.click("button[value=save]")
    expect(officer.get_by_role("status")).to_contain_text("1")
    officer.goto(f"{policy}/answers/work?number=2")
    officer.check("[name=together]")
    fill(officer, outcome="noted", reason=case.reason)
    press(officer, said("Save, next"))
    officer.goto(f"{policy}/answers/work?number=3&show=all")
    expect(officer.locator("[name=reason]")).to_have_value(case.reason)


def answer_by_spreadsheet(officer: Page, policy: str, case: Case, said: Words) -> None:
    """No. 4 is answered in the downloaded table, which comes back through a look."""
    answer = officer.context.request.get(f"{policy}/answers/work.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.body()))
    sheet = book.active
    codes = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=3) if row[0].value == 4)
    row[codes.index("outcome")].value = said("Noted")
    row[codes.index("reason")].value = case.reason
    stream = io.BytesIO()
    book.save(stream)
    officer.goto(f"{policy}/answers/upload")
    officer.set_input_files("[name=file]", files=[{
        "name": "answers.xlsx", "mimeType": "application/octet-stream", "buffer": stream.getvalue(),
    }])  # fmt: skip
    press(officer, said("Next: check"))
    officer.click("button[value=save]")
    officer.wait_for_url(f"**{policy}/answers/work**")


def expect_published(page: Page, policy: str, count: int) -> None:
    """Wait until every contribution's page shows its answer."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        page.goto(f"{policy}/suggestions/{count}")
        if page.locator(".answer").count():
            return
        time.sleep(0.3)
    raise AssertionError("the answers are not published")


def change_a_digit(officer: Page, policy: str, case: Case) -> int:
    """Nobody asked for it; answers the version that did it."""
    page = Filled(officer.context.request.get(f"{policy}/edit").text())
    words = page.fields["text"]
    assert case.unasked[0] in words
    fields: dict[str, str | float | bool] = {**page.fields}
    fields |= {"text": words.replace(*case.unasked), "summary": "…", "step": "save"}
    done = officer.context.request.post(f"{policy}/edit", form=fields)
    assert path_of(done.url) == policy
    history = officer.context.request.get(f"{policy}/history").text()
    return max(map(int, re.findall(rf"{policy}/revisions/(\d+)", history)))


def name_the_source(officer: Page, policy: str, case: Case, said: Words) -> None:
    officer.goto(f"{policy}/sources")
    expect(officer.get_by_role("heading", level=1)).to_have_text(
        said("Changes nobody asked for in the consultation")
    )
    fill(officer, source_kind="own", source_reason=case.reason)
    press(officer, said("Say where they come from"))
    expect(officer.get_by_role("status")).to_be_visible()


def decide(
    officer: Page, colleague: Page, site: Site, policy: str, case: Case, said: Words
) -> None:
    officer.goto(f"{policy}/decision")
    today = datetime.now(UTC).date()
    fill(
        officer, outcome="adopt", document_number="示例〔2026〕1号", passed_on=str(today),
        signed_by="示例", effective_on=str(today + timedelta(days=9)), short_reason=case.reason,
        reasons=case.reason,
    )  # fmt: skip
    officer.locator("main form button[type=submit]").first.click()
    expect(officer.get_by_role("status")).to_have_text(said("The decision is recorded."))
    officer.goto(f"{policy}/decision/publish")
    press(officer, said("Send for approval"))
    second_officer(officer, colleague, site, policy)


def paper(person: APIRequestContext, address: str) -> APIResponse:
    """A paper once it is made; 503 where this machine cannot write it."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        answer = person.get(address)
        if answer.status != 202:
            return answer
        time.sleep(0.5)
    raise AssertionError(f"{address} is not made within {WAIT} seconds")


def compare_papers(visitor: APIRequestContext, policy: str, text: str) -> None:
    """Every paper opens, and says what the text and the contributions say."""
    official = read_word(paper(visitor, f"{policy}/papers/text.docx").body())
    words = [re.sub(r"\W", "", clause.text) for clause in cut(text) if clause.label]
    in_paper = re.sub(r"\W", "", official.text)
    assert [one for one in words if one not in in_paper] == []
    table = paper(visitor, f"{policy}/papers/answers.csv").body().decode("utf-8-sig")
    numbers = [row[0] for row in csv.reader(io.StringIO(table)) if row and row[0].isdecimal()]
    assert numbers == ["1", "2", "3", "4"]
    bundle = paper(visitor, f"{policy}/papers/everything.zip")
    with zipfile.ZipFile(io.BytesIO(bundle.body())) as file:
        assert file.testzip() is None
        assert len(file.namelist()) > 5
    for name in ("text", "comparison", "answers", "report"):
        assert paper(visitor, f"{policy}/papers/{name}.html").ok
        pdf = paper(visitor, f"{policy}/papers/{name}.pdf")
        assert pdf.status == 503 or pdf.body().startswith(b"%PDF")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_consultation_from_word_to_the_papers(
    site: Site, visitors: Visitors, language: str
) -> None:
    case, said = CASES[language], Words(language)
    officer = visitors.come(OFFICER, language, viewport=PHONE)
    colleague = visitors.come(VISITOR, language, viewport=PHONE)
    send(colleague.context.request, "/account/sign-in", email=COLLEAGUE, password=PASSWORD)
    policy = from_word(officer, case, said)
    slug = policy.rsplit("/", 1)[1]
    name_people(officer, policy)
    make_public(officer, colleague, site, policy, said)
    open_for_comment(officer, colleague, site, policy, case, said)
    say(site, visitors, officer, policy, case)
    correct(officer, policy, case, said)
    site.close_comments(slug, datetime.now(UTC) - timedelta(seconds=1))
    stands(officer, policy, said("Now: %(phase)s", phase=said("The department is answering")))

    officer.goto(f"{policy}/phase")
    numbers = said(
        "%(count)s comments have no answer yet (%(numbers)s).",
        count=4,
        numbers=AND[language].join("1234"),
    )
    expect(officer.locator(".missing").first).to_contain_text(numbers)
    answer_by_hand_and_together(officer, policy, case, said)
    answer_by_spreadsheet(officer, policy, case, said)
    officer.goto(f"{policy}/answers/publish")
    press(officer, said("Send for approval"))
    second_officer(officer, colleague, site, policy)
    expect_published(officer, policy, 4)

    number = change_a_digit(officer, policy, case)
    officer.goto(f"{policy}/phase")
    before, after = case.quoted
    expect(officer.locator("main")).to_contain_text(
        said(
            "%(label)s: “%(before)s” became “%(after)s” in version %(number)s, and nothing says why.",
            label=case.unasked_article, before=before, after=after, number=number,
        )
    )  # fmt: skip
    name_the_source(officer, policy, case, said)
    officer.goto(f"{policy}/phase")
    press(officer, said("Send it to the decision maker"))
    stands(officer, policy, said("Now: %(phase)s", phase=said("Awaiting decision")))
    decide(officer, colleague, site, policy, case, said)
    stands(officer, policy, said("Now: %(phase)s", phase=said("Published")))
    with site.app().app_context():
        ident = find_policy_id(slug)
        assert ident is not None
        text = get_version(ident, number).text
    compare_papers(visitors.come(VISITOR, language).context.request, policy, text)
