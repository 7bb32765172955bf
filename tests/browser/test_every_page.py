"""Every kind of page: axe finds nothing serious, nothing runs over the edge of a small or zoomed
screen, fingers can hit what they should press, and a slow phone has little to load."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

from tests.browser.examples import Examples
from tests.browser.pages import KINDS, Kind, visit
from tests.browser.visitors import Visitors
from tests.browser.words import LANGUAGES

PHONE, ZOOMED = 360, 320  # 320 is a window of 640 at 200 %
TARGET = 44  # CSS pixels
TARGETS = """
    button, a.button, summary, select, input:not([type=hidden], [type=radio], [type=checkbox]),
    textarea, .choice label, .strip-row a, .site-nav a, .tabs a, .pagination a, .brand,
    .clause-button, .diff-steps a
"""
HEAVIEST = 100_000  # bytes of a page with its style sheets and scripts, as they travel
_AXE = Axe()

TOO_SMALL = """(selector) => [...document.querySelectorAll(selector)]
  .filter((element) => element.checkVisibility() && !element.closest(".for-ears"))
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([element, box]) => `${element.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)
"""
RUNS_OVER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 0.5)
    .map((element) => element.outerHTML.slice(0, 90)).slice(0, 8);
}"""


class Load:
    """What the last page that ``page`` opened weighs, loaded by somebody who has nothing of it yet."""

    def __init__(self, page: Page) -> None:
        self._parts: dict[str, Request] = {}
        self._document: Request | None = None
        page.on("requestfinished", self._came)

    def _came(self, request: Request) -> None:
        if request.is_navigation_request():
            self._document = request
        elif request.resource_type in ("stylesheet", "script"):
            self._parts[request.url] = request

    def weigh(self) -> int:
        """Bytes of the page, and of all style sheets and scripts of this visit."""
        parts = [*self._parts.values(), *([self._document] if self._document else [])]
        return sum(part.sizes()["responseBodySize"] for part in parts)


def _ids(kind: Kind) -> str:
    return kind.name


def serious(page: Page, **options: object) -> list[str]:
    """What axe calls serious or critical, one line each with the first places."""
    found = _AXE.run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        f"{rule['id']} ({rule['impact']}): {[node['html'][:140] for node in rule['nodes'][:3]]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS, ids=_ids)
def test_a_page_is_fit_for_every_reader(
    kind: Kind, language: str, visitors: Visitors, examples: Examples
) -> None:
    page = visitors.come(kind.role, language, viewport={"width": PHONE, "height": 760})
    load = Load(page)
    visit(page, kind, language, examples)
    assert load.weigh() <= HEAVIEST
    over = page.evaluate(RUNS_OVER)
    assert not over, f"at {PHONE} px these run over the edge: {over}"
    small = page.evaluate(TOO_SMALL, TARGETS)
    assert not small, f"under {TARGET} px: {small}"
    assert not serious(page), "in light colours"
    page.emulate_media(color_scheme="dark")
    colours = {"runOnly": ["color-contrast"]}
    assert not serious(page, **colours), "in dark colours"
    page.evaluate("document.documentElement.dataset.textSize = '3'")
    page.set_viewport_size({"width": ZOOMED, "height": 500})
    over = page.evaluate(RUNS_OVER)
    assert not over, f"at {ZOOMED} px with the largest text these run over the edge: {over}"
