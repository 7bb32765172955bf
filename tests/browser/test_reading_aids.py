"""Larger text, the other language, the browser's voice, paper."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.examples import HISTORY
from tests.browser.visitors import Visitors
from tests.browser.words import Words

LAW_PAGE = f"/policies/{HISTORY}"
A_CHINESE_VOICE = """
  window.spoken = [];
  speechSynthesis.getVoices = () => [{ lang: "zh-CN", name: "test" }];
  speechSynthesis.speak = (utterance) => spoken.push(utterance.text);
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def _size_of_words(page: Page) -> float:
    words = page.locator(".clause-words p").nth(3)
    return float(words.evaluate("(words) => parseFloat(getComputedStyle(words).fontSize)"))


def test_larger_text_stays_large_on_the_next_page(visitors: Visitors) -> None:
    said = Words("zh")
    page = visitors.come(java_script_enabled=False)
    page.goto(LAW_PAGE)
    small = _size_of_words(page)
    assert small >= 18
    for _ in range(2):
        page.get_by_role("link", name=said("Larger text")).click()
    assert page.url.endswith(LAW_PAGE)
    large = _size_of_words(page)
    assert large >= 1.3 * small
    expect(page.get_by_role("link", name=said("Larger text"))).to_have_count(0)
    page.goto(f"{LAW_PAGE}/revisions/12")
    assert _size_of_words(page) == large
    page.get_by_role("link", name=said("Smaller text")).click()
    assert small < _size_of_words(page) < large


def test_the_other_language_is_the_same_page(visitors: Visitors) -> None:
    page = visitors.come()
    page.goto(f"{LAW_PAGE}/compare/9...12")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.locator(".strip").get_by_role("link", name="English").click()
    assert page.url.endswith(f"{LAW_PAGE}/compare/9...12")
    assert page.locator("html").get_attribute("lang") == "en"
    heading = Words("en")("Versions %(a)s and %(b)s compared", a=9, b=12)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.locator(".diff-words").first).to_have_attribute("lang", "zh-Hans")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator(".strip").get_by_role("link", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_read_aloud_is_offered_only_where_there_is_a_voice(visitors: Visitors) -> None:
    silent = visitors.come()
    silent.goto(LAW_PAGE)
    expect(silent.locator("[data-read-aloud]")).to_be_hidden()

    said = Words("zh")
    speaking = visitors.come()
    speaking.add_init_script(A_CHINESE_VOICE)
    speaking.goto(f"{LAW_PAGE}/clauses/c5")
    button = speaking.get_by_role("button", name=said("Read aloud"))
    button.click()
    words = speaking.locator("#law .clause-words").inner_text()
    spoken = "".join(speaking.evaluate("spoken"))
    assert "".join(spoken.split()) == "".join(words.split())
    stop = speaking.locator("[data-read-aloud]")
    expect(stop).to_have_text(stop.get_attribute("data-stop") or "")


def test_paper_shows_the_words_and_nothing_to_press(visitors: Visitors) -> None:
    page = visitors.come()
    page.goto(LAW_PAGE)
    page.emulate_media(media="print")
    for pressed in (".clause-tools", ".site-search", ".strip", ".tabs", ".read-aloud", ".contents"):
        expect(page.locator(pressed).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".clause-words").first).to_be_visible()
    demonstration = Words("zh")(
        "Demonstration site: everything here is an example and has no legal effect."
    )
    expect(page.get_by_text(demonstration)).to_be_visible()
