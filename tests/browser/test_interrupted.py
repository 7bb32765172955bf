"""A connection that breaks, a text that is corrected, comments that close: nothing is lost, and
nothing arrives twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import screens
from tests.browser.cutting import no_answer, no_connection
from tests.browser.drafts import STALLS, begin, open_for_comment, rewrite
from tests.browser.pages import new_phone
from tests.browser.screens import ADDED, PHONE, WHY, press
from tests.browser.site import Site
from tests.browser.visitors import OFFICER, VISITOR, VOLUNTEER, Visitors
from tests.browser.words import LANGUAGES, Words

CORRECTION = {"zh": "冬季延长到十点。", "en": "In winter it may stay until ten."}
LABEL = {"zh": "第二条", "en": "Article 2"}
HELD = "No connection. Your words are on this phone. Press Send again later; it will not be sent twice."


def hold(page: Page, visitors: Visitors, said: Words, button: str) -> None:
    """Press it without connection: the page stays, and says so."""
    with no_connection(page, visitors):
        press(page, said(button))
        expect(page.locator("[data-phone-said]")).to_have_text(said(HELD))


def see_the_words(page: Page, language: str) -> None:
    """They stand in the form, to be sent again."""
    expect(page.locator("[name=text]")).to_have_value(re.compile(re.escape(ADDED[language]) + "$"))
    expect(page.locator("[name=summary]")).to_have_value(WHY[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_connection_loses_no_word_and_makes_one_contribution(
    language: str, visitors: Visitors
) -> None:
    """Screens 3, 4 and 6 once without connection; 4 and 6 once without an answer."""
    said, phone = Words(language), new_phone()
    page = visitors.come(VISITOR, language, viewport=PHONE)
    screens.read_the_article(page, said)
    screens.type_words(page, language)
    hold(page, visitors, said, "Next: check")
    see_the_words(page, language)
    screens.check(page, said)
    hold(page, visitors, said, "Send")
    with no_answer(page, visitors):
        press(page, said("Send"))
    see_the_words(page, language)
    screens.check(page, said)
    screens.send(page, said)
    screens.ask_for_a_code(page, said, phone)
    with no_connection(page, visitors):
        screens.confirm(page, said, visitors.site, phone)
        expect(page.locator("[data-offline]")).to_have_text(said(HELD))
        expect(page.locator("[name=code]")).to_have_value(re.compile(r"\d{6}"))
    with no_answer(page, visitors):
        press(page, said("Confirm and send"))
    receipt, _code = screens.see_the_receipt(page, said)
    already = said("We already have this. It is number %(number)s.", number=receipt.split("/")[-1])
    expect(page.locator("main .notice")).to_have_text(already)
    sign_in_with_a_code(page, said, visitors.site, phone)
    count_mine(page, 1)


def sign_in_with_a_code(page: Page, said: Words, site: Site, phone: str) -> None:
    """With the number of the first code; a second one comes."""
    page.goto("/account/sign-in")
    page.fill("[name=email]", phone)
    page.locator("main").get_by_role("button", name=said("Sign in"), exact=True).click()
    page.fill("[name=code]", site.code_sent_to(phone, known=1))
    page.locator("main form button").first.click()
    expect(page.get_by_role("button", name=said("Sign out"))).to_be_visible()


def count_mine(page: Page, number: int) -> None:
    """So many contributions stand in one's own list."""
    page.goto("/mine")
    expect(page.locator(".own")).to_have_count(number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sent_again_after_a_lost_answer_it_is_one(language: str, visitors: Visitors) -> None:
    """Somebody who is signed in sends from screen 4; the contribution is made at once."""
    said = Words(language)
    page, _policy = a_newcomer_writes(language, visitors)
    screens.check(page, said)
    with no_answer(page, visitors):
        press(page, said("Send"))
    see_the_words(page, language)
    press(page, said("Next: check"))
    screens.see_the_receipt(page, said)
    already = said("We already have this. It is number %(number)s.", number=1)
    expect(page.locator("main .notice")).to_have_text(already)


def a_newcomer_writes(language: str, visitors: Visitors, role: str = VOLUNTEER) -> tuple[Page, str]:
    """Screen 3, filled in, about the second article of a draft of its own; its path."""
    officer = visitors.come(OFFICER).context.request
    policy = begin(officer, STALLS[language])
    page = visitors.come(role, language, viewport=PHONE)
    page.goto(f"{policy}/suggest?clause=c2")
    screens.type_words(page, language)
    return page, policy


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_article_corrected_meanwhile_is_compared(language: str, visitors: Visitors) -> None:
    """Corrected while somebody was between screens 3 and 6: nothing is lost, and one chooses."""
    said, phone = Words(language), new_phone()
    page, policy = a_newcomer_writes(language, visitors, VISITOR)
    screens.check(page, said)
    screens.send(page, said)
    screens.ask_for_a_code(page, said, phone)
    officer = visitors.come(OFFICER).context.request
    rewrite(officer, policy, 1, "c2", f"{STALLS[language].articles[1]} {CORRECTION[language]}")
    screens.confirm(page, said, visitors.site, phone)
    expect(page.get_by_role("heading", level=1)).to_have_text(said("Compare and choose"))
    corrected = said(
        "%(label)s was corrected while you wrote. Nothing is lost; compare and choose.",
        label=LABEL[language],
    )
    expect(page.locator(".lede")).to_have_text(corrected)
    now, mine = page.locator(".clash ins").all_inner_texts()
    assert CORRECTION[language] in now
    assert ADDED[language] in mine
    see_the_words(page, language)
    press(page, said("Go on with my words"))
    expect(page.locator("main del")).to_contain_text(CORRECTION[language][:-1])
    press(page, said("Send"))
    screens.see_the_receipt(page, said)
    count_mine(page, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_began_before_comments_closed_may_still_send(language: str, visitors: Visitors) -> None:
    said, phone = Words(language), new_phone()
    officer = visitors.come(OFFICER).context.request
    policy = begin(officer, STALLS[language])
    open_for_comment(visitors.site, policy, STALLS[language])
    slug = policy.rpartition("/")[2]
    page, slow = (visitors.come(VISITOR, language, viewport=PHONE) for _ in range(2))
    for one in (page, slow):
        one.goto(f"{policy}/suggest?clause=c2")
        screens.type_words(one, language)
    visitors.site.close_comments(slug, datetime.now(UTC))
    screens.check(page, said)
    closed = said(
        "Comments closed at %(time)s. You began before that, so you may still send until "
        "%(until)s; it will be marked \"sent after closing\".", time="|", until="|"
    ).split("|")  # fmt: skip
    for words in closed:
        expect(page.locator(".notice-warning")).to_contain_text(words.strip())
    screens.send(page, said)
    screens.ask_for_a_code(page, said, phone)
    screens.confirm(page, said, visitors.site, phone)
    screens.see_the_receipt(page, said)
    expect(page.locator("main")).to_contain_text(said("Sent after closing"))

    visitors.site.close_comments(slug, datetime.now(UTC) - timedelta(hours=25))
    press(slow, said("Next: check"))
    expect(slow.get_by_role("heading", level=1)).to_have_text(said("Comments have closed"))
    expect(slow.locator("#words")).to_have_value(re.compile(re.escape(ADDED[language])))
    expect(slow.locator("#reason")).to_have_value(WHY[language])

    stranger = visitors.come(VISITOR, language, viewport=PHONE)
    stranger.goto(f"{policy}/suggest?clause=c2")
    expect(stranger.get_by_role("heading", level=1)).to_have_text(said("Comments have closed"))
