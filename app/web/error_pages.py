"""Every failure has one status, one sentence, and gives a person's words back.

A refused POST answers with a page that holds what was sent, in a form that can be sent again.
"""

from __future__ import annotations

import errno
import re
import sqlite3

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from app.access.actor import VISITOR
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
from app.text.canonical import TextRefused
from app.web.guard import StaleToken, current_actor, sign_in_address
from app.web.transaction import READ_ONLY, SAFE, ReadOnly, abandon

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
    404: N_("This page does not exist, or you may not see it."),
    405: N_("Please go back and use the buttons of the page."),
    413: N_("A text may be up to 1 MB, a file up to 16 MB. Please send a smaller one."),
    500: N_("We have noted the fault. Your words are below; please try again in a moment."),
    507: N_(
        "Nothing can be saved for the moment. Reading goes on. Your words are below; keep them."
    ),
}
LABELS = {
    "text": N_("Text"),
    "body": N_("Your words"),
    "summary": N_("What did you change, and why?"),
    "title": N_("Title"),
    "reason": N_("Reason"),
}
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
SECRET = frozenset({"csrf_token", "password", "new_password", "code"})


def page(status: int, message: Message | None = None) -> Response:
    """The error page of ``status``; a refused form comes back on it and can be sent again."""
    said = message or Message(SENTENCES.get(status, SENTENCES[500]))
    fields = _sent_fields() if request.method not in SAFE else {}
    kept = [
        {"name": name, "label": gettext(LABELS[name]), "words": value}
        for name, value in fields.items()
        if name in LABELS
    ]
    html = render_template(
        "errors/error.html",
        title=gettext(TITLES.get(status, TITLES[500])),
        sentence=translated(said),
        kept=kept,
        repost_url=request.full_path.rstrip("?") if kept and status != 413 else None,
        repost_fields={name: value for name, value in fields.items() if name not in LABELS},
        next_steps=_next_steps(status, is_kept=bool(kept)),
    )
    return make_response(html, status)


def translated(message: Message) -> str:
    """``message`` in the reader's language."""
    words: str = gettext(message.text, **message.listed(gettext(", ")))
    return words


def _next_steps(status: int, *, is_kept: bool) -> list[tuple[str, str]]:
    """What a person can do now; a page that is absent for visitors may exist after signing in.

    ``is_kept``: their words are on the page, with a way to sign in beside them.
    """
    steps = [(gettext("Go to the first page"), url_for("home.index"))]
    if status in (403, 404) and current_actor().is_anonymous and request.method in SAFE:
        steps.insert(0, (gettext("Sign in, if you work on this draft"), sign_in_address()))
    elif status == 403 and current_actor().is_anonymous and not is_kept:
        # Signed out meanwhile: back to the page of the button, where there is one.
        is_page = current_app.url_map.bind("").test(request.path, "GET")
        back = sign_in_address() if is_page else url_for("accounts.sign_in")
        steps.insert(0, (gettext("Sign in"), back))
    return steps


def _sent_fields() -> dict[str, str]:
    """The fields of the form that was refused, except secrets; empty when it cannot be read."""
    try:
        items = list(request.form.items())
    except HTTPException:
        return {}
    return {name: showable(value) for name, value in items if name not in SECRET and value}


def showable(words: str) -> str:
    """``words`` with what no page can hold shown as U+FFFD, so that the rest can be given back."""
    return _UNSHOWABLE.sub("\ufffd", words)


def refused(error: DomainError) -> ResponseReturnValue:
    """A domain error becomes its status; a visitor who could sign in is sent there."""
    _let_go()
    if isinstance(error, SignInNeeded) and request.method in SAFE:
        return redirect(sign_in_address(), 303)
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
    response = page(status, error.message)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def text_refused(error: TextRefused) -> ResponseReturnValue:
    """A text that the door does not take; the page says at which place."""
    _let_go()
    return page(413 if error.code == "too_large" else 422, error.message)


def http_failed(error: HTTPException) -> ResponseReturnValue:
    """Errors of the framework: unknown addresses, wrong methods, bodies that are too large."""
    _let_go()
    status = error.code or 500
    if isinstance(error, SecurityError):
        return make_response("This site has another address.", 400)  # no page has links there
    if status < 400:
        return error.get_response(request.environ)
    if isinstance(error, RequestEntityTooLarge):
        return page(413)
    return page(status if status in TITLES else 400 if status < 500 else 500)


def crashed(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged whole, told in one sentence with the words given back."""
    status, message = _fault(error)
    if status == 500:
        current_app.logger.exception("unexpected failure at %s", request.path, exc_info=error)
    _let_go()
    try:
        return page(status, message)
    except Exception:
        current_app.logger.exception("nobody can be recognised; the page is for visitors")
        g.actor = VISITOR
        return page(status, message)


def _let_go() -> None:
    """Roll back. What was to be kept of the request is lost with a disk that takes nothing."""
    try:
        abandon()
    except Exception:
        current_app.logger.exception("nothing could be kept of a refused request")


def _fault(error: Exception) -> tuple[int, Message | None]:
    """507 for a full disk, 503 for a database that cannot be written, 500 for all else."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return 507, None
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.OperationalError):
        if "full" in str(original):
            return 507, None
        if "readonly" in str(original):
            return 503, Message(READ_ONLY)
    return (507 if getattr(original, "sqlstate", "") == "53100" else 500), None


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(TextRefused, text_refused)
    app.register_error_handler(HTTPException, http_failed)
    if not app.config["PROPAGATE_EXCEPTIONS"]:
        app.register_error_handler(Exception, crashed)
