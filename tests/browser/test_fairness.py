"""Keeping a discussion fair: a report, a decision, its review; and a midnight with sixty new accounts."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from app import clock
from app.access.actor import VISITOR as NOBODY
from app.access.actor import Confirmation, Role
from app.accounts.services.appointing import add_person
from app.accounts.services.confirming import confirm
from app.database import committing
from app.discussions.services.posting import NewThread
from app.suggestions.services.saying import say
from tests.browser.examples import CALLED
from tests.browser.screens import press
from tests.browser.sending import path_of, send, suggest
from tests.browser.site import PASSWORD, Site
from tests.browser.visitors import RESIDENT, REVIEWER, VISITOR, VOLUNTEER, Visitors
from tests.browser.words import LANGUAGES, Words

PHONE = {"width": 360, "height": 740}
WAIT = 30.0  # seconds for the worker on a busy machine


@dataclass(frozen=True)
class Case:
    """What people say in one language."""

    comment: str
    reason: str
    disagrees: str
    verdict: str
    honest: str
    advert: str
    sought: tuple[str, str]  # one word each of the honest and of the advertising
    note: str


CASES = {
    "zh": Case(
        comment="这样写等于没写，起草的人没有骑过车吧",
        reason="说的是起草的人，没有说条文",
        disagrees="我没有骂人，我说的是没有调查过。",
        verdict="话说得重，但说的是条文没有调查，不算侮辱",
        honest="我家楼下晚上停满了车，婴儿车过不去，情况",
        advert="特价车锁，加我好友，编号",
        sought=("婴儿车", "车锁"),
        note="零点前后来了一批卖车锁的，已按广告隐藏，其余的看着正常。",
    ),
    "en": Case(
        comment="This is as good as nothing; did whoever wrote it ever look at a street?",
        reason="It speaks of the writers and not of the article",
        disagrees="I insulted nobody. I said that nobody had looked.",
        verdict="Strong words, but about the work and not about a person",
        honest="The pavement below my window is full at night and prams cannot pass, case",
        advert="Cheap geraniums, write to me, lot",
        sought=("prams", "geraniums"),
        note="A group selling geraniums came at midnight; hidden as advertising. The rest looks normal.",
    ),
}


def newcomer(site: Site, visitors: Visitors, language: str) -> Page:
    """A resident of their own, signed in on a phone."""
    mark = time.time_ns()
    address = f"writer{mark}@example.org"
    site.flask(
        "people", "create", address, "--name", f"Demo writer {mark % 10**6}", "--role", "resident",
        "--password", PASSWORD,
    )  # fmt: skip
    page = visitors.come(VISITOR, language, viewport=PHONE)
    send(page.context.request, "/account/sign-in", email=address, password=PASSWORD)
    return page


def choose(page: Page, **values: str) -> None:
    """Radio buttons by their values."""
    for name, value in values.items():
        page.check(f"main [name={name}][value='{value}']")


def appears(page: Page, path: str, words: str) -> None:
    """Wait until the page says so; the worker may be a moment behind."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        page.goto(path)
        if words in page.locator("main").inner_text():
            return
        time.sleep(0.3)
    raise AssertionError(f"{words!r} not in {page.locator('main').inner_text()!r}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_decided_reviewed_and_overturned_in_the_open(
    site: Site, visitors: Visitors, language: str
) -> None:
    said, case = Words(language), CASES[language]
    policy = f"/policies/{CALLED[language]}"
    writer = newcomer(site, visitors, language)
    receipt = suggest(
        writer.context.request, policy, "clause=c3", reason=case.comment, kind="comment"
    )
    number = receipt.rsplit("/", 1)[1]

    report(visitors.come(RESIDENT, language, viewport=PHONE), receipt, said)
    keeper = visitors.come(VOLUNTEER, language, viewport=PHONE)
    decide(keeper, case, said)

    stranger = visitors.come(VISITOR, language, viewport=PHONE)
    stranger.goto(receipt)
    expect(stranger.locator("main")).not_to_contain_text(case.comment)
    expect(stranger.locator("main")).to_contain_text(case.reason)

    ask_for_a_review(writer, case, said)
    keeper.goto("/moderation/appeals")
    keeper.locator("main a[href*='/moderation/appeals/']").last.click()
    expect(keeper.locator("main [name=outcome]")).to_have_count(0)

    overturn(visitors.come(REVIEWER, language, viewport=PHONE), case, said)
    appears(stranger, receipt, case.comment)
    stranger.goto(f"/moderation/log?policy={CALLED[language]}")
    record = stranger.locator("main")
    expect(record).to_contain_text(case.reason)
    expect(record).to_contain_text(case.verdict)
    expect(record).to_contain_text(said("Shown again"))
    expect(record).not_to_contain_text("Demo volunteer")
    expect(record).not_to_contain_text(case.comment)
    appears(writer, "/notices", case.verdict)
    writer.goto("/mine")
    expect(writer.locator("main")).to_contain_text(case.comment)
    assert number in writer.locator("main").inner_text()


def report(reader: Page, receipt: str, said: Words) -> None:
    """A resident reports the comment from the page it stands on."""
    reader.goto(receipt)
    reader.get_by_role("link", name=said("Report this")).first.click()
    choose(reader, rule="insult")
    press(reader, said("Send the report"))
    expect(reader.locator("main")).to_be_visible()
    assert "/flags" in reader.url


