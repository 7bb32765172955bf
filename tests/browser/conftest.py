"""One site and one Chromium for all browser tests; after each test the consoles must be empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.examples import Examples, make_examples
from tests.browser.site import Site
from tests.browser.visitors import Visitors, launch


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site")) as site:
        site.add_colleague()
        yield site
    assert "Traceback" not in site.log(), site.log()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _visitors(site: Site, browser: Browser) -> Visitors:
    return Visitors(browser, site)


@pytest.fixture(scope="session")
def examples(_visitors: Visitors) -> Examples:
    """Talk, hidden words and a private draft, made once."""
    examples = make_examples(_visitors)
    _visitors.leave()
    return examples


@pytest.fixture
def visitors(_visitors: Visitors) -> Iterator[Visitors]:
    """Browsers of one test; no page of it may have complained in the console."""
    _visitors.faults.clear()
    yield _visitors
    _visitors.leave()
    assert not _visitors.faults, "\n".join(_visitors.faults)
