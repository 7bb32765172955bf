"""The screens from a call for comment to the receipt, as a resident goes through them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.examples import CALLED
from tests.browser.sending import path_of
from tests.browser.site import Site
from tests.browser.words import Words

PHONE = {"width": 360, "height": 740}
ADDED = {
    "zh": "妨碍行人、轮椅通行的，应当立即移走。",
    "en": "A tree that blocks a wheelchair is moved first.",
}
WHY = {
    "zh": "我推着轮椅上的母亲去医院，常常要绕到车行道上。",
    "en": "I push my mother's wheelchair to the clinic and often have to use the road.",
}
PER_CHARACTER = 40  # milliseconds that a quick person needs
CODE = re.compile(r"[2-9A-Z]{5}-[2-9A-Z]{5}")


def press(page: Page, name: str) -> None:
    """Press the button that bears exactly these words."""
    page.get_by_role("button", name=name, exact=True).click()


def read_the_article(page: Page, said: Words) -> None:
    """Screens 1 and 2: what the poster's code opens, and the first article it asks about."""
    page.goto(f"/policies/{CALLED[said.language]}/consultation")
    page.get_by_role("link", name=said("Read this article and comment")).first.click()
    page.get_by_role("link", name=said("Suggest a change or comment"), exact=True).click()


def type_words(page: Page, language: str, delay: int = 0) -> None:
    """Screen 3: behind the article's last word, and the reason."""
    page.locator("[name=text]").press("Control+End")
    page.locator("[name=text]").press_sequentially(ADDED[language], delay=delay)
    page.locator("[name=summary]").press_sequentially(WHY[language], delay=delay)


def check(page: Page, said: Words) -> None:
    """Screen 4, which shows what was added and why."""
    press(page, said("Next: check"))
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Check before you send"))
    expect(page.locator("main ins")).to_contain_text(ADDED[said.language][:-1])
    expect(page.locator("main .quote")).to_contain_text(WHY[said.language])


def send(page: Page, said: Words) -> None:
    """From screen 4 to screen 5, which says that nothing is sent yet."""
    press(page, said("Send"))
    expect(page.locator(".not-sent")).to_contain_text(said("They are not sent yet."))


def ask_for_a_code(page: Page, said: Words, phone: str, delay: int = 0) -> None:
    """From screen 5 to screen 6."""
    page.locator("[name=phone]").press_sequentially(phone, delay=delay)
    press(page, said("Send me a code"))
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Enter the 6-figure code"))


def confirm(page: Page, said: Words, site: Site, phone: str, delay: int = 0) -> None:
    """Screen 6, with the code that came to the phone."""
    page.locator("[name=code]").press_sequentially(site.code_sent_to(phone), delay=delay)
    press(page, said("Confirm and send"))


def see_the_receipt(page: Page, said: Words) -> tuple[str, str]:
    """Screen 7 with the words on it; (its path, look-up code)."""
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Received. Thank you"))
    expect(page.locator("main ins")).to_contain_text(ADDED[said.language][:-1])
    expect(page.locator(".comment-text")).to_contain_text(WHY[said.language])
    number = page.url.rpartition("/")[2]
    expect(page.locator(".receipt-codes dd").first).to_have_text(number)
    code = page.locator(".receipt-code").inner_text()
    assert CODE.fullmatch(code), code
    return path_of(page.url), code
