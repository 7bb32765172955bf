"""Every failure has one status, one sentence, and gives a person's words back.

A refused POST answers with a page that holds what was sent, in a form that can be sent again.
"""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.errors import (
    Conflict,
    DomainError,
    NotAllowed,
    NotFound,
    RuleBroken,
    SignInNeeded,
    TooMany,
)
from app.messages import N_, Message
from app.web.guard import StaleToken, sign_in_address
from app.web.transaction import SAFE, ReadOnly, abandon

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (StaleToken, 400),
    (ReadOnly, 503),
    (NotFound, 404),
    (NotAllowed, 403),
    (RuleBroken, 422),
    (Conflict, 409),
    (TooMany, 429),
)
TITLES = {
    400: N_("Please send it once more"),
    403: N_("This is not open to you"),
    404: N_("There is nothing here"),
    405: N_("This page cannot be used that way"),
    409: N_("Somebody was faster"),
    413: N_("This is too large"),
    422: N_("Something needs a second look"),
    429: N_("A little slower, please"),
    500: N_("Something went wrong on our side"),
    503: N_("Not possible right now"),
    507: N_("The disk of the site is full"),
}
SENTENCES = {
    404: N_("The page you asked for does not exist, or not for you."),
    405: N_("Please go back and use the buttons of the page."),
    413: N_("A text may have 1 MB. Please send a shorter one."),
    500: N_("We have noted the fault. Your words are below; please try again in a moment."),
    507: N_(
        "Nothing can be saved for the moment. Reading goes on. Your words are below; keep them."
    ),
}
ONE_LINE = 200


@dataclass(frozen=True, slots=True)
class KeptWords:
    """One field of a refused form: its name, what stood in it, and whether it is a long one."""

    name: str
    value: str

    @property
    def is_long(self) -> bool:
        return len(self.value) > ONE_LINE or "\n" in self.value or self.name in {"text", "body"}


def page(status: int, message: Message | None = None) -> Response:
    """The error page of ``status`` with the words of a refused form."""
    sentence = message or Message(SENTENCES.get(status, SENTENCES[500]))
    title = TITLES.get(status, TITLES[500])
    html = render_template(
        "errors/error.html",
        status=status,
        title=title,
        message=sentence,
        kept=kept_words() if request.method not in SAFE else [],
        token=generate_csrf() if request.method not in SAFE else "",
    )
    return make_response(html, status)


def kept_words() -> list[KeptWords]:
    """The fields of the form that was refused, except secrets; empty when it cannot be read."""
    try:
        items = list(request.form.items())
    except HTTPException:
        return []
    secret = {"csrf_token", "password", "new_password", "code"}
    return [KeptWords(name, value) for name, value in items if name not in secret and value]


def refused(error: DomainError) -> ResponseReturnValue:
    """A domain error becomes its status; a visitor who could sign in is sent there."""
    abandon()
    if isinstance(error, SignInNeeded) and request.method in SAFE:
        return redirect(sign_in_address(), 303)
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
    response = page(status, error.message)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def http_failed(error: HTTPException) -> ResponseReturnValue:
    """Errors of the framework: unknown addresses, wrong methods, bodies that are too large."""
    abandon()
    status = error.code or 500
    if status < 400:
        return error.get_response(request.environ)
    if isinstance(error, RequestEntityTooLarge):
        return page(413)
    return page(status if status in TITLES else 400 if status < 500 else 500)


def crashed(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged whole, told in one sentence; a full disk is told as such."""
    full = _is_disk_full(error)
    if not full:
        current_app.logger.exception("unexpected failure at %s", request.path, exc_info=error)
    try:
        abandon()
        return page(507 if full else 500)
    except Exception:
        current_app.logger.exception("the error page itself failed")
        return make_response("500", 500)


def _is_disk_full(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        original = error.orig
        return isinstance(original, sqlite3.OperationalError) and "full" in str(original)
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(HTTPException, http_failed)
    if not app.config["PROPAGATE_EXCEPTIONS"]:
        app.register_error_handler(Exception, crashed)
