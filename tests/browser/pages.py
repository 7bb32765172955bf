"""Every kind of page once: who sees it, where it is, and what leads to it beyond an address."""

from __future__ import annotations

import itertools
from dataclasses import asdict

from playwright.sync_api import Page, expect

from tests.browser.examples import CALLED, COMPARED, HISTORY, LAW, PRACTICE, Examples
from tests.browser.fairness_pages import FAIRNESS_KINDS
from tests.browser.kind import Kind
from tests.browser.office_pages import OFFICE_KINDS, wait_until_made
from tests.browser.sending import send
from tests.browser.standing_pages import STANDING_KINDS
from tests.browser.visitors import OFFICER, RESIDENT, VISITOR, VOLUNTEER

ACCEPTED = 202
_PHONES = itertools.count(1)


def _to_preview(page: Page) -> None:
    words = page.input_value("[name=text]")
    for old, new in (("Mondays", "Tuesdays"), ("三", "四"), ("cat", "dog"), ("灯灯", "灯")):
        words = words.replace(old, new)
    page.fill("[name=text]", f"{words}\n\n（2027）")
    page.fill("[name=summary]", "示例")
    page.click("button[value=preview]")
    expect(page.locator(".diff-row").first).to_be_visible()


def _to_conflict(page: Page) -> None:
    """The same person in a second window is faster; both changed the last sentence."""
    words, base = page.input_value("[name=text]"), page.input_value("[name=base]")
    send(page.context.request, page.url, base=base, text=f"{words} {base} A.", clause="c4",
         step="save", summary="", edit_token=f"faster-{id(page)}")  # fmt: skip
    page.fill("[name=text]", f"{words} {base} B.")
    page.click("button[value=save]")
    expect(page.locator(".conflict")).to_be_visible()


def _to_code(page: Page) -> None:
    page.fill("[name=email]", f"newcomer-{id(page)}@example.org")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/account/code**")


def new_phone() -> str:
    """A mobile number that nobody has used yet."""
    return f"139{next(_PHONES):08d}"


def _to_check(page: Page) -> None:
    words = page.input_value("[name=text]")
    page.fill("[name=text]", f"{words[:-2]}20{words[-2:]}")
    page.fill("[name=summary]", "示例 Example")
    page.click("button[value=check]")
    expect(page.locator("button[value=send]")).to_be_visible()


def _to_corrected(page: Page) -> None:
    """The article is corrected in a second window of the same officer."""
    words, base = page.input_value("[name=text]"), page.input_value("[name=base]")
    slug, clause = page.url.split("/")[-2], page.input_value("[name=clause]")
    page.fill("[name=text]", f"{words} {base} B.")
    page.fill("[name=summary]", "示例 Example")
    send(page.context.request, f"/policies/{slug}/edit?clause={clause}", base=base, clause=clause,
         text=f"{words} {base} A.", step="save", summary="+", edit_token=f"now-{id(page)}")  # fmt: skip
    page.click("button[value=check]")
    expect(page.locator(".clash")).to_be_visible()


def _to_number_seen(page: Page) -> None:
    page.fill("[name=summary]", "13800138000")
    page.click("button[value=check]")
    expect(page.locator(".error-summary")).to_be_visible()


def _to_kept(page: Page) -> None:
    page.fill("[name=summary]", "示例 Example")
    page.click("button[value=keep]")
    expect(page.locator(".notice-success")).to_be_visible()


def _to_who(page: Page) -> None:
    _to_check(page)
    page.click("button[value=send]")
    page.wait_for_url("**/account/continue")


def _to_phone_code(page: Page) -> None:
    _to_who(page)
    page.fill("[name=phone]", new_phone())
    page.locator("main form button").click()
    page.wait_for_url("**/account/continue/code")


def _to_no_contact(page: Page) -> None:
    _to_who(page)
    page.locator('main a[href*="by=none"]').click()
    expect(page.locator("button[value=no_contact]")).to_be_visible()


def _to_receipt(page: Page) -> None:
    _to_no_contact(page)
    page.click("button[value=no_contact]")
    expect(page.locator(".receipt-code")).to_be_visible()


def _to_receipts(page: Page) -> None:
    _to_receipt(page)
    page.goto("/receipts")


