"""From the poster to the receipt: better words for one article, and no word lost on the way."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import screens
from tests.browser.examples import CALLED, LAW
from tests.browser.looks import RUNS_OVER
from tests.browser.pages import new_phone
from tests.browser.screens import ADDED, PER_CHARACTER, PHONE, WHY, press
from tests.browser.sending import suggest
from tests.browser.test_keyboard import go, tab_to
from tests.browser.visitors import RESIDENT, VISITOR, Visitors
from tests.browser.words import LANGUAGES, Words

MOST_TAPS, MOST_SECONDS = 7, 120
SLOW_TYPING = 0.4  # seconds per character on a phone, on top of what the test waits
COUNT_TAPS = """
  addEventListener("click", () => {
    sessionStorage.taps = 1 + Number(sessionStorage.taps ?? 0);
  }, true);
"""
WAYS: dict[str, dict[str, Any]] = {
    "without JavaScript": {"java_script_enabled": False, "viewport": PHONE},
    "at 200 percent": {"viewport": {"width": 320, "height": 500}},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_poster_to_the_receipt_in_seven_taps_and_two_minutes(
    language: str, visitors: Visitors
) -> None:
    said, phone = Words(language), new_phone()
    page = visitors.come(VISITOR, language, viewport=PHONE)
    page.add_init_script(COUNT_TAPS)
    began = time.monotonic()
    screens.read_the_article(page, said)
    screens.type_words(page, language, PER_CHARACTER)
    screens.check(page, said)
    screens.send(page, said)
    screens.ask_for_a_code(page, said, phone, PER_CHARACTER)
    screens.confirm(page, said, visitors.site, phone, PER_CHARACTER)
    screens.see_the_receipt(page, said)
    typed = len(ADDED[language]) + len(WHY[language]) + len(phone) + 6
    assert time.monotonic() - began + typed * SLOW_TYPING <= MOST_SECONDS
    assert 0 < page.evaluate("Number(sessionStorage.taps)") <= MOST_TAPS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", WAYS)
def test_the_way_is_open_to_everybody(way: str, language: str, visitors: Visitors) -> None:
    said, phone = Words(language), new_phone()
    page = visitors.come(VISITOR, language, **WAYS[way])
    has_scripts = way != "without JavaScript"
    if has_scripts:
        page.goto("/help?size=3")
    screens.read_the_article(page, said)
    _fits(page, has_scripts)
    screens.type_words(page, language)
    screens.check(page, said)
    _fits(page, has_scripts)
    screens.send(page, said)
    _fits(page, has_scripts)
    screens.ask_for_a_code(page, said, phone)
    _fits(page, has_scripts)
    screens.confirm(page, said, visitors.site, phone)
    screens.see_the_receipt(page, said)
    _fits(page, has_scripts)


def _fits(page: Page, has_scripts: bool) -> None:
    if has_scripts:
        page.wait_for_load_state()  # the words stand there before the style sheets do
        assert page.locator("html").get_attribute("data-text-size") == "3"
        over = page.evaluate(RUNS_OVER)
        assert not over, f"{page.url}: these run over the edge: {over}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_needs_no_mouse(language: str, visitors: Visitors) -> None:
    said, phone = Words(language), new_phone()
    page = visitors.come(VISITOR, language, viewport=PHONE)
    page.goto(f"/policies/{CALLED[language]}/consultation")
    go(page, 'main a.button[href*="/clauses/"]')
    go(page, 'main a.button[href*="/suggest"]')
    tab_to(page, "textarea[name=text]")
    page.keyboard.press("Control+End")
    page.keyboard.type(ADDED[language])
    tab_to(page, "textarea[name=summary]")
    page.keyboard.type(WHY[language])
    go(page, "button[value=check]")
    go(page, "button[value=send]")
    tab_to(page, "[name=phone]")
    page.keyboard.type(phone)
    go(page, "main form button")
    tab_to(page, "[name=code]")
    page.keyboard.type(visitors.site.code_sent_to(phone))
    go(page, "main form button")
    screens.see_the_receipt(page, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_open_words_and_receipt_in_a_fresh_browser(language: str, visitors: Visitors) -> None:
    """Written in one, sent without contact from a second, looked up, taken back and brought back
    in a third."""
    said = Words(language)
    page = visitors.come(VISITOR, language, viewport=PHONE)
    screens.read_the_article(page, said)
    screens.type_words(page, language)
    press(page, said("Keep for later"))
    kept = screens.CODE.search(page.get_by_role("status").inner_text())
    assert kept

    second = visitors.come(VISITOR, language, viewport=PHONE)
    second.goto("/receipts")
    second.fill("[name=code]", kept.group().lower())
    press(second, said("Open"))
    expect(second.locator("[name=summary]")).to_have_value(WHY[language])
    screens.check(second, said)
    screens.send(second, said)
    second.get_by_role("link", name=said("Leave no contact")).click()
    press(second, said("Send without contact"))
    receipt, code = screens.see_the_receipt(second, said)

    third = visitors.come(VISITOR, language, viewport=PHONE)
    answer = third.goto(receipt)
    assert answer is not None
    assert WHY[language] not in answer.text()
    third.goto("/receipts")
    third.fill("[name=code]", code)
    press(third, said("Open"))
    assert screens.see_the_receipt(third, said) == (receipt, code)
    _take_back_and_bring_back(third, said)


def _take_back_and_bring_back(page: Page, said: Words) -> None:
    page.goto(f"{page.url}/withdraw")
    press(page, said("Take back"))
    expect(page.locator("main")).not_to_contain_text(WHY[said.language])
    press(page, said("Bring it back"))
    screens.see_the_receipt(page, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_within_ten_minutes_words_are_changed_without_a_trace(
    language: str, visitors: Visitors
) -> None:
    said = Words(language)
    page = visitors.come(RESIDENT, language, viewport=PHONE)
    policy = f"/policies/{LAW[language]}"
    receipt = suggest(page.context.request, policy, "clause=c10", reason=WHY[language])
    page.goto(receipt)
    page.locator(f'main a[href$="{receipt}/change"]').click()
    page.fill("[name=summary]", ADDED[language])
    press(page, said("Save my change"))
    expect(page.locator(".comment-text")).to_have_text(ADDED[language])

    stranger = visitors.come(VISITOR, language, viewport=PHONE)
    stranger.goto(receipt)
    expect(stranger.locator("main")).to_contain_text(ADDED[language])
    expect(stranger.locator("main")).not_to_contain_text(WHY[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_drafting_group_writes_an_edit_becomes_a_suggestion(
    language: str, visitors: Visitors
) -> None:
    said = Words(language)
    page = visitors.come(RESIDENT, language, viewport=PHONE)
    law = f"/policies/{LAW[language]}"
    page.goto(law)
    before = page.locator("#c-c11 .clause-words").inner_text()
    page.goto(f"{law}/edit?clause=c11")
    expect(page.locator("#becomes")).to_be_visible()
    screens.type_words(page, language)
    press(page, said("Next: check, then send as a suggestion"))
    press(page, said("Send as a suggestion"))
    page.wait_for_url("**/suggestions/*")
    expect(page.locator("main ins")).to_contain_text(ADDED[language])
    page.goto(law)
    expect(page.locator("#c-c11 .clause-words")).to_have_text(before, use_inner_text=True)
