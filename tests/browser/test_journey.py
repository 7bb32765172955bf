"""The way of one draft through many hands, in both languages: written, published, edited by two
at once, compared, commented, moderated, found, counted."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import COLLEAGUE, PASSWORD
from tests.browser.visitors import OFFICER, RESIDENT, VISITOR, VOLUNTEER, Visitors
from tests.browser.words import LANGUAGES, Words


@dataclass(frozen=True)
class Draft:
    """What the people of one journey write."""

    title: str
    code: str
    text: str
    article: str  # the label of the article that everybody works on
    other: str  # the label of the article that nobody changes
    before: str
    mine: str
    theirs: str
    both: str
    # From ``before`` to ``both``, counted by hand: signs of Chinese, words of English.
    words_in: int
    words_out: int
    comment: str
    insult: str
    search: str


DRAFTS = {
    "zh": Draft(
        title="示例区早点摊位试行办法",
        code="zh-Hans",
        text=(
            "第一条 为了让居民就近吃上早点，也让道路整洁畅通，制定本办法。\n\n"
            "第二条 早点摊位应当在早上九点以前收摊，并把地面打扫干净。\n\n"
            "第三条 摊主应当公示健康证明和价格。"
        ),
        article="第二条",
        other="第三条",
        before="早点摊位应当在早上九点以前收摊，并把地面打扫干净。",
        mine="早点摊位应当在早上十点以前收摊，并把地面打扫干净。",
        theirs="早点摊位应当在早上九点以前收摊，并把油污和垃圾带走。",
        both="早点摊位应当在早上十点以前收摊，并把油污和垃圾带走。",
        words_in=8,
        words_out=7,
        comment="周末大家起得晚，收摊时间可以再晚半小时。",
        insult="写这一条的人真是个大笨蛋。",
        search="早点摊位",
    ),
    "en": Draft(
        title="Trial rules for breakfast stalls (煎饼摊点)",
        code="en",
        text=(
            "Article 1. These rules let residents buy breakfast near home on clear streets.\n\n"
            "Article 2. A stall shall close by nine in the morning and sweep the ground.\n\n"
            "Article 3. A stall shall show its health certificate and its prices."
        ),
        article="Article 2",
        other="Article 3",
        before="A stall shall close by nine in the morning and sweep the ground.",
        mine="A stall shall close by ten in the morning and sweep the ground.",
        theirs="A stall shall close by nine in the morning and take away all grease.",
        both="A stall shall close by ten in the morning and take away all grease.",
        words_in=5,
        words_out=4,
        comment="People sleep longer at weekends; half an hour more would help.",
        insult="Whoever wrote this is a complete fool.",
        search="煎饼",
    ),
}


def press(page: Page, name: str) -> None:
    """Press the button that bears exactly these words."""
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the link of the main text that bears exactly these words."""
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def start_a_private_draft(officer: Page, draft: Draft, said: Words) -> str:
    """From the first page to the saved draft; answers its path."""
    officer.goto("/")
    follow(officer, said("Start a new draft"))
    expect(officer.locator("[name=visibility][value=private]")).to_be_checked()
    officer.fill("[name=title]", draft.title)
    officer.select_option("[name=language]", draft.code)
    officer.fill("[name=text]", draft.text)
    press(officer, said("Save as version 1"))
    expect(officer.get_by_role("heading", level=1)).to_have_text(draft.title)
    expect(officer.get_by_role("status")).to_have_text(said("Your draft is saved as version 1."))
    return "/policies/" + officer.url.partition("/policies/")[2]


