"""A connection that breaks: before the words have left, or after they have arrived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from tests.browser.visitors import Visitors

_EXPECTED = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_RESET")


@contextmanager
def no_connection(page: Page, visitors: Visitors) -> Iterator[None]:
    """The phone is in a lift."""
    page.wait_for_load_state()
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)
    _excuse(visitors)


@contextmanager
def no_answer(page: Page, visitors: Visitors) -> Iterator[None]:
    """What is sent meanwhile arrives, but no answer comes back; then the person goes back."""

    def swallow(route: Route) -> None:
        if route.request.method == "POST":
            _deliver(route)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/*", swallow)
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        yield
    page.unroute("**/*", swallow)
    page.wait_for_url("chrome-error://**")
    page.go_back()
    _excuse(visitors)


def _deliver(route: Route) -> None:
    """As the browser would have, except that whatever comes back is thrown away."""
    request = route.request
    parts = urlsplit(request.url)
    connection = HTTPConnection(parts.netloc, timeout=20)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection.request("POST", target, body=request.post_data_buffer, headers=request.headers)
    answer = connection.getresponse()
    assert answer.status < 400, answer.read().decode()
    connection.close()


def _excuse(visitors: Visitors) -> None:
    visitors.faults[:] = [
        fault for fault in visitors.faults if not any(word in fault for word in _EXPECTED)
    ]
