"""Every kind of page: axe finds nothing serious, nothing runs over the edge of a small or zoomed
screen, fingers can hit what they should press, and a slow phone has little to load."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.examples import Examples
from tests.browser.looks import RUNS_OVER, TARGET, TARGETS, TOO_SMALL, Load
from tests.browser.pages import KINDS, Kind, visit
from tests.browser.visitors import Visitors
from tests.browser.words import LANGUAGES, gaps

PHONE, ZOOMED = 360, 320  # 320 is a window of 640 at 200 %
HEAVIEST = 100_000  # bytes of a page with its style sheets and scripts, as they travel
_AXE = Axe()


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
    assert load.weigh() <= HEAVIEST, "too heavy for a slow phone"
    if language == "zh":
        parted = gaps(page.locator("body").inner_text())
        assert not parted, f"a blank follows these: {parted}"
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
