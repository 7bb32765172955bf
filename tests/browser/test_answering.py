"""The answer comes back: an officer takes over a part of a suggestion, its author is told in one
text message and sees the own words in the article as it is now."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from app.access.actor import VISITOR as STRANGER
from app.policies.authorship import words_of_suggestion
from app.policies.queries import get_policy
from tests.browser import screens
from tests.browser.drafts import STALLS, begin
from tests.browser.pages import new_phone
from tests.browser.screens import PHONE, press
from tests.browser.sending import suggest
from tests.browser.site import Site
from tests.browser.visitors import OFFICER, VISITOR, VOLUNTEER, Visitors
from tests.browser.words import LANGUAGES, Words

SHADED_AND_UNDERLINED = """(mark) => {
  const style = getComputedStyle(mark);
  return style.textDecorationLine === "underline" && style.backgroundColor !== "rgba(0, 0, 0, 0)";
}"""
RUNS_OF = """(nth) => [...document.querySelectorAll(".wrote")]
  .filter((run) => run.nextElementSibling?.textContent.trim() === nth)
  .map((run) => run.textContent)
"""
LATIN_MESSAGE, HAN_MESSAGE = 160, 70  # characters that one text message holds


@dataclass(frozen=True)
class Case:
    """The second article of STALLS as suggested: one part is taken over, the other is not."""

    suggested: tuple[tuple[str, str], ...]
    taken: str
    reads: str  # how the article reads then
    elsewhere: tuple[str, str]  # another person's change, of other words
    same_words: tuple[str, str]  # and one that the adoption runs into
    why: str
    answer: str


CASES = {
    "zh": Case(
        suggested=(("九点", "十时三十分"), ("不得占用", "不得占用、遮挡")),
        taken="十时三十分",
        reads="早餐车应当在早上十时三十分以前收摊。有集市",
        elsewhere=("全部带走", "全部搬走"),
        same_words=("九点", "八点"),
        why="上夜班的人九点多才下班。",
        answer="采纳十时三十分收摊的建议；“遮挡”说不清楚，所以是部分采纳。",
    ),
    "en": Case(
        suggested=(("nine", "half past ten"), ("stays free", "stays free and dry")),
        taken="half past ten",
        reads="A cart shall leave by half past ten in the morning. On market days",
        elsewhere=("all tables", "all benches"),
        same_words=("nine", "eight"),
        why="People on the night shift come by after nine.",
        answer="We take over half past ten; nobody can keep it dry in the rain, hence only partly.",
    ),
}


def suggest_by_phone(page: Page, said: Words, site: Site, policy: str, phone: str) -> str:
    """A resident without an account sends it; answers the path of the receipt."""
    case = CASES[said.language]
    page.goto(f"{policy}/suggest?clause=c2")
    words = page.input_value("[name=text]")
    for old, new in case.suggested:
        words = words.replace(old, new)
    page.fill("[name=text]", words)
    page.fill("[name=summary]", case.why)
    press(page, said("Next: check"))
    screens.send(page, said)
    screens.ask_for_a_code(page, said, phone)
    screens.confirm(page, said, site, phone)
    page.wait_for_url(f"**{policy}/suggestions/1")
    return f"{policy}/suggestions/1"


def take_over_a_part(officer: Page, said: Words, receipt: str) -> None:
    """The officer's pages from the suggestion to the saved answer."""
    case = CASES[said.language]
    officer.goto(receipt)
    officer.get_by_role("link", name=said("Take its words into the text")).click()
    officer.get_by_role("link", name=said("Use some of the changes")).click()
    officer.locator(".part", has_text=case.taken).locator("input").check()
    officer.fill("[name=reason]", case.answer)
    press(officer, said("Next: check"))
    expect(officer.locator(".diff-words ins")).to_contain_text(case.taken)
    expect(officer.locator(".person-reads")).to_contain_text(case.answer)
    press(officer, said("Save and answer"))
    done = said("Answered: %(outcome)s, version %(n)s.", outcome=said("Partly adopted"), n=2)
    expect(officer.get_by_role("status")).to_have_text(done)


def once_the_worker_is_there(page: Page, found: Locator, seconds: float = 20) -> None:
    """What follows from a save stands on the page a moment later."""
    deadline = time.monotonic() + seconds
    while not found.is_visible() and time.monotonic() < deadline:
        page.wait_for_timeout(200)
        page.reload()
    expect(found).to_be_visible()


def own_words_by_attribution(site: Site, policy: str, receipt: str) -> list[str]:
    """What the service says of the head: the runs of words that came from this suggestion."""
    number = int(receipt.rpartition("/")[2])
    with site.app().app_context():
        head = get_policy(policy.rpartition("/")[2], STRANGER)
        spans = words_of_suggestion(head, head.head_number, number, STRANGER)["c2"]
    return [span.words for span in spans if span.writer.suggestion == number]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_part_is_adopted_and_its_author_sees_the_own_words(
    language: str, visitors: Visitors
) -> None:
    said, case, phone = Words(language), CASES[language], new_phone()
    officer = visitors.come(OFFICER, language)
    policy = begin(officer.context.request, STALLS[language])
    resident = visitors.come(VISITOR, language, viewport=PHONE)
    receipt = suggest_by_phone(resident, said, visitors.site, policy, phone)
    volunteer = visitors.come(VOLUNTEER, language, viewport=PHONE)
    person, place = volunteer.context.request, "clause=c2"
    elsewhere = suggest(person, policy, place, case.elsewhere, reason=case.why)
    same_words = suggest(person, policy, place, case.same_words, reason=case.why)
    take_over_a_part(officer, said, receipt)

    message = visitors.site.next_text(phone, known=1)
    link = re.search(rf"{visitors.site.address}\S+", message)
    assert link
    assert said("Partly adopted") in message
    assert "1" in message.replace(link.group(), "")
    assert len(message) <= (LATIN_MESSAGE if message.isascii() else HAN_MESSAGE)
    resident.goto(link.group())
    assert resident.url.endswith(receipt)
    answered = resident.locator(".answer")
    expect(resident.get_by_role("heading", level=1)).to_contain_text(said("Partly adopted"))
    expect(answered).to_contain_text(case.answer)
    expect(resident.locator(".attributed")).to_contain_text(case.reads)
    shaded = resident.locator(".attributed .own-words")
    once_the_worker_is_there(resident, shaded.first)
    assert shaded.all_inner_texts() == [case.taken]
    assert shaded.all_inner_texts() == own_words_by_attribution(visitors.site, policy, receipt)
    for mark in shaded.all():
        assert mark.evaluate(SHADED_AND_UNDERLINED), "a sign beside colour is needed"
    assert len(visitors.site.texts_to(phone)) == 2, "one code and one answer, nothing else"

    resident.goto(f"{policy}/attribution?clause=c2")
    source = said("from suggestion no. %(number)s", number=1)
    entry = resident.locator(".writers li", has_text=source)
    assert resident.evaluate(RUNS_OF, entry.locator(".writer-number").inner_text()) == [case.taken]

    others = {
        elsewhere: "Still fits the text as it is now",
        same_words: "The text has changed since",
    }
    volunteer.goto(f"{policy}/suggestions?clause=c2")
    for other, sentence in others.items():
        card = volunteer.locator(f"#no-{other.rpartition('/')[2]}")
        once_the_worker_is_there(volunteer, card.get_by_text(said(sentence)))
