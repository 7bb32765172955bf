"""Read, agree, look again when the words have changed: what people press, and what the page of the
draft then says."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import RUNS_OVER, Load
from tests.browser.office_examples import person_called
from tests.browser.screens import PHONE, press
from tests.browser.site import Site
from tests.browser.standing_words import WORDS
from tests.browser.test_every_page import HEAVIEST
from tests.browser.test_keyboard import go
from tests.browser.visitors import OFFICER, RESIDENT, VISITOR, Visitors
from tests.browser.words import LANGUAGES, Words
from tests.builders.accounts import make_actor
from tests.builders.policies import make_policy
from tests.builders.suggestions import make_suggestion

WAIT = 30.0  # seconds for the worker on a busy machine
NOT_A_VOTE = {
    "en": "This is not a vote. It shows the drafters where to look; reasons count.",
    "zh": "这不是投票，只帮助起草部门了解哪里有不同看法，理由最重要。",
}


@dataclass(frozen=True)
class Walk:
    """One resident on a small screen; every page they come to is light and fits."""

    page: Page
    load: Load
    policy: str  # its path

    def look(self) -> None:
        self.page.wait_for_load_state()
        assert self.load.weigh() <= HEAVIEST, self.page.url
        assert not self.page.evaluate(RUNS_OVER), self.page.url

    def goto(self, rest: str) -> None:
        self.page.goto(f"{self.policy}{rest}")
        self.look()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            press(self.page, name)
        self.look()

    def says(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)


def draft(site: Site, language: str, name: str) -> str:
    """The path of a draft of the demo officer on which somebody suggests other words for article 3."""
    words = WORDS[language]
    with site.app().app_context():
        policy = make_policy(
            person_called("demo-officer"), title=words.titles["journey"], text=words.text,
            language=words.language, slug=f"{name}-{language}", mode="open",
        )  # fmt: skip
        mark = time.time_ns()
        neighbour = make_actor(
            public_id=f"gardener-{mark}", email=f"gardener-{mark}@example.org",
            name=f"{words.person} {mark}", name_skeleton=f"gardener{mark}",
        )  # fmt: skip
        old = next(line for line in words.text.split("\n") if words.other[0] in line)
        make_suggestion(policy, "c4", old.replace(*words.other), neighbour, reason=words.reason)
        return f"/policies/{policy.slug}"


def change_article_two(officer: Page, policy: str, said: Words) -> None:
    """An officer changes the words with the form, as officers do."""
    words = WORDS[said.language]
    officer.goto(f"{policy}/edit?clause=c3&fresh=1")
    officer.fill("[name=text]", officer.input_value("[name=text]").replace(*words.change))
    officer.fill("[name=summary]", words.summary)
    press(officer, said("Next: check"))
    press(officer, said("Save"))
    expect(officer.locator("#c-c3")).to_contain_text(words.change[1])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_agreeing_and_keeping_it_when_the_words_change(
    site: Site, visitors: Visitors, language: str, scripts: bool
) -> None:
    said, words = Words(language), WORDS[language]
    policy = draft(site, language, f"garden-{scripts}".lower())
    page = visitors.come(RESIDENT, language, viewport=PHONE, java_script_enabled=scripts)
    walk = Walk(page, Load(page), policy)
    read_and_take_it_back(walk, said)
    agree(walk, said)

    change_article_two(visitors.come(OFFICER, language, viewport=PHONE), policy, said)
    walk.goto("/clauses/c3")
    walk.says(said("Your answer to earlier words: %(choice)s", choice=said("Agree")))
    with page.expect_navigation():
        page.get_by_role("link", name=said("See what changed")).click()
    walk.look()
    changes = page.locator(".stance-changes")
    old, new = words.change
    expect(changes.locator("del")).to_contain_text(old[-1] if language == "en" else old[0])
    expect(changes.locator("ins")).to_contain_text(new[-1] if language == "en" else new[0])
    walk.press(said("Keep it for the new words"))
    walk.says(said("Your answer: %(choice)s", choice=said("Agree")))
    expect(page.locator(".stance-changes")).to_have_count(0)

    walk.goto("/suggestions")
    walk.says(NOT_A_VOTE[language])
    walk.press(said("Agree"))
    walk.says(said("Your answer: %(choice)s", choice=said("Agree")))
    the_page_of_the_draft_tells(visitors, policy, said)


def read_and_take_it_back(walk: Walk, said: Words) -> None:
    """On article 1; and on the last article for good."""
    walk.goto("/clauses/c2")
    walk.press(said("Read, no comment"))
    walk.says(said("You said that you have read this."))
    with walk.page.expect_navigation():
        walk.page.get_by_role("link", name=said("Take it back"), exact=True).click()
    walk.look()
    about = "It does not mean that you agree. Only people who press the button or write about the"
    walk.says(said(f"{about} article are counted: reading itself is not tracked."))
    walk.press(said("Take it back"))
    walk.goto("/clauses/c2")
    expect(walk.page.get_by_role("button", name=said("Read, no comment"))).to_be_visible()
    walk.goto("/clauses/c8")
    walk.press(said("Read, no comment"))


def agree(walk: Walk, said: Words) -> None:
    """With article 2."""
    walk.goto("/clauses/c3")
    walk.says(NOT_A_VOTE[said.language])
    walk.press(said("Agree"))
    walk.says(said("Your answer: %(choice)s", choice=said("Agree")))


def the_page_of_the_draft_tells(visitors: Visitors, policy: str, said: Words) -> None:
    """Who reads it without an account sees the new figures as soon as the worker has counted."""
    visitor = visitors.come(VISITOR, said.language, viewport=PHONE)
    many = said("Read by fewer than 5 people")
    few = said("Since its last change nobody has pressed “Read, no comment” or written about it")
    new = said("+%(more)s −%(less)s words in 7 days", more=1, less=1)
    counted(visitor, policy, "c3", new)
    counted(visitor, policy, "c8", many)
    assert few in row(visitor, "c2"), "taken back"
    assert "1" in row(visitor, "c4"), row(visitor, "c4")
    text = visitor.locator("main").inner_text()
    assert "consensus" not in text.lower()
    assert "共识" not in text


def counted(page: Page, policy: str, clause: str, words: str) -> None:
    """Wait until the page of the draft says so of the article: the worker is a moment behind."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        page.goto(f"{policy}/consensus")
        if words in row(page, clause):
            return
        time.sleep(0.2)
    raise AssertionError(f"{words!r} not in {row(page, clause)!r}")


def row(page: Page, clause: str) -> str:
    """What the page says of one article."""
    return page.locator(f"#s-{clause}").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_and_answering_need_no_mouse(site: Site, visitors: Visitors, language: str) -> None:
    said, policy = Words(language), draft(site, language, "garden-keys")
    page = visitors.come(RESIDENT, language)
    counted(page, policy, "c3", said("Still changing"))
    go(page, '#s-c3 a[href$="/consensus/c3"]')
    page.goto(f"{policy}/clauses/c3")
    go(page, 'button[formaction$="/clauses/c3/read"]')
    expect(page.locator("main")).to_contain_text(said("You said that you have read this."))
    go(page, '#stance button[value="disagree"]')
    answer = said("Your answer: %(choice)s", choice=said("Disagree"))
    expect(page.locator("#stance")).to_contain_text(answer)
    go(page, '#stance a[href$="/positions/c-c3"]')
    go(page, '#stance button[value="none"]')
    expect(page.locator("#stance")).not_to_contain_text(answer)
