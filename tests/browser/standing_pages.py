"""The pages that say how drafts stand: for readers, for officers, for those who keep order."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.kind import Kind, Way
from tests.browser.visitors import OFFICER, RESIDENT, VISITOR, VOLUNTEER


def _to_fault(page: Page) -> None:
    """Another number, and no reason for it."""
    page.fill("[name=readers]", "8")
    with page.expect_navigation():
        page.locator("main form[method=post] .button").last.click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=readers]")).to_have_value("8")


def shows(selector: str) -> Way:
    """What the page is about is really there, counted."""

    def way(page: Page) -> None:
        expect(page.locator(f"main {selector}").first).to_be_visible()

    return way


STANDING_KINDS = (
    Kind("stand", "{stand_varied}/consensus", way=shows(".standing-unknown")),
    Kind("stand-officer", "{stand_asked}/consensus", OFFICER),
    Kind("stand-empty", "{stand_empty}/consensus"),
    Kind("stand-why", "{stand_varied}/consensus/c2"),
    Kind("stand-disputed", "{stand_disputed}/consensus/c3", way=shows(".zigzag")),
    Kind("stand-more", "{stand_disputed}/consensus/more", way=shows(".bars-picture")),
    Kind("stand-groups", "{stand_divided}/consensus/more", way=shows(".groups-rows")),
    Kind("flow-role", "{stand_disputed}/consensus/flow?colour=role", way=shows(".flow-band")),
    Kind("flow-age", "/policies/{history}/consensus/flow?colour=age", way=shows(".flow-band")),
    Kind("position", "{stand_asked}/positions/c-c4", VISITOR),
    Kind(
        "position-earlier", "{stand_asked}/positions/c-c3", RESIDENT, way=shows(".stance-changes")
    ),
    Kind("position-suggestion", "{stand_asked}/positions/s-2", RESIDENT),
    Kind("read-earlier", "{stand_asked}/clauses/c3/read", RESIDENT),
    Kind("my-positions", "/mine/positions", RESIDENT),
    Kind("thresholds", "{stand_disputed}/consensus/settings"),
    Kind("thresholds-fault", "{stand_disputed}/consensus/settings", OFFICER, way=_to_fault),
    Kind("stands", "/consensus"),
    Kind("stands-officer", "/consensus", OFFICER),
    Kind("stands-volunteer", "/consensus", VOLUNTEER),
    Kind("law-margin", "{stand_varied}"),
    Kind("clause-buttons", "{stand_asked}/clauses/c4", RESIDENT, way=shows(".stance-choices")),
    Kind("clause-answered", "{stand_asked}/clauses/c2", RESIDENT),
    Kind("cards-buttons", "{stand_asked}/suggestions", RESIDENT, way=shows(".stance-choices")),
    Kind("marked", "{stand_damage}"),
    Kind("mark", "/moderation/revisions/{stand_damage_id}", VOLUNTEER),
)