def _to_call_check(page: Page) -> None:
    page.fill("[name=question]", "您怎么看？")
    page.fill("[name=clause_1]", "c6")
    page.fill("[name=question_1]", "这样写行吗？")
    page.click("button[value=check]")
    expect(page.locator("button[value=ask]")).to_be_visible()


def _to_adopt_check(page: Page) -> None:
    page.locator("[name=outcome]").first.check()
    page.fill("[name=reason]", "写得更清楚，也更容易做到。")
    page.click("button[value=preview]")
    expect(page.locator(".diff-row").first).to_be_visible()


def _to_answer_check(page: Page) -> None:
    page.check("[name=outcome][value=explained]")
    page.fill("[name=reason]", "这个问题由值班电话回答，全天有人。")
    page.click("button[value=preview]")
    expect(page.locator("button[value=save]")).to_be_visible()


def _to_faults(page: Page) -> None:
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()


KINDS = (
    Kind("home", "/"),
    Kind("home-officer", "/", OFFICER),
    Kind("list", "/policies"),
    Kind("law", "/policies/{law}"),
    Kind("law-officer", "/policies/{law}", OFFICER),
    Kind("clause", "/policies/{history}/clauses/c27"),
    Kind("clause-officer", "/policies/{law}/clauses/c6", OFFICER),
    Kind("history", "/policies/{history}/history"),
    Kind("revision", "/policies/{history}/revisions/5", OFFICER),
    Kind("compare", "{compared}"),
    Kind("compare-law", "/policies/{history}/compare/1...12"),
    Kind("clause-history", "/policies/{history}/clauses/c27/history"),
    Kind("discussion", "/policies/{history}/discussion", VISITOR),
    Kind("discussion-form", "/policies/{law}/discussion?clause=c6", RESIDENT),
    Kind("thread", "{thread}"),
    Kind("thread-resident", "{thread}", RESIDENT),
    Kind("thread-volunteer", "{thread}", VOLUNTEER),
    Kind("comment-edit", "{own_comment}", RESIDENT),
    Kind("comment-earlier", "{earlier}"),
    Kind("comment-hide", "{hideable}", VOLUNTEER),
    Kind("moderation-log", "/moderation/log"),
    Kind("edit", "/policies/{law}/edit", OFFICER),
    Kind("edit-clause", "/policies/{law}/edit?clause=c6", OFFICER),
    Kind("preview", "/policies/{practice}/edit?clause=c5&fresh=1", RESIDENT, way=_to_preview),
    Kind("conflict", "/policies/{practice}/edit?clause=c4&fresh=1", RESIDENT, way=_to_conflict),
    Kind("new", "/policies/new", OFFICER),
    Kind("new-faults", "/policies/new", OFFICER, way=_to_faults),
    Kind("settings", "/policies/{law}/settings", OFFICER),
    Kind("visibility", "{private}/visibility", OFFICER),
    Kind("note", "/policies/{law}/clauses/c6/note", OFFICER),
    Kind("sign-in", "/account/sign-in"),
    Kind("register", "/account/register"),
    Kind("code", "/account/register", way=_to_code),
    Kind("forgotten", "/account/forgotten"),
    Kind("own-settings", "/settings", RESIDENT),
    Kind("person", "/people/demo-resident"),
    Kind("search", "/search?q=停放"),
    Kind("search-nothing", "/search?q=qqqqqq"),
    Kind("dashboard", "/policies/{history}/consensus"),
    Kind("recent", "/recent"),
    Kind("help", "/help"),
    Kind("absent", "/policies/nothing-here", status=404),
    Kind("refused", "/policies/{law}/settings", RESIDENT, status=403),
    Kind("call", "/policies/{called}/consultation"),
    Kind("call-closed", "{closed}/consultation"),
    Kind("call-none", "/policies/{law}/consultation"),
    Kind("poster", "/policies/{called}/consultation/poster"),
    Kind("call-edit", "/policies/{law}/consultation/edit", OFFICER),
    Kind("call-check", "/policies/{law}/consultation/edit", OFFICER, way=_to_call_check),
    Kind("clause-called", "/policies/{called}/clauses/c9"),
    Kind("suggest", "/policies/{called}/suggest?clause=c9"),
    Kind("suggest-insert", "/policies/{called}/suggest?after=c9"),
    Kind("suggest-whole", "/policies/{called}/suggest"),
    Kind("suggest-edit", "/policies/{law}/edit?clause={place}", RESIDENT),
    Kind("suggest-kept", "/policies/{called}/suggest?clause=c9", way=_to_kept),
    Kind("suggest-number", "/policies/{called}/suggest?clause=c9", way=_to_number_seen),
    Kind("check", "/policies/{called}/suggest?clause=c9", way=_to_check),
    Kind("check-insert", "/policies/{called}/suggest?after=c9", way=_to_check),
    Kind("corrected", "/policies/{practice}/suggest?clause=c6&fresh=1", OFFICER, way=_to_corrected),
    Kind("closed", "{closed}/suggest?clause=c2"),
    Kind("who", "/policies/{called}/suggest?clause=c9", way=_to_who),
    Kind("who-nothing", "/account/continue"),
    Kind("phone-code", "/policies/{called}/suggest?clause=c9", way=_to_phone_code),
    Kind("no-contact", "/policies/{called}/suggest?clause=c9", way=_to_no_contact),
    Kind("receipt", "/policies/{called}/suggest?clause=c9", way=_to_receipt),
    Kind("receipts", "/policies/{called}/suggest?clause=c9", way=_to_receipts),
    Kind("receipt-print", "{own}/receipt", RESIDENT),
    Kind("receipt-taken-back", "{taken_back}", RESIDENT),
    Kind("contribution", "{own}"),
    Kind("contribution-officer", "{own}", OFFICER),
    Kind("contribution-hidden", "{hidden}"),
    Kind("contribution-whole", "{whole}"),
    Kind("answered", "{answered}"),
    Kind("answered-own", "{answered}", RESIDENT),
    Kind("explained", "{explained}"),
    Kind("mine", "/mine", RESIDENT),
    Kind("list-clause", "/policies/{law}/suggestions?clause={place}"),
    Kind("list-policy", "/policies/{law}/suggestions?sort=similar"),
    Kind("list-officer", "/policies/{law}/suggestions", OFFICER),
    Kind("list-volunteer", "/policies/{law}/suggestions", VOLUNTEER),
    Kind("reply", "{own}/reply", VOLUNTEER),
    Kind("hide-suggestion", "{desk}", VOLUNTEER),
    Kind("change", "{own}/change", RESIDENT),
    Kind("change-misfit", "{misfit}/change", RESIDENT),
    Kind("withdraw", "{own}/withdraw", RESIDENT),
    Kind("adopt", "{own}/adopt", OFFICER),
    Kind("adopt-parts", "{whole}/adopt?way=parts", OFFICER),
    Kind("adopt-other", "{misfit}/adopt", OFFICER),
    Kind("adopt-preview", "{own}/adopt", OFFICER, way=_to_adopt_check),
    Kind("answer", "{comment}/answer", OFFICER),
    Kind("answer-check", "{comment}/answer", OFFICER, way=_to_answer_check),
    Kind("attribution", "/policies/{law}/attribution?clause={adopted}"),
    Kind("attribution-whole", "/policies/{history}/attribution"),
    Kind("version-with-credits", "/policies/{law}/history"),
    Kind("home-resident", "/", RESIDENT),
    *OFFICE_KINDS,
    *FAIRNESS_KINDS,
    *STANDING_KINDS,
)


def visit(page: Page, kind: Kind, language: str, examples: Examples) -> None:
    """Open the page of ``kind`` as a reader of ``language`` gets there."""
    shown = {
        **asdict(examples), **asdict(examples.sent[language]), **asdict(examples.office[language]),
        **examples.fair[language].names(), **examples.stand[language].names(),
    }  # fmt: skip
    path = kind.path.format(
        **{**shown, "closed": examples.closed[language]}, law=LAW[language],
        called=CALLED[language], compared=COMPARED[language], practice=PRACTICE[language],
        history=HISTORY,
    )  # fmt: skip
    answer = page.goto(path)
    assert answer is not None
    if answer.status == ACCEPTED:
        answer = wait_until_made(page, path)
    assert answer.status == kind.status, f"{path} answers {answer.status}"
    if kind.way:
        kind.way(page)
        page.wait_for_load_state()  # the words stand there before the style sheets do