def see_nothing_of_it(page: Page, path: str, draft: Draft) -> None:
    """A stranger gets a 404, and no list names the draft."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 404
    assert draft.title not in answer.text()
    for place in ("/", "/policies", "/recent", f"/search?q={draft.search}"):
        page.goto(place)
        expect(page.locator("body")).not_to_contain_text(draft.title)


def make_it_public(officer: Page, colleague: Page, draft: Draft, said: Words) -> None:
    """Through the check page, which shows the text and wants a tick; the colleague reads it too."""
    follow(officer, said("Make public"))
    expect(officer.locator(".check-text")).to_contain_text(draft.before)
    press(officer, said("Send for approval"))
    expect(officer.get_by_role("alert")).to_contain_text(
        said("Please confirm that you have read it.")
    )
    officer.check("[name=sure]")
    press(officer, said("Send for approval"))
    sent = said("Sent for approval. Nothing happens before a second officer agrees.")
    expect(officer.get_by_role("status")).to_have_text(sent)
    colleague.goto("/")
    colleague.locator("main").get_by_role("link", name=draft.title).first.click()
    expect(colleague.locator(".check-text")).to_contain_text(draft.before)
    press(colleague, said("Approve"))
    agreed = said("Approved. It can be called off until its time.")
    expect(colleague.get_by_role("status").first).to_have_text(agreed)


def name_the_colleague(officer: Page, path: str, said: Words) -> None:
    officer.goto(f"{path}/people")
    officer.select_option("[name=kind]", "drafter")
    officer.fill("[name=address]", COLLEAGUE)
    press(officer, said("Name this person or body"))
    sentence = said("%(name)s now works on this draft.", name="Second demo officer")
    expect(officer.get_by_role("status")).to_have_text(sentence)


def sign_in_with_password(colleague: Page, said: Words) -> None:
    colleague.goto("/account/sign-in")
    colleague.fill("[name=email]", COLLEAGUE)
    colleague.fill("[name=password]", PASSWORD)
    colleague.locator("main").get_by_role("button", name=said("Sign in"), exact=True).click()
    expect(colleague.get_by_role("button", name=said("Sign out"))).to_be_visible()


def open_the_editor(page: Page, path: str, draft: Draft, said: Words) -> None:
    """From the text over the button at the article to its editor."""
    page.goto(path)
    tools = page.locator(".clause-tools")
    # How the article stands is a link of that name too, once the worker has counted it.
    tools.get_by_role("link", name=draft.article).filter(has_text="#").click()
    follow(page, said("Edit this article"))
    expect(page.locator("[name=text]")).to_have_value(re.compile(re.escape(draft.before)))


def write(page: Page, old: str, new: str, reason: str) -> None:
    """Change words of the article and say why."""
    words = page.input_value("[name=text]")
    assert old in words, words
    page.fill("[name=text]", words.replace(old, new))
    page.fill("[name=summary]", reason)


def edit_at_once(officer: Page, colleague: Page, path: str, draft: Draft, said: Words) -> None:
    """Both begin from version 1; the colleague is faster; the officer decides, nothing is lost."""
    open_the_editor(officer, path, draft, said)
    open_the_editor(colleague, path, draft, said)
    write(colleague, draft.before, draft.theirs, said("Clearer wording"))
    press(colleague, said("Save as the next version"))
    expect(colleague.get_by_role("status")).to_have_text(
        said("Saved as version %(number)s.", number=2)
    )
    write(officer, draft.before, draft.mine, said("New rule"))
    press(officer, said("Save as the next version"))
    expect(officer.locator(".conflict h2")).to_contain_text(said("Two people changed this article"))
    for panel, words in (("before", draft.before), ("theirs", draft.theirs), ("yours", draft.mine)):
        expect(officer.locator(f".panel-{panel}")).to_contain_text(words)
    expect(officer.locator("[name=summary]")).to_have_value(said("New rule"))
    write(officer, draft.mine, draft.both, said("New rule"))
    press(officer, said("Save my wording"))
    expect(officer.locator(".law")).to_contain_text(draft.both)
    expect(officer.get_by_role("status")).to_have_text(
        said("Saved as version %(number)s.", number=3)
    )


def compare(page: Page, path: str, draft: Draft, said: Words) -> None:
    """The comparison shows what came and went; the colleague's version is in the history."""
    page.goto(path)
    follow(page, said("See what changed"))
    heading = said("Versions %(a)s and %(b)s compared", a=2, b=3)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.locator(".diff-row")).to_have_count(1)
    expect(page.locator(".diff-head h2")).to_contain_text(draft.article)
    gone, come = differing(draft.theirs, draft.both)
    expect(page.locator(".diff-words del")).to_contain_text(gone)
    expect(page.locator(".diff-words ins")).to_contain_text(come)
    expect(page.locator(".diff")).to_contain_text(
        said("Underlined: added. Struck through: removed.")
    )
    page.goto(f"{path}/revisions/2")
    expect(page.locator(".law")).to_contain_text(draft.theirs)


def differing(before: str, after: str) -> tuple[str, str]:
    """The one place where two sentences of equal length differ: (before, after)."""
    pairs = [(a, b) for a, b in zip(before.split(), after.split(), strict=True) if a != b]
    if len(before.split()) > 1:
        return pairs[0]
    return next((a, b) for a, b in zip(before, after, strict=True) if a != b)


