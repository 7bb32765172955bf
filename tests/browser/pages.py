"""Every kind of page once: who sees it, where it is, and what leads to it beyond an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.examples import COMPARED, HISTORY, LAW, PRACTICE, Examples, send
from tests.browser.visitors import OFFICER, RESIDENT, VISITOR, VOLUNTEER

Way = Callable[[Page], None]


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


def _to_faults(page: Page) -> None:
    page.locator("main button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()


@dataclass(frozen=True)
class Kind:
    """A kind of page. ``path`` may hold {law} {practice} {history} and names of Examples."""

    name: str
    path: str
    role: str = VISITOR
    status: int = 200
    way: Way | None = None


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
    Kind("refused", "/policies/{law}/edit", RESIDENT, status=403),
)


def visit(page: Page, kind: Kind, language: str, examples: Examples) -> None:
    """Open the page of ``kind`` as a reader of ``language`` gets there."""
    path = kind.path.format(
        law=LAW[language], compared=COMPARED[language], practice=PRACTICE[language], history=HISTORY,
        thread=examples.thread, own_comment=examples.own_comment, earlier=examples.earlier,
        hideable=examples.hideable, private=examples.private,
    )  # fmt: skip
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == kind.status, f"{path} answers {answer.status}"
    if kind.way:
        kind.way(page)
        page.wait_for_load_state()  # the words stand there before the style sheets do
