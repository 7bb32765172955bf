"""People at their browsers: one Chromium, a context per person, and an eye on the console."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from tests.browser.sending import send
from tests.browser.site import PASSWORD, Site
from tests.browser.words import BROWSER_LOCALE

SITE_TIMEZONE = "Asia/Shanghai"
VISITOR, RESIDENT, VOLUNTEER, OFFICER = "visitor", "resident", "volunteer", "officer"
SECOND, ADMINISTRATOR = "officer, approves", "administrator"
REVIEWER, SUPERVISOR = "volunteer, reviews", "supervisor"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_TELL_VIOLATIONS = """
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


def launch(playwright: Playwright) -> Browser:
    """The Chromium of the machine, without a window."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=_ARGUMENTS, timeout=60_000
    )


class Visitors:
    """Opens pages for people and collects what their consoles complain about."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self.site = browser, site
        self._cookies: dict[str, Any] = {}
        self._open: list[BrowserContext] = []
        self.faults: list[str] = []

    def come(self, role: str = VISITOR, language: str = "zh", **options: Any) -> Page:
        """A page of a new browser context in which ``role`` is signed in (VISITOR: nobody).

        ``options`` are those of Playwright's ``new_context``. Addresses may be paths.
        """
        if role != VISITOR:
            options["storage_state"] = self._signed_in(role)
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = self._browser.new_context(
            base_url=self.site.address,
            locale=BROWSER_LOCALE[language],
            timezone_id=SITE_TIMEZONE,
            **options,
        )
        context.set_default_timeout(15_000)
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self._open.append(context)
        return context.new_page()

    def leave(self) -> None:
        """Everybody closes their browser."""
        while self._open:
            self._open.pop().close()

    def _signed_in(self, role: str) -> Any:
        """The cookies of a sign-in with the printed link, or password; each role signs in once."""
        if role not in self._cookies:
            context = self._browser.new_context(base_url=self.site.address)
            if role == ADMINISTRATOR:
                sign_in = {"email": self.site.add_administrator(), "password": PASSWORD}
                send(context.request, "/account/sign-in", **sign_in)
            else:
                answer = context.request.get(self.site.links[role])
                assert answer.ok, f"the sign-in link of the {role} answers {answer.status}"
            self._cookies[role] = context.storage_state()
            context.close()
        return self._cookies[role]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        # Chromium complains about every page that is not a 200, also the ones meant so.
        page = message.page
        is_page_itself = page is not None and message.location["url"] == page.url
        # A paper names no picture of the site, so Chromium asks for the one sites have by custom.
        is_icon = message.location["url"].endswith("/favicon.ico")
        if message.text.startswith("Failed to load resource") and (is_page_itself or is_icon):
            return
        self.faults.append(f"{message.type}: {message.text} ({message.location['url']})")
