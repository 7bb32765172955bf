"""Everything works without JavaScript: read, edit with preview, keep for later, comment,
report, decide on a report, follow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.examples import LAW, PRACTICE, Examples
from tests.browser.visitors import RESIDENT, VISITOR, VOLUNTEER, Visitors
from tests.browser.words import LANGUAGES, Words

ADDED = {"zh": "长椅旁边要有一盏灯。", "en": "A lamp shall stand beside the bench."}


@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_needs_no_javascript(language: str, visitors: Visitors) -> None:
    phone = {"width": 360, "height": 760}  # where the contents begin closed
    page = visitors.come(VISITOR, language, java_script_enabled=False, viewport=phone)
    page.goto(f"/policies/{LAW[language]}")
    page.locator(".contents summary").first.click()
    page.locator(".contents a").nth(4).click()
    target = page.url.partition("#")[2]
    expect(page.locator(f"#{target}")).to_be_in_viewport()
    expect(page.locator("[data-read-aloud]").first).to_be_hidden()
    page.locator(".clause-tools a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_editing_needs_no_javascript(language: str, visitors: Visitors) -> None:
    said, slug = Words(language), PRACTICE[language]
    page = visitors.come(RESIDENT, language, java_script_enabled=False)
    page.goto(f"/policies/{slug}/edit?clause=c4&fresh=1")
    text = page.input_value("[name=text]") + ADDED[language]
    page.fill("[name=text]", text)
    page.fill("[name=summary]", "+")
    page.get_by_role("button", name=said("Keep for later")).click()
    page.get_by_role("link", name=said("Go on writing")).click()
    expect(page.locator("[name=text]")).to_have_value(text)
    page.get_by_role("button", name=said("Next: check")).click()
    expect(page.locator(".diff-words ins")).to_contain_text(ADDED[language])
    page.get_by_role("button", name=said("Go back and change")).click()
    expect(page.locator("[name=text]")).to_have_value(text)
    page.get_by_role("button", name=said("Next: check")).click()
    page.get_by_role("button", name=said("Save"), exact=True).click()
    expect(page.locator("#c-c4")).to_contain_text(ADDED[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_commenting_needs_no_javascript(language: str, visitors: Visitors) -> None:
    said = Words(language)
    page = visitors.come(RESIDENT, language, java_script_enabled=False)
    page.goto(f"/policies/{LAW[language]}/clauses/c4")
    page.get_by_role("link", name=said("Suggest a change or comment")).click()
    page.get_by_role("button", name=said("Next: check")).click()
    fault = said("Please give a reason, even a short one.")
    expect(page.get_by_role("alert")).to_contain_text(fault)
    page.fill("[name=summary]", ADDED[language])
    page.get_by_label(said("This is a question")).check()
    page.get_by_role("button", name=said("Next: check")).click()
    sentence = said("You left the wording as it is, so this goes in as a question.")
    expect(page.locator("main")).to_contain_text(sentence)
    page.get_by_role("button", name=said("Send"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Received. Thank you"))
    expect(page.locator("main")).to_contain_text(ADDED[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_reporting_and_deciding_need_no_javascript(
    language: str, visitors: Visitors, examples: Examples
) -> None:
    said, fair = Words(language), examples.fair[language]
    reader = visitors.come(VISITOR, language, java_script_enabled=False)
    reader.goto(f"/flags?kind=comment&id={fair.talk.opening}")
    reader.check("[name=rule][value=off_topic]")
    reader.get_by_role("button", name=said("Send the report")).click()
    heading = reader.get_by_role("heading", level=1)
    expect(heading).to_have_text(said("Thank you for the report"))
    keeper = visitors.come(VOLUNTEER, language, java_script_enabled=False)
    slug = fair.square.rpartition("/")[2]
    keeper.goto(f"/moderation?rule=off_topic&policy={slug}")
    keeper.locator("main article.case a").first.click()
    keeper.check("[name=action][value=none]")
    keeper.fill("main [name=reason]", ADDED[language])
    keeper.get_by_role("button", name=said("Do this, then the next report")).click()
    sentence = said("Done. The record shows the rule and your reason.")
    expect(keeper.locator("main")).to_contain_text(sentence)
    reader.goto(f"/moderation/log?policy={slug}&rule=off_topic")
    expect(reader.locator("main")).to_contain_text(ADDED[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_following_needs_no_javascript(
    language: str, visitors: Visitors, examples: Examples
) -> None:
    said, fair = Words(language), examples.fair[language]
    page = visitors.come(RESIDENT, language, java_script_enabled=False)
    page.goto(f"{fair.square}/follow?clause=c4")
    page.get_by_role("button", name=said("Follow"), exact=True).click()
    expect(page.locator("main")).to_contain_text(
        said("You follow this now. News stands on the page of notices.")
    )
    page.get_by_role("button", name=said("Stop following")).click()
    expect(page.locator("main")).to_contain_text(said("You no longer follow this."))
