"""The pages of a fair discussion: reports, decisions, reviews, held words, and following."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.kind import Kind
from tests.browser.office_pages import follow
from tests.browser.standing_pages import shows
from tests.browser.visitors import RESIDENT, REVIEWER, SUPERVISOR, VOLUNTEER


def _send(page: Page) -> None:
    """Press the one button that the page is about."""
    with page.expect_navigation():
        page.locator("main form[method=post] .button:not(.button-secondary)").last.click()


def _to_fault(page: Page) -> None:
    _send(page)
    expect(page.locator(".error-summary")).to_be_visible()


def _to_hidden_words(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form[action$='/moderation/words'] button").click()
    expect(page.locator("main h1")).to_be_visible()


def _to_outcomes(page: Page) -> None:
    page.check("[name=action][value=hide]")
    page.check("[name=rule][value=advertising]")
    page.fill("[name=reason]", "示例 Example")
    _send(page)


def _to_locked(page: Page) -> None:
    """The thread of the address's ``locked`` takes no replies; the words were written before."""
    locked = page.url.partition("locked=")[2]
    words = page.locator("[name=body]")
    words.fill("示例：音响可以朝着操场放。")
    form = page.locator("main form").filter(has=words)
    form.evaluate("(form, address) => form.setAttribute('action', address)", locked)
    with page.expect_navigation():
        form.locator("button[type=submit]").last.click()
    expect(page.locator("[name=body]")).to_have_value("示例：音响可以朝着操场放。")


def _to_asked(page: Page) -> None:
    page.fill("[name=address]", f"neighbour-{id(page)}@example.org")
    _send(page)
    expect(page.locator("[name=address]")).to_have_count(0)


