"""A test client that looks at every HTML answer as a strict reader would."""

from __future__ import annotations

import contextvars
from collections import Counter
from gzip import decompress
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.database import db

FORBIDDEN_ATTRIBUTES = ("style", "onclick", "onload", "onsubmit", "onchange", "onerror")
UNLABELLED = {"hidden", "submit", "button"}


class CheckingClient(FlaskClient):
    """Checks each page: parses strictly, one h1, no duplicate ids, labels, form tokens, no inline
    code. ``strict`` False switches the look at pages off (long laws)."""

    strict = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()  # what the test has read must not hide what the request writes
        # An empty context: the request gets an application context and a session of its own, as
        # in service; inside the test's it would share them with the test.
        kwargs.setdefault("buffered", True)  # a file that is sent is closed, not left to chance
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        if self.strict and response.mimetype == "text/html" and response.status_code != 304:
            is_packed = response.headers.get("Content-Encoding") == "gzip"
            check_page(decompress(response.data).decode() if is_packed else response.text)
        return response

    def get_token(self, path: str) -> str:
        """The form token of the page at ``path``."""
        page = self.get(path)
        return token_of(page.get_data(as_text=True))

    def post_form(
        self, path: str, data: dict[str, Any] | None = None, **kwargs: Any
    ) -> TestResponse:
        """POST as the form on ``path`` (or on ``form=``) would, with its token."""
        source = kwargs.pop("form", path)
        return self.post(
            path, data={"csrf_token": self.get_token(source), **(data or {})}, **kwargs
        )


def token_of(html: str) -> str:
    """The first form token of a page, "" when it has none."""
    for element in _parse(html, strict=False).iter("input"):
        if element.get("name") == "csrf_token":
            return element.get("value") or ""
    return ""


def _parse(html: str, *, strict: bool) -> Element:
    parser = html5lib.HTMLParser(strict=strict, namespaceHTMLElements=False)
    return parser.parse(html)


def check_page(html: str) -> None:
    """Raise AssertionError (or a parse error) for a page that a strict reader would refuse."""
    if (
        "<h1" not in html
        and "<redirect" not in html
        and html.startswith("<!doctype html>\n<html lang=en>\n<title>Redirecting")
    ):
        return
    page = _parse(html, strict=True)
    headings = list(page.iter("h1"))
    assert len(headings) == 1, f"{len(headings)} h1 on the page"
    ids = Counter(e.get("id") for e in page.iter() if e.get("id"))
    assert not [name for name, count in ids.items() if count > 1], "duplicate ids"
    _check_forms(page)
    _check_code(page)


def _check_forms(page: Element) -> None:
    labelled = {label.get("for") for label in page.iter("label")}
    wrapped = {id(e) for label in page.iter("label") for e in label.iter()}
    for kind in ("input", "select", "textarea"):
        for element in page.iter(kind):
            if element.get("type") in UNLABELLED:
                continue
            named = element.get("aria-label") or element.get("aria-labelledby")
            assert named or id(element) in wrapped or element.get("id") in labelled, (
                f"no label: {element.attrib}"
            )
    for form in page.iter("form"):
        if (form.get("method") or "get").lower() == "post":
            names = {e.get("name") for e in form.iter("input")}
            assert "csrf_token" in names, f"a form without token: {form.attrib}"


def _check_code(page: Element) -> None:
    assert not list(page.iter("style")), "inline style"
    for script in page.iter("script"):
        assert script.get("src"), "inline script"
    for element in page.iter():
        for name in FORBIDDEN_ATTRIBUTES:
            assert element.get(name) is None, f"{name} on {element.tag}"
        assert not (element.get("href") or "").lower().startswith("javascript:")