def decide(keeper: Page, case: Case, said: Words) -> None:
    """The volunteer takes the report on, and hides the words with rule and reason."""
    keeper.goto("/moderation?who=free")
    found = keeper.locator("article.case", has_text=case.comment[:20])
    found.get_by_role("link").first.click()
    press(keeper, said("I will look at this"))
    expect(keeper.locator("main")).to_contain_text(said("You are looking at this."))
    choose(keeper, action="hide", rule="insult")
    keeper.fill("main [name=reason]", case.reason)
    press(keeper, said("Do this, then the next report"))
    expect(keeper.locator("main")).to_contain_text(said("Undo"))


def ask_for_a_review(writer: Page, case: Case, said: Words) -> None:
    """Its author reads the notice, which names rule, reason and the way on, and nobody's name."""
    appears(writer, "/notices", case.reason)
    expect(writer.locator("main")).not_to_contain_text("Demo volunteer")
    writer.get_by_role("link", name=said("Ask that another person looks at it again")).first.click()
    writer.fill("main [name=words]", case.disagrees)
    press(writer, said("Ask for a review"))
    expect(writer.locator("main")).to_be_visible()


def overturn(reviewer: Page, case: Case, said: Words) -> None:
    """Another volunteer has the words shown, which is noted, and takes the decision back."""
    reviewer.goto("/moderation/appeals")
    reviewer.locator("main a[href*='/moderation/appeals/']").last.click()
    expect(reviewer.locator("main")).not_to_contain_text(case.comment)
    expect(reviewer.locator("main")).to_contain_text(case.disagrees)
    here = reviewer.url
    press(reviewer, said("Show me the words"))
    expect(reviewer.locator("main")).to_contain_text(case.comment)
    reviewer.goto(path_of(here))
    choose(reviewer, outcome="overturned")
    reviewer.fill("main [name=reason]", case.verdict)
    press(reviewer, said("Decide"))
    expect(reviewer.locator("main")).to_be_visible()


def crowd(site: Site, slug: str, words: list[str]) -> None:
    """New accounts, one for each of the words, which say them about the whole draft."""
    mark = time.time_ns() % 10**9
    with site.app().app_context():
        for place, sentence in enumerate(words):
            with committing():
                person = add_person(f"Demo night {mark} {place}", Role.RESIDENT, department="")
                confirm(person, Confirmation.CONTACT, by=NOBODY, by_command=True)
            with committing():
                say(slug, NewThread(body=sentence), actor=person.actor(clock.now()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_midnight_with_sixty_new_accounts(site: Site, visitors: Visitors, language: str) -> None:
    said, case, slug = Words(language), CASES[language], CALLED[language]
    people = f"/policies/{slug}/suggestions"
    keeper = visitors.come(VOLUNTEER, language, viewport=PHONE)
    keeper.goto("/moderation/duty")
    press(keeper, said("Go on duty"))

    crowd(site, slug, [f"{case.advert} {number}" for number in range(10)])
    keeper.goto(people)
    keeper.locator(f"main a[href$='{slug}/hold']").first.click()
    keeper.locator("main form button").click()
    expect(keeper.locator("main")).to_contain_text(said("New comments are held"))

    crowd(site, slug, [f"{case.advert} {number}" for number in range(10, 30)])
    crowd(site, slug, [f"{case.honest} {number}" for number in range(30)])
    stranger = visitors.come(VISITOR, language, viewport=PHONE)
    stranger.goto(f"{people}?sort=new")
    expect(stranger.locator("main")).not_to_contain_text(case.honest)
    expect(stranger.locator("main")).to_contain_text(held_sentence(said))

    hide_adverts(keeper, slug, case, said)
    keeper.goto("/moderation/duty")
    keeper.fill("main [name=body]", case.note)
    press(keeper, said("Leave this note"))
    press(keeper, said("Go off duty"))
    nextone = visitors.come(REVIEWER, language, viewport=PHONE)
    nextone.goto("/moderation/duty")
    expect(nextone.locator("main")).to_contain_text(case.note)

    keeper.goto(f"/policies/{slug}/hold")
    press(keeper, said("End the hold now"))
    honest, advert = case.sought
    appears(stranger, f"/search?q={honest}", case.honest[:10])
    stranger.goto(f"/search?q={advert}")
    shown = stranger.locator("main").inner_text()
    assert f"{case.advert} 9" in shown, "what stood there before the hold is not touched by it"
    assert [number for number in range(10, 30) if f"{case.advert} {number}" in shown] == []
    stranger.goto(f"/moderation/log?policy={slug}&rule=advertising")
    assert stranger.locator("main article.comment").count() >= 20


def held_sentence(said: Words) -> str:
    """What the public is told of a hold, up to its time."""
    sentence = "New comments appear after %(time)s. They are registered and answered all the same."
    return re.split(r"%\(time\)s", said(sentence, time="%(time)s"))[1].strip()


def hide_adverts(keeper: Page, slug: str, case: Case, said: Words) -> None:
    """Choose what advertises among the words that wait, and hide all of it under one rule."""
    keeper.goto(f"/moderation/held?draft={slug}")
    adverts = keeper.locator("main article.comment", has_text=case.advert)
    while adverts.count() == 0:
        keeper.get_by_role("link", name=said("Older")).click()
    chosen = adverts.count()
    for place in range(chosen):
        adverts.nth(place).get_by_role("checkbox").check()
    press(keeper, said("Hide the chosen ones (with reason)"))
    choose(keeper, action="hide", rule="advertising")
    keeper.fill("main [name=reason]", case.advert.split()[0])
    press(keeper, said("Do this to all of them"))
    expect(keeper.locator("main")).to_be_visible()
    keeper.goto(f"/moderation/held?draft={slug}")
    assert keeper.locator("main article.comment", has_text=case.advert).count() < chosen
