"""Pictures of the pages: ``python -m tests.browser.screenshots DIR [NAME…]``.

Each page at 360 and 1280 px, in Chinese and English, light and dark; with ``--phone`` only at 360
px and light, with ``--readme`` only the pictures that the README shows.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from tests.browser.examples import Examples, make_examples
from tests.browser.pages import KINDS, Kind, visit
from tests.browser.site import Site
from tests.browser.visitors import Visitors, launch
from tests.browser.words import LANGUAGES

Scheme = Literal["light", "dark"]
WIDTHS = (360, 1280)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WAYS = tuple(itertools.product(WIDTHS, SCHEMES))
TALLEST = 3000  # CSS pixels of a long law that a picture shows
README = {  # name of the file: kind of page, language, width, height
    "law-zh-360": ("clause", "zh", 360, 1000),
    "compare-en-1280": ("compare", "en", 1280, 1180),
}


def main() -> None:
    """Take the pictures of all pages, of those that are named, or of the README."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.screenshots", description=__doc__
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--phone", action="store_true")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="gongyi-pictures-") as name,
        Site(Path(name)) as site,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        visitors = Visitors(browser, site)
        examples = make_examples(visitors)
        visitors.leave()
        for kind, language in itertools.product(KINDS, LANGUAGES):
            if options.readme:
                _for_the_readme(visitors, kind, language, examples, options.folder)
            elif not options.names or kind.name in options.names:
                ways = [(WIDTHS[0], SCHEMES[0])] if options.phone else WAYS
                _every_way(visitors, kind, language, examples, options.folder, ways)
        browser.close()


def _for_the_readme(
    visitors: Visitors, kind: Kind, language: str, examples: Examples, folder: Path
) -> None:
    for name, (wanted, spoken, width, height) in README.items():
        if (wanted, spoken) == (kind.name, language):
            page = visitors.come(kind.role, language, viewport={"width": width, "height": height})
            visit(page, kind, language, examples)
            page.screenshot(path=folder / f"{name}.png")
            visitors.leave()


def _every_way(
    visitors: Visitors, kind: Kind, language: str, examples: Examples, folder: Path,
    ways: Iterable[tuple[int, Scheme]],
) -> None:  # fmt: skip
    page = visitors.come(kind.role, language)
    visit(page, kind, language, examples)
    for width, scheme in ways:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"{kind.name}-{language}-{width}-{scheme}.png")
    visitors.leave()


if __name__ == "__main__":
    main()