def comment(resident: Page, path: str, draft: Draft, said: Words, words: str) -> str:
    """A thread of one's own on the article; answers its path."""
    resident.goto(path)
    article = resident.locator(".clause", has_text=draft.both).get_attribute("id") or ""
    resident.goto(f"{path}/discussion?clause={article.removeprefix('c-')}")
    expect(resident.locator("#new .quote")).to_contain_text(draft.both)
    resident.fill("[name=body]", words)
    press(resident, said("Send"))
    expect(resident.locator(".comment-text")).to_have_text(words)
    return "/threads/" + resident.url.partition("/threads/")[2]


def hide(volunteer: Page, thread: str, draft: Draft, said: Words, reason: str) -> None:
    """With a rule and a reason, which the marker and the record show."""
    volunteer.goto(thread)
    follow(volunteer, said("Hide (with reason)"))
    volunteer.get_by_label(said("No insults")).check()
    volunteer.fill("[name=reason]", reason)
    press(volunteer, said("Hide (with reason)"))
    expect(volunteer.locator(".comment-hidden")).to_contain_text(said("No insults"))
    expect(volunteer.locator(".comment-hidden")).to_contain_text(reason)


def find_by_searching(page: Page, draft: Draft, said: Words) -> None:
    """With the box in the masthead; the worker indexes within a moment."""
    deadline = time.monotonic() + 5
    page.goto("/")
    page.get_by_role("searchbox").fill(draft.search)
    page.get_by_role("searchbox").press("Enter")
    found = page.locator("main").get_by_role("link", name=draft.title).first
    while not found.is_visible() and time.monotonic() < deadline:
        time.sleep(0.3)
        page.reload()
    expect(found).to_be_visible()
    expect(page.locator("main mark").first).to_be_visible()
    found.click()
    expect(page.locator(".law")).to_contain_text(draft.both)


def see_the_dashboard(page: Page, path: str, draft: Draft, said: Words) -> None:
    """How each article stands, and from there the version that changed the words."""
    page.goto(path)
    follow(page, said("How this draft stands"))
    stands = page.locator(".stand")
    changed = stands.filter(has=page.locator(".stand-name", has_text=draft.article))
    untouched = stands.filter(has=page.locator(".stand-name", has_text=draft.other))
    words = said("+%(more)s −%(less)s words in 7 days", more=draft.words_in, less=draft.words_out)
    deadline = time.monotonic() + 10
    while words not in changed.inner_text() and time.monotonic() < deadline:
        time.sleep(0.3)  # the worker counts
        page.reload()
    expect(changed).to_contain_text(words)
    expect(untouched).to_contain_text(said("Written in the last 7 days"))
    changed.get_by_role("link", name=said("Why")).click()
    follow(page, said("Version %(number)s", number=3))
    expect(page.locator(".diff-head h2")).to_contain_text(draft.article)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_goes_through_many_hands_and_nothing_is_lost(
    language: str, visitors: Visitors
) -> None:
    said, draft = Words(language), DRAFTS[language]
    officer = visitors.come(OFFICER, language)
    colleague = visitors.come(VISITOR, language)
    resident = visitors.come(RESIDENT, language)
    volunteer = visitors.come(VOLUNTEER, language)
    stranger = visitors.come(VISITOR, language)

    path = start_a_private_draft(officer, draft, said)
    see_nothing_of_it(stranger, path, draft)
    see_nothing_of_it(resident, path, draft)
    sign_in_with_password(colleague, said)
    make_it_public(officer, colleague, draft, said)
    see_nothing_of_it(stranger, path, draft)
    visitors.site.let_act_happen(path.rpartition("/")[2])
    name_the_colleague(officer, path, said)
    edit_at_once(officer, colleague, path, draft, said)
    compare(stranger, path, draft, said)

    kept = comment(resident, path, draft, said, draft.comment)
    unkind = comment(resident, path, draft, said, draft.insult)
    hide(volunteer, unkind, draft, said, draft.comment[:8])
    stranger.goto(path)
    stranger.locator(".clause", has_text=draft.both).locator(".has-words").click()
    expect(stranger.locator("#talk")).to_contain_text(draft.comment)
    expect(stranger.locator("#talk")).not_to_contain_text(draft.insult)
    for place in (unkind, f"{path}/discussion", "/moderation/log", f"/search?q={draft.insult}"):
        stranger.goto(place)
        expect(stranger.locator("main")).not_to_contain_text(draft.insult)
    stranger.goto(unkind)
    expect(stranger.locator(".comment-hidden")).to_contain_text(said("No insults"))
    stranger.goto(kept)
    expect(stranger.locator("main")).to_contain_text(draft.comment)

    find_by_searching(stranger, draft, said)
    see_the_dashboard(stranger, path, draft, said)
