"""What a person is typing survives a reload, a closed browser and a lost connection."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.examples import PRACTICE
from tests.browser.visitors import RESIDENT, Visitors
from tests.browser.words import LANGUAGES, Words

AUTOSAVE = 6_000  # milliseconds; the page keeps words every five seconds


def _editor(page: Page, language: str, clause: str) -> str:
    path = f"/policies/{PRACTICE[language]}/edit?clause={clause}"
    page.clock.install()
    page.goto(f"{path}&fresh=1")
    return path


def _wait_for_autosave(page: Page, language: str) -> None:
    page.clock.run_for(AUTOSAVE)
    kept = Words(language)("Kept %(time)s").partition("%")[0]
    expect(page.locator("[data-draft-said]")).to_contain_text(kept.strip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_typed_words_survive_a_reload_and_a_closed_browser(
    language: str, visitors: Visitors
) -> None:
    page = visitors.come(RESIDENT, language)
    path = _editor(page, language, "c5")
    words = page.input_value("[name=text]") + " 123"
    page.fill("[name=text]", words)
    page.fill("[name=summary]", "456")
    _wait_for_autosave(page, language)
    page.goto(path)
    expect(page.locator("[name=text]")).to_have_value(words)
    expect(page.locator("[name=summary]")).to_have_value("456")
    page.context.close()

    elsewhere = visitors.come(RESIDENT, language)
    elsewhere.goto(path)
    expect(elsewhere.locator("[name=text]")).to_have_value(words)


def test_words_typed_without_connection_are_offered_on_the_same_device(visitors: Visitors) -> None:
    said = Words("en")
    page = visitors.come(RESIDENT, "en")
    path = _editor(page, "en", "c6")
    before = page.input_value("[name=text]")
    page.context.set_offline(True)
    page.fill("[name=text]", before + " 789")
    page.clock.run_for(AUTOSAVE)
    here = said("No connection. Your words are kept on this device.")
    expect(page.locator("[data-draft-said]")).to_have_text(here)
    page.context.set_offline(False)
    visitors.faults[:] = [fault for fault in visitors.faults if "DISCONNECTED" not in fault]

    page.goto(path)
    expect(page.locator("[name=text]")).to_have_value(before)
    page.get_by_role("button", name=said("Put them back")).click()
    expect(page.locator("[name=text]")).to_have_value(before + " 789")
    _wait_for_autosave(page, "en")
    page.goto(path)
    expect(page.locator("[name=text]")).to_have_value(before + " 789")
    expect(page.get_by_role("button", name=said("Put them back"))).to_be_hidden()


def test_words_sent_without_connection_are_offered_again(visitors: Visitors) -> None:
    page = visitors.come(RESIDENT, "en")
    path = _editor(page, "en", "c4")
    words = page.input_value("[name=text]") + " 321"
    page.fill("[name=text]", words)
    page.context.set_offline(True)
    page.get_by_role("button", name=Words("en")("Save as the next version")).click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(path)
    page.get_by_role("button", name=Words("en")("Put them back")).click()
    expect(page.locator("[name=text]")).to_have_value(words)