FAIRNESS_KINDS = (
    Kind("flag", "/flags?kind=comment&id={talk_to_report}"),
    Kind("flag-fault", "/flags?kind=comment&id={talk_to_report}", RESIDENT, way=_to_fault),
    Kind("flagged", "/flags/received?kind=comment&id={talk_to_report}&state=new"),
    Kind("flagged-danger", "/flags/received?kind=comment&id={talk_to_report}&rule=danger&state=new"),
    Kind("flagged-aside", "/flags/received?kind=comment&id={talk_to_report}&state=aside"),
    Kind("queue", "/moderation", VOLUNTEER),
    Kind("queue-chosen", "/moderation?all=1&who=free", VOLUNTEER),
    Kind("queue-supervisor", "/moderation", SUPERVISOR),
    Kind("queue-empty", "/moderation?rule=off_topic", VOLUNTEER),
    Kind("case", "/moderation/{order_claimed}", VOLUNTEER),
    Kind("case-fault", "/moderation/{order_claimed}", VOLUNTEER, way=_to_fault),
    Kind("case-urgent", "/moderation/{order_urgent}", VOLUNTEER),
    Kind("case-aside", "/moderation/{order_aside}", VOLUNTEER),
    Kind("case-anothers", "/moderation/{order_anothers}", VOLUNTEER),
    Kind("case-change", "/moderation/{order_of_change}", VOLUNTEER),
    Kind("case-line", "/moderation/{order_of_line}", VOLUNTEER),
    Kind("case-name", "/moderation/{order_of_name}", VOLUNTEER),
    Kind("case-office", "/moderation/{order_of_office}", VOLUNTEER),
    Kind("case-supervisor", "/moderation/{order_of_office}", SUPERVISOR),
    Kind("selection", "/moderation/selection?rule=advertising&{order_chosen}", VOLUNTEER),
    Kind("selected", "/moderation/selection?{order_past_deciding}", VOLUNTEER, way=_to_outcomes),
    Kind("hidden-words", "/moderation/{order_aside}", VOLUNTEER, way=_to_hidden_words),
    Kind("order-person", "/moderation/people/{order_suspended}", VOLUNTEER),
    Kind("order-person-new", "/moderation/people/demo-resident", SUPERVISOR),
    Kind("hide-comment", "/moderation/comments/{talk_to_report}", VOLUNTEER),
    Kind("show-comment", "/moderation/comments/{order_hidden}", VOLUNTEER),
    Kind("hide-line", "/moderation/summaries/{order_line}", VOLUNTEER),
    Kind("stop-replies", "/moderation{talk_quiet}", VOLUNTEER),
    Kind("slow-down", "/moderation{square}", VOLUNTEER),
    Kind("log", "/moderation/log?policy={square_slug}"),
    Kind("log-narrowed", "/moderation/log?policy={square_slug}&rule=insult&action=hide"),
    Kind("review", "/moderation/log/{order_action}/review", RESIDENT),
    Kind("review-asked", "/moderation/log/{order_asked}/review", RESIDENT),
    Kind("appeals", "/moderation/appeals", REVIEWER),
    Kind("appeal", "/moderation/appeals/{order_appeal}", REVIEWER),
    Kind("appeal-own", "/moderation/appeals/{order_appeal}", VOLUNTEER),
    Kind("appeal-settled", "/moderation/appeals/{order_settled}", SUPERVISOR),
    Kind("supervision", "/supervision", SUPERVISOR),
    Kind("inspect", "/supervision/notes/new?about=action:{order_action}", SUPERVISOR),
    Kind("inspect-draft", "/supervision/notes/new?about=policy&policy={square_slug}", SUPERVISOR),
    Kind("inspect-report", "/supervision/notes/new?about=case:{order_of_office}", SUPERVISOR),
    Kind("inspection", "/supervision/notes/{order_replied}"),
    Kind("inspection-reply", "/supervision/notes/{order_note}", VOLUNTEER),
    Kind("inspection-close", "/supervision/notes/{order_replied}", SUPERVISOR),
    Kind("hold", "{square}/hold", VOLUNTEER),
    Kind("hold-on", "{waste}/hold", VOLUNTEER),
    Kind("held-draft", "{waste}/suggestions"),
    Kind("held-own", "/mine", RESIDENT, way=follow("a[href*='/suggestions/']")),
    Kind("held", "/moderation/held?draft={waste_slug}", VOLUNTEER),
    Kind("held-drafts", "/moderation/held", SUPERVISOR),
    Kind("duty", "/moderation/duty", VOLUNTEER),
    Kind("duty-supervisor", "/moderation/duty", SUPERVISOR),
    Kind(
        "unusual", "/moderation/unusual", VOLUNTEER, way=shows("section:has(#answers-title) .facts")
    ),
    Kind("remove", "/moderation/removals/new?kind=comment&id={order_hidden}", VOLUNTEER),
    Kind("removals", "/moderation/removals", VOLUNTEER),
    Kind("removal-open", "/moderation/removals/{order_proposal}", SUPERVISOR),
    Kind("removal-done", "/moderation/removals/{order_removal}", VOLUNTEER),
    Kind("helped", "{talk_helped}"),
    Kind("helped-resident", "{talk_helped}", RESIDENT),
    Kind("helped-volunteer", "{talk_helped}", VOLUNTEER),
    Kind("joined", "{talk_joined}"),
    Kind("moved", "{talk_moved}"),
    Kind("locked", "{talk_locked}", RESIDENT),
    Kind("locked-meanwhile", "{talk_quiet}?locked={talk_locked}", RESIDENT, way=_to_locked),
    Kind("summarise", "{talk_helped}/summary", VOLUNTEER),
    Kind("move-thread", "/comments/{talk_opening}/move", VOLUNTEER),
    Kind("move-reply", "/comments/{talk_stray}/move", VOLUNTEER),
    Kind("join", "{talk_quiet}/join", VOLUNTEER),
    Kind("part", "{talk_joined}/join", VOLUNTEER),
    Kind("follow", "{square}/follow?clause=c2"),
    Kind("follow-resident", "{square}/follow?clause=c2", RESIDENT),
    Kind("followed", "{square}/follow", RESIDENT),
    Kind("by-mail", "{square}/follow-by-mail?clause=c2", way=_to_fault),
    Kind("by-mail-asked", "{square}/follow-by-mail", way=_to_asked),
    Kind("confirm", "/follow/{confirm}"),
    Kind("unsubscribe", "/unsubscribe/{confirm}"),
    Kind("watching", "/watching", RESIDENT),
    Kind("notices", "/notices", RESIDENT),
    Kind("letters", "/settings/letters", RESIDENT),
    Kind("person-resident", "/people/demo-resident"),
    Kind("person-volunteer", "/people/demo-volunteer"),
    Kind("person-no-list", "/people/{order_suspended}"),
    Kind("leave", "/settings/leave", REVIEWER),
    Kind("leave-duties", "/settings/leave", RESIDENT),
    Kind("my-data", "/settings/data", RESIDENT),
    Kind("home-volunteer", "/", VOLUNTEER),
    Kind("home-supervisor", "/", SUPERVISOR),
)  # fmt: skip
