"""What an eye would find on a page: what runs over the edge, what a finger misses, what is heavy."""

from __future__ import annotations

from playwright.sync_api import Page, Request

RUNS_OVER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 0.5)
    .map((element) => element.outerHTML.slice(0, 90)).slice(0, 8);
}"""
TARGET = 44  # CSS pixels
TARGETS = """
    button, a.button, summary, select, input:not([type=hidden], [type=radio], [type=checkbox]),
    textarea, .choice label, .strip-row a, .site-nav a, .tabs a, .pagination a, .brand,
    .clause-button, .diff-steps a
"""
TOO_SMALL = """(selector) => [...document.querySelectorAll(selector)]
  .filter((element) => element.checkVisibility() && !element.closest(".for-ears"))
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([element, box]) => `${element.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)
"""


class Load:
    """What the page that ``page`` shows last weighs for somebody who has nothing of it yet."""

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
        """Bytes as they travel: of the page, and of all style sheets and scripts of this visit."""
        parts = [*self._parts.values(), *([self._document] if self._document else [])]
        return sum(part.sizes()["responseBodySize"] for part in parts)
