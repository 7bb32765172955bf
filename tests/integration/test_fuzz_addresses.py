"""Odd addresses, methods and headers: whatever the address bar holds, nothing is a fault of ours."""

from __future__ import annotations

import time
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.actor import Role
from tests.builders.accounts import make_actor, sign_in
from tests.builders.discussions import make_thread
from tests.builders.policies import make_policy
from tests.builders.whole_site import Place, addresses
from tests.checking_client import CheckingClient

TEXT = "# Rules\n\nArticle 1\n\nThe quillwort stays.\n\nArticle 2\n\nThis applies at once.\n"
NAMES = (
    "page", "q", "phase", "kind", "language", "department", "in", "clause", "from", "to", "lang",
    "size", "fresh", "next", "step", "page[]", "q[]", "a[b][c]", "", "__proto__", "%00",
)  # fmt: skip
VALUES = (
    "", "0", "-1", "1", "99999999999999999999", "2147483648", "9223372036854775808", "1e9", "0x10",
    "1.5", "٣", "²", "①", "null", "NaN", "c1", "c99999999999", "zh", "en", "%00", "%ff", "%ed%a0%80",
    "%0d%0aX:1", "' OR 1=1--", "*", "**", "第五条", "\"", "(((", "a" * 10_000, "字" * 3_000, "%", "%zz",
    "../../etc/passwd", "{{7*7}}", "\u202e", "AND OR NOT", "/%2f%2fevil", "~9999",
)  # fmt: skip
SECONDS = 15


@pytest.fixture
def place(app: Flask) -> Place:
    """A public policy with a thread."""
    policy = make_policy(slug="rules", language="en", text=TEXT, mode="open")
    thread = make_thread(policy, clause="c2")
    return Place("rules", "c2", 1, "1...1", thread.id, thread.first.id, 1)


def _browsers(app: Flask) -> list[CheckingClient]:
    """A visitor, a volunteer and an officer; pages are looked at elsewhere."""
    browsers = []
    for role in (None, Role.VOLUNTEER, Role.OFFICER):
        browser = app.test_client()
        assert isinstance(browser, CheckingClient)
        browser.strict = False
        if role is not None:
            sign_in(browser, make_actor(role))
        browsers.append(browser)
    return browsers


def test_no_odd_question_is_a_fault(app: Flask, place: Place) -> None:
    """The same questions each time; the first that fails is shown smallest."""
    paths, browsers = addresses(app, place), _browsers(app)
    question = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4)
    until = time.monotonic() + SECONDS

    @settings(
        max_examples=150,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.sampled_from(paths), question, st.sampled_from(browsers))
    def ask(path: str, asked: list[tuple[str, str]], browser: CheckingClient) -> None:
        if time.monotonic() > until:
            return
        words = "&".join(f"{name}={quote(value, safe='%')}" for name, value in asked)
        answer = browser.get(f"{path}?{words}")
        assert answer.status_code < 500 or path == "/readyz", words

    ask()


@pytest.mark.parametrize("value", VALUES)
def test_no_odd_place_is_a_fault(app: Flask, value: str) -> None:
    client = app.test_client()
    odd = quote(value, safe="%")
    for path in (
        f"/policies/{odd}",
        f"/policies/{odd}/edit",
        f"/policies/rules/clauses/{odd}",
        f"/policies/rules/revisions/{odd}",
        f"/policies/rules/compare/{odd}",
        f"/policies/rules/compare/1...{odd}",
        f"/policies/rules/compare/{odd}...{odd}",
        f"/threads/{odd}",
        f"/threads/1/comments/{odd}/earlier",
        f"/people/{odd}",
        f"/account/reset/{odd}",
        f"/account/demo/{odd}",
        f"/moderation/comments/{odd}",
        f"/static/{odd}",
        f"/{odd}",
    ):
        assert client.get(path).status_code < 500, path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_no_method_is_a_fault_or_changes_anything(app: Flask, place: Place, method: str) -> None:
    for browser in _browsers(app):
        for path in addresses(app, place):
            answer = browser.open(path, method=method)
            assert answer.status_code < 500 or path == "/readyz", path
            if method not in ("HEAD", "OPTIONS"):
                assert answer.status_code in (400, 403, 404, 405), path


def test_head_answers_as_get_without_a_body(app: Flask, place: Place) -> None:
    for browser in _browsers(app):
        for path in addresses(app, place):
            head, get = browser.head(path), browser.get(path)
            assert head.status_code == get.status_code, path
            assert not head.get_data(), path


ODD_HEADERS = (
    {"Accept-Language": "zh;q=nan, en;q=1e999, ;;;q=, *"},
    {"Accept-Language": "x" * 20_000},
    {"Cookie": "gongyi=; lang=\xff; size=99999999999999999999"},
    {"Cookie": "gongyi=.eJwBAAD__wAAAAE.x.y; lang=zh; lang=en"},
    {"Cookie": "gongyi=" + "a" * 8_000},
    {"If-None-Match": "W/\"\", *, \"\xff"},
    {"If-Modified-Since": "yesterday"},
    {"Range": "bytes=99999999999999999999-0"},
    {"Host": "evil.example:99999"},
    {"Host": "[::1"},
    {"X-Forwarded-For": "<script>", "X-Forwarded-Host": "evil.example"},
    {"Content-Length": "-1"},
    {"Content-Type": "multipart/form-data"},
    {"Referer": "http://[/"},
    {"X-Requested-With": "fetch"},
)  # fmt: skip


@pytest.mark.parametrize("headers", ODD_HEADERS, ids=lambda headers: next(iter(headers)))
def test_no_header_is_a_fault(app: Flask, place: Place, headers: dict[str, str]) -> None:
    client = app.test_client()
    for path in (
        "/",
        "/policies//rules?page=2",
        "/policies/rules",
        "/search?q=a",
        "/settings",
        "/x",
    ):
        answer = client.get(path, headers=headers)
        assert answer.status_code < 500, path
        assert "evil.example" not in (answer.location or ""), path
        assert "evil.example" not in answer.get_data(as_text=True), path


def test_doubled_slashes_lead_to_the_page_itself(client: CheckingClient, place: Place) -> None:
    answer = client.get("/policies//rules?page=2")
    assert (answer.status_code, answer.location) == (308, "/policies/rules?page=2")
