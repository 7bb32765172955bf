"""With the keyboard alone: from the first page to a comment, to a report, and through the changes of
a comparison."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.examples import HISTORY, LAW, Examples
from tests.browser.visitors import RESIDENT, VISITOR, Visitors
from tests.browser.words import LANGUAGES, Words

OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until ``selector`` has the focus; it must be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            assert page.evaluate(OUTLINE), f"nobody sees that {selector} has the focus"
            return
    raise AssertionError(f"{most} times Tab do not lead to {selector}")


def go(page: Page, selector: str) -> None:
    """Tab to a link or button and press Enter; the next page has come."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comment_needs_no_mouse(language: str, visitors: Visitors) -> None:
    said, slug = Words(language), LAW[language]
    page = visitors.come(RESIDENT, language)
    page.goto("/")
    go(page, '.site-nav a[href="/policies"]')
    go(page, f'main a[href="/policies/{slug}"]')
    go(page, f'.clause-tools a[href="{slug}/suggest?clause=c6"]')
    tab_to(page, "textarea[name=summary]")
    page.keyboard.type("Typed without a mouse.")
    go(page, "button[value=check]")
    go(page, "button[value=send]")
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Received. Thank you"))
    expect(page.locator("main")).to_contain_text("Typed without a mouse.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_needs_no_mouse(language: str, visitors: Visitors, examples: Examples) -> None:
    said, talk = Words(language), examples.fair[language].talk
    page = visitors.come(VISITOR, language)
    page.goto(talk.quiet)
    go(page, f'main a[href*="/flags?"][href*="id={talk.to_report}"]')
    tab_to(page, "[name=rule]")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=rule][value=personal_data]")).to_be_checked()
    go(page, "main form[method=post] button")
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Thank you for the report"))


def test_the_first_tab_leads_past_the_masthead(visitors: Visitors) -> None:
    page = visitors.come()
    page.goto(f"/policies/{HISTORY}")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_n_and_p_step_through_the_changes(visitors: Visitors) -> None:
    page = visitors.come()
    page.goto(f"/policies/{HISTORY}/compare/1...12")
    changes = page.locator("[data-change]")
    assert changes.count() > 3
    expect(page.locator("[data-keys-hint]").first).to_be_visible()
    page.keyboard.press("n")
    expect(changes.nth(0)).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.press("n")
    expect(changes.nth(2)).to_be_focused()
    expect(changes.nth(2)).to_be_in_viewport()
    page.keyboard.press("p")
    expect(changes.nth(1)).to_be_focused()
    page.get_by_role("searchbox").focus()
    page.keyboard.type("np")
    expect(page.get_by_role("searchbox")).to_have_value("np")
